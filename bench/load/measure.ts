import type { Pair } from '../data/databases.ts';
import type { Clients } from '../measure/queries.ts';
import { mean, rounded } from '../report/statistics.ts';
import { mix } from './mix.ts';
import { type MixRun, requirePgbench, runMix } from './pgbench.ts';
import { makeMixTables } from './tables.ts';

/** The mix at one number of clients. */
export interface LoadResult {
  readonly clients: number;
  readonly legacy: MixRun;
  readonly target: MixRun;
}

const CLIENTS = [1, 8, 32];

/** Runs the mix on both databases in turn, twice each, and takes away what it wrote. */
export async function measureLoad(
  pair: Pair,
  clients: Clients,
  seconds: number,
  tell: (what: string) => void,
): Promise<LoadResult[]> {
  await requirePgbench();
  const variables = await makeMixTables(clients, pair.scale);
  const results: LoadResult[] = [];
  for (const count of CLIENTS) {
    const runs: Record<'legacy' | 'target', MixRun[]> = { legacy: [], target: [] };
    for (const side of ['legacy', 'target', 'legacy', 'target'] as const) {
      tell(`mixed load, ${count} clients, ${side}`);
      runs[side].push(
        await runMix(pair[side], side, mix, variables, { clients: count, seconds: Math.ceil(seconds / 2) }),
      );
    }
    results.push({ clients: count, legacy: together(runs.legacy), target: together(runs.target) });
  }
  tell('what the load wrote is taken away');
  for (const client of [clients.legacy, clients.target]) {
    await client.query(
      `delete from public.chat_messages where content in ('What did they say?', 'They said it twice.')`,
    );
    await client.query('vacuum (analyze)');
  }
  return results;
}

/** Two runs as one: the mean of the rates, and of the times by action. */
function together([first, second]: readonly MixRun[]): MixRun {
  if (!first || !second) throw new Error('There are two runs of each.');
  const actions = Object.entries(first.actions).map(([name, one]) => {
    const other = second.actions[name] ?? one;
    const both = (key: 'p50' | 'p95') => rounded(mean([one[key], other[key]]));
    return [name, { runs: one.runs + other.runs, p50: both('p50'), p95: both('p95') }] as const;
  });
  return { tps: rounded(mean([first.tps, second.tps])), actions: Object.fromEntries(actions) };
}
