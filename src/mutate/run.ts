import { mergeFindings } from '../report/deviation.ts';
import type { MutantCache } from './cache.ts';
import type { Dependents } from './dependents.ts';
import { type Baseline, judge } from './judge.ts';
import type { Mutant } from './mutant.ts';
import { type MutantProbe, type PlannedProbe, type ProbeOutcome, planFor } from './probe.ts';
import { rememberAnswers } from './remembered.ts';
import type { JudgedMutant } from './result.ts';
import type { Session } from './session.ts';

/** Mutants with what could notice each of them. */
export type Plans = ReadonlyMap<Mutant, readonly PlannedProbe[]>;

/** Plans the mutants whose results are not known. */
export function planAll(
  mutants: readonly Mutant[],
  probes: readonly MutantProbe[],
  dependents: Dependents,
  cache: Pick<MutantCache, 'get'>,
): Plans {
  const unknown = mutants.filter((mutant) => !cache.get(mutant));
  return new Map(unknown.map((mutant) => [mutant, planFor(mutant, dependents(mutant.concerns), probes)]));
}

/**
 * Runs everything that is planned on the unchanged database, once.
 * @param sessions on equal databases, which share the work
 */
export async function readBaseline(sessions: readonly Session[], plans: Plans): Promise<Baseline> {
  const planned = new Map(
    [...plans.values()]
      .flat()
      .filter(({ probe }) => !probe.late && !probe.answersAlone)
      .map((one) => [one.key, one]),
  );
  // What one layer takes is made once for all of it.
  const inOrder = [...Map.groupBy(planned.values(), ({ probe }) => probe.layer).values()].flat();
  const baseline = new Map<string, ProbeOutcome>();
  await shared(sessions, inOrder, async (session, { key, probe, scope }) => {
    const { findings, facts } = await session.unchanged(probe.layer, (world) => probe.run(world, scope));
    // Word for word answers are compared with those about the same rows alone (remembered.ts).
    baseline.set(key, { findings, facts });
  });
  return baseline;
}

/** The findings about the unchanged database: while it does not hold, that a mutant is noticed says nothing. */
export const baselineFindings = (baseline: Baseline) =>
  mergeFindings([...baseline.values()].map(({ findings }) => findings));

/** How to run mutants. */
export interface RunOptions {
  readonly plans: Plans;
  readonly baseline: Baseline;
  readonly cache: MutantCache;
  /** Whether a mutant changes what all databases of the server share; such mutants run one at a time. */
  readonly changesServer: (mutant: Mutant) => boolean;
  /** Is called after each result. */
  readonly tell: (judged: JudgedMutant) => void;
}

/**
 * Tries every planned mutant. Each result is kept as soon as it is there.
 * @param sessions on equal databases, which share the work
 */
export async function runMutants(sessions: readonly Session[], options: RunOptions): Promise<void> {
  const { plans, baseline, cache, changesServer, tell } = options;
  const [first] = sessions;
  if (!first) return;
  const memory = makeMemory();
  const answers = rememberAnswers();
  const tryOne = async (session: Session, mutant: Mutant): Promise<void> => {
    const result = await judge(session, mutant, memory.sorted(mutant, plans.get(mutant) ?? []), baseline, answers);
    memory.remember(mutant, result.plan);
    cache.put(mutant, result);
    tell({ mutant, result });
  };
  const [alone, others] = [
    [...plans.keys()].filter(changesServer),
    [...plans.keys()].filter((one) => !changesServer(one)),
  ];
  const queue = others.values();
  await Promise.all(
    sessions.map(async (session) => {
      if (session === first) for (const mutant of alone) await tryOne(session, mutant);
      for (const mutant of queue) await tryOne(session, mutant);
    }),
  );
}

/** The probe that noticed a mutant of an object is likely to notice its others: it is asked first. */
function makeMemory() {
  const noticed = new Map<string, string>();
  return {
    sorted: ({ object, operator }: Mutant, plan: readonly PlannedProbe[]): readonly PlannedProbe[] => {
      const keys = [noticed.get(`${object} ${operator}`), noticed.get(object)];
      const first = plan.filter(({ key }) => keys.includes(key));
      return first.length === 0 ? plan : [...first, ...plan.filter((one) => !first.includes(one))];
    },
    remember: ({ object, operator }: Mutant, key: string | undefined): void => {
      if (key === undefined) return;
      noticed.set(`${object} ${operator}`, key);
      noticed.set(object, key);
    },
  };
}

/** Does each piece of work in one of the sessions, whichever is free. */
async function shared<T>(
  sessions: readonly Session[],
  work: readonly T[],
  use: (session: Session, one: T) => Promise<void>,
): Promise<void> {
  const queue = work.values();
  await Promise.all(
    sessions.map(async (session) => {
      for (const one of queue) await use(session, one);
    }),
  );
}
