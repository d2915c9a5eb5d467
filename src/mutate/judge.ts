import { inWords, type ServerError } from '../access/attempt.ts';
import type { NotEvaluated } from '../report/deviation.ts';
import { compareObserved, type Noticed } from './compare.ts';
import type { Mutant } from './mutant.ts';
import type { PlannedProbe, ProbeOutcome } from './probe.ts';
import type { Heard, RememberedAnswers } from './remembered.ts';
import type { MutantResult } from './result.ts';
import type { MutantWorld, Session } from './session.ts';

/** The outcome of each planned probe on the unchanged database, by its key. */
export type Baseline = Map<string, ProbeOutcome>;

/**
 * Makes a change, and runs what could notice it until something does. Nothing is left of either.
 * @param baseline has an entry for everything in the plan but probes that tell answers alone, and late ones, of which it gets those that noticed something
 */
export async function judge(
  session: Session,
  mutant: Mutant,
  plan: readonly PlannedProbe[],
  baseline: Baseline,
  answers: RememberedAnswers,
): Promise<MutantResult> {
  const started = performance.now();
  const looked = new Map<string, number>();
  const notEvaluated: NotEvaluated[] = [];
  const ended = (rest: Pick<MutantResult, 'outcome' | 'by' | 'plan' | 'seen'>): MutantResult => ({
    id: mutant.id,
    ...rest,
    looked: [...looked].map(([name, count]) => `${name} (${count})`),
    notEvaluated,
    took: Math.round(performance.now() - started),
  });
  const early = plan.filter(({ probe }) => !probe.late);
  for (const planned of stagesOf(early)) {
    const heard = new Map<PlannedProbe, Heard>();
    const layer = planned[0]?.probe.layer ?? 'world';
    const killed = await session.changed(mutant.sql, layer, (world) =>
      probeAll(world, planned, baseline, { looked, notEvaluated, heard }),
    );
    if (killed && 'refused' in killed) return ended({ outcome: 'not made', seen: killed.refused });
    if (killed) return ended({ outcome: 'killed', ...killed });
    for (const [{ probe, key, scope }, after] of heard) {
      const seen = await answers.difference(session, { probe, key, scope }, after);
      if (seen !== undefined) return ended({ outcome: 'killed', by: probe.name, plan: key, seen });
    }
  }
  for (const planned of plan.filter(({ probe }) => probe.late)) {
    const seen = await askLate(session, mutant, planned, baseline);
    notEvaluated.push(...(seen?.notEvaluated ?? []));
    if (seen?.seen !== undefined)
      return ended({ outcome: 'killed', by: planned.probe.name, plan: planned.key, seen: seen.seen });
    if (seen) looked.set(planned.probe.name, (looked.get(planned.probe.name) ?? 0) + 1);
  }
  return ended({ outcome: 'survived' });
}

/** Puts the nearest first, and probes of one layer together; those that tell answers alone by themselves. */
const stagesOf = (plan: readonly PlannedProbe[]): PlannedProbe[][] => [
  ...Map.groupBy(
    plan,
    ({ probe, scope }) => `${scope.distance < NEAR} ${probe.layer} ${probe.answersAlone === true}`,
  ).values(),
];

const NEAR = 1.5;

const NOTHING_SEEN: ProbeOutcome = { findings: { deviations: [], notEvaluated: [] }, facts: new Map() };

/** Asks a late probe; only when it saw anything, it is asked about the unchanged database too. */
async function askLate(
  session: Session,
  { sql }: Mutant,
  planned: PlannedProbe,
  baseline: Baseline,
): Promise<Noticed | undefined> {
  const { probe, scope, key } = planned;
  const after = await session.changed(sql, probe.layer, (world) => run(world, planned));
  if ('refused' in after) return undefined;
  if ('failed' in after) return { notEvaluated: [{ check: 'mutants', where: key, why: after.failed }] };
  const first = compareObserved(NOTHING_SEEN, after);
  if (first.seen === undefined && first.notEvaluated.length === 0) return first;
  const before = baseline.get(key) ?? (await session.unchanged(probe.layer, (world) => probe.run(world, scope)));
  baseline.set(key, before);
  return compareObserved(before, after);
}

/** @returns what noticed the change; undefined when nothing did */
async function probeAll(
  world: MutantWorld,
  plan: readonly PlannedProbe[],
  baseline: Baseline,
  { looked, notEvaluated, heard }: Noting,
): Promise<Pick<MutantResult, 'by' | 'plan' | 'seen'> | undefined> {
  for (const planned of plan) {
    const { name, answersAlone } = planned.probe;
    const before = answersAlone ? NOTHING_SEEN : baseline.get(planned.key);
    if (!before) throw new Error(`Nothing is known of ${planned.key} in the unchanged database.`);
    const after = await run(world, planned);
    if ('failed' in after) {
      notEvaluated.push({ check: 'mutants', where: planned.key, why: after.failed });
      continue;
    }
    const noticed = compareObserved(before, after);
    notEvaluated.push(...noticed.notEvaluated);
    if (noticed.seen !== undefined) return { by: name, plan: planned.key, seen: noticed.seen };
    looked.set(name, (looked.get(name) ?? 0) + 1);
    if (after.answers) heard.set(planned, { rows: world.rows, answers: after.answers });
  }
  return undefined;
}

/** Where probes that noticed nothing are noted. */
interface Noting {
  readonly looked: Map<string, number>;
  readonly notEvaluated: NotEvaluated[];
  readonly heard: Map<PlannedProbe, Heard>;
}

/** Runs a probe; one that the change breaks with an error of the server has seen nothing. */
async function run(
  world: MutantWorld,
  { probe, scope }: PlannedProbe,
): Promise<ProbeOutcome | { readonly failed: string }> {
  await world.client.query('savepoint probing');
  try {
    return await probe.run(world, scope);
  } catch (error) {
    if (!(error as ServerError).code) throw error;
    return { failed: inWords(error as ServerError) };
  } finally {
    await world.client.query('rollback to savepoint probing; release savepoint probing');
  }
}
