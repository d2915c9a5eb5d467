import type { Deviation, NotEvaluated } from '../report/deviation.ts';
import type { ProbeOutcome } from './probe.ts';

/** In what a run on the changed database differs from the same run on the unchanged one. */
export interface Noticed {
  /** The first difference that kills the mutant, in a line; undefined when there is none. */
  readonly seen?: string;
  readonly notEvaluated: readonly NotEvaluated[];
}

/**
 * Compares a run of a probe with the same run on the unchanged database. A new deviation is a difference, and so is a fact
 * that changed, came or went. What is not evaluated any more is none: it is listed.
 */
export function compareObserved(before: ProbeOutcome, after: ProbeOutcome): Noticed {
  const notEvaluated = withoutKnown(before.findings.notEvaluated, after.findings.notEvaluated);
  const [deviation] = withoutKnown(before.findings.deviations, after.findings.deviations);
  const seen = deviation ? inOneLine(deviation) : changedFact(before.facts, after.facts);
  return seen === undefined ? { notEvaluated } : { seen, notEvaluated };
}

function withoutKnown<T extends Deviation | NotEvaluated>(before: readonly T[], after: readonly T[]): T[] {
  const known = new Set(before.map(textOf));
  return after.filter((one) => !known.has(textOf(one)));
}

/** The text that identifies a finding; its evidence may hold values that differ from run to run. */
const textOf = (one: Deviation | NotEvaluated): string =>
  JSON.stringify('why' in one ? [one.check, one.where] : [one.check, one.where, one.expected, one.seen]);

const inOneLine = ({ where, expected, seen }: Deviation): string =>
  `${where}: expected ${expected}, seen ${seen}`.replaceAll(/\s+/g, ' ');

function changedFact(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string | undefined {
  for (const name of new Set([...after.keys(), ...before.keys()])) {
    const [was = 'nothing', is = 'nothing'] = [before.get(name), after.get(name)];
    // That a probe got no answer any more is no behaviour.
    if (was !== is && is !== NOT_EVALUATED) return `${name}: was ${was}, is ${is}`;
  }
  return undefined;
}

/** The fact about something that a run did not evaluate. */
export const NOT_EVALUATED = 'not evaluated';
