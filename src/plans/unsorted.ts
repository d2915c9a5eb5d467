import type pg from 'pg';
import type { ApproximateScans } from './iterative-scan.ts';
import type { Executed } from './model.ts';
import { type QueryRuns, runAgain } from './run.ts';
import { nodesOf, tableOf } from './shape.ts';

/**
 * Executes the queries that sort rows of a table with an approximate index once more with sorts disabled: the planner
 * takes the index then, if it can.
 * @returns all queries, these with the further plans
 */
export async function addUnsorted(
  client: pg.Client,
  queries: readonly QueryRuns[],
  { indexes }: ApproximateScans,
): Promise<QueryRuns[]> {
  const tables = new Set([...indexes.values()].map(({ table }) => table));
  const found: QueryRuns[] = [];
  for (const query of queries) {
    if (!query.runs.some(({ executed }) => sorts(executed, tables))) {
      found.push(query);
      continue;
    }
    await client.query('savepoint unsorted; set local enable_sort = off');
    const again = await runAgain(client, query.runs);
    await client.query('rollback to savepoint unsorted; release savepoint unsorted');
    const runs = query.runs.map((run, at) => {
      const unsorted = again[at]?.executed;
      return unsorted ? { ...run, executed: { ...run.executed, unsorted } } : run;
    });
    found.push({ ...query, runs });
  }
  return found;
}

function sorts({ plan, nested }: Executed, tables: ReadonlySet<string>): boolean {
  return [plan, ...nested.map((inner) => inner.plan)].some((one) => {
    const nodes = [...nodesOf(one)].map(({ node }) => node);
    return nodes.some((node) => node['Node Type'] === 'Sort') && nodes.some((node) => tables.has(tableOf(node) ?? ''));
  });
}
