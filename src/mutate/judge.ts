import { inWords, type ServerError } from '../access/attempt.ts';
import type { NotEvaluated } from '../report/deviation.ts';
import { compareObserved } from './compare.ts';
import type { Mutant } from './mutant.ts';
import type { Observed, PlannedProbe } from './probe.ts';
import type { MutantResult } from './result.ts';
import type { MutantWorld, Session } from './session.ts';

/** What each planned probe sees of the unchanged database, by its key. */
export type Baseline = ReadonlyMap<string, Observed>;

/**
 * Makes a change, and runs what could notice it until something does. Nothing is left of either.
 * @param baseline has an entry for everything in the plan
 */
export async function judge(
  session: Session,
  mutant: Mutant,
  plan: readonly PlannedProbe[],
  baseline: Baseline,
): Promise<MutantResult> {
  const started = performance.now();
  const judged = await session.changed(mutant.sql, (world) => probeAll(world, plan, baseline));
  const took = Math.round(performance.now() - started);
  if ('refused' in judged)
    return { id: mutant.id, outcome: 'not made', seen: judged.refused, looked: [], notEvaluated: [], took };
  return { id: mutant.id, ...judged, took };
}

async function probeAll(
  world: MutantWorld,
  plan: readonly PlannedProbe[],
  baseline: Baseline,
): Promise<Omit<MutantResult, 'id' | 'took'>> {
  const looked = new Map<string, number>();
  const notEvaluated: NotEvaluated[] = [];
  for (const planned of plan) {
    const { name } = planned.probe;
    const before = baseline.get(planned.key);
    if (!before) throw new Error(`Nothing is known of ${planned.key} in the unchanged database.`);
    const after = await run(world, planned);
    if ('failed' in after) {
      notEvaluated.push({ check: 'mutants', where: planned.key, why: after.failed });
      continue;
    }
    const noticed = compareObserved(before, after);
    notEvaluated.push(...noticed.notEvaluated);
    if (noticed.seen !== undefined)
      return { outcome: 'killed', by: name, plan: planned.key, seen: noticed.seen, looked: [], notEvaluated };
    looked.set(name, (looked.get(name) ?? 0) + 1);
  }
  return { outcome: 'survived', looked: [...looked].map(([name, count]) => `${name} (${count})`), notEvaluated };
}

/** Runs a probe; one that the change breaks with an error of the server has seen nothing. */
async function run(
  world: MutantWorld,
  { probe, scope }: PlannedProbe,
): Promise<Observed | { readonly failed: string }> {
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
