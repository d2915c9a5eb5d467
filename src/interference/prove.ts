import type pg from 'pg';
import type { Subject } from '../access/subject.ts';
import type { Findings } from '../report/deviation.ts';
import { interferenceFindings } from './findings.ts';
import { type Interference, type MoreQuestions, observeWorlds } from './observe.ts';
import type { InterferenceSettings } from './settings.ts';

/** The result of asking in other worlds. */
export interface InterferenceProof {
  readonly findings: Findings;
  readonly counts: {
    /** Answers of callers: a relation or a call each. */
    readonly worldAnswers: number;
    /** In how many other worlds they were compared, all callers together. */
    readonly otherWorlds: number;
  };
  /** Function or relation → the names of the callers whose answers depend on what they may not see. */
  readonly readsOthers: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Proves that what a caller is answered does not depend on what the caller may not see (non-interference: Goguen and
 * Meseguer, Security Policies and Security Models, 1982), as far as other worlds were made and questions asked. What is
 * meant to depend is declared; everything runs in one transaction that is rolled back.
 * @param client connected as a user that may become each persona's role, and that row security does not hold back
 */
export async function proveInterference(
  client: pg.Client,
  subject: Subject,
  config: InterferenceSettings,
  more: readonly MoreQuestions[] = [],
): Promise<InterferenceProof> {
  return interferenceProof(await observeWorlds(client, subject, config, more));
}

/** The findings and counts of what was observed. */
export function interferenceProof(seen: Interference): InterferenceProof {
  const readsOthers = new Map<string, Set<string>>();
  const note = (of: string, name: string): void => {
    readsOthers.set(of, (readsOthers.get(of) ?? new Set()).add(name));
  };
  for (const [of, names] of seen.meant.readers) for (const name of names) note(of, name);
  for (const { base, caller } of seen.found)
    note(seen.questions[base.question]?.of ?? '', seen.callers[caller]?.name ?? '');
  return {
    findings: interferenceFindings(seen),
    counts: { worldAnswers: seen.answers, otherWorlds: seen.worlds },
    readsOthers,
  };
}
