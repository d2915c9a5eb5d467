import type { Pair } from '../data/databases.ts';
import type { Clients } from '../measure/queries.ts';
import { mean, rounded } from '../report/statistics.ts';
import { exactMix, mix } from './mix.ts';
import { type MixRun, requirePgbench, runMix } from './pgbench.ts';
import { makeMixTables } from './tables.ts';

/** The mix at one number of clients. */
export interface LoadResult {
  readonly clients: number;
  readonly legacy: MixRun;
  /** Legacy with its search made exact; older figures have none. */
  readonly exact?: MixRun;
  readonly target: MixRun;
}

const CLIENTS = [1, 8, 32];

/** What takes turns: which database, and which mix. */
const contestants = {
  legacy: { side: 'legacy', actions: mix },
  exact: { side: 'legacy', actions: exactMix },
  target: { side: 'target', actions: mix },
} as const;

/** Runs the mix on both databases, and on legacy with exact search, in turn, twice each, and takes away what it wrote. */
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
    const runs: Record<keyof typeof contestants, MixRun[]> = { legacy: [], exact: [], target: [] };
    for (const who of ['legacy', 'exact', 'target', 'legacy', 'exact', 'target'] as const) {
      const { side, actions } = contestants[who];
      tell(`mixed load, ${count} clients, ${who === 'exact' ? 'legacy with exact search' : who}`);
      runs[who].push(
        await runMix(pair[side], side, actions, variables, { clients: count, seconds: Math.ceil(seconds / 2) }),
      );
    }
    results.push({
      clients: count,
      legacy: together(runs.legacy),
      exact: together(runs.exact),
      target: together(runs.target),
    });
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
