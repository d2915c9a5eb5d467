import type pg from 'pg';
import type { ActionRun } from './actions.ts';
import { type Expected, type Ground, NOTHING_PARTICULAR, offencesOf } from './expect.ts';
import type { Executed } from './model.ts';
import { type Run, type Runs, runAgain } from './run.ts';
import { hangsOnRows, indexesOf, nodesOf, structureOf } from './shape.ts';
import type { Index } from './subject.ts';

/** What becomes worse without an index, and for whom. */
export interface Need {
  /** The query, or the foreign key. */
  readonly by: string;
  readonly without: string;
}

export interface IndexNeeds {
  readonly index: Index;
  readonly needs: readonly Need[];
}

/** How many times dearer a plan has to be without an index that it names for the index to count as needed. */
const DEARER = 2;

/**
 * Takes each index away, in turn, and plans again what used it. It is needed when something then reads a growing table
 * whole, sorts what came in order, or is estimated at twice the cost. It is hidden from the planner rather than dropped,
 * which would lock the table: the same to a plan.
 */
export async function findNeeds(
  client: pg.Client,
  indexes: readonly Index[],
  queries: readonly Runs[],
  actions: readonly ActionRun[],
  ground: Ground,
): Promise<IndexNeeds[]> {
  const needs: IndexNeeds[] = [];
  for (const index of indexes) {
    const found: Need[] = [];
    await client.query('savepoint without_index');
    await hide(client, index);
    for (const { query, runs } of queries) {
      const using = ofEachStructure(runs).filter(({ executed }) => uses(index, executed));
      const again = await runAgain(client, using);
      const without = again.map((run, at) => worse(query, using[at]?.executed, run.executed, ground)).find(Boolean);
      if (without) found.push({ by: query.name, without });
    }
    for (const { action, run } of actions.filter(({ run: { executed } }) => uses(index, executed))) {
      const [again] = await runAgain(client, [run]);
      const without = again && worse(NOTHING_PARTICULAR, run.executed, again.executed, ground);
      if (without) found.push({ by: action.id, without });
    }
    await client.query('rollback to savepoint without_index; release savepoint without_index');
    needs.push({ index, needs: found });
  }
  return needs;
}

/** One of those whose plans are the same but for their parameters. */
const ofEachStructure = (runs: readonly Run[]): Run[] => [
  ...new Map(runs.map((run) => [structuresOf(run.executed), run])).values(),
];

const structuresOf = (executed: Executed): string => plansOf(executed).map(structureOf).join('\n');

const uses = (index: Index, executed: Executed): boolean =>
  plansOf(executed).some((plan) => [...nodesOf(plan)].some(({ node }) => indexesOf(node).includes(index.name)));

const plansOf = ({ plan, nested }: Executed) =>
  [plan, ...nested.map((inner) => inner.plan)].filter((one) => !hangsOnRows(one));

/** Invalid to the planner, until the rollback; the row of the table is touched so that cached plans are made again. */
async function hide(client: pg.Client, { oid }: Index): Promise<void> {
  await client.query(
    `update pg_index set indisvalid = false where indexrelid = ${oid};
     update pg_class set reltuples = reltuples where oid = (select indrelid from pg_index where indexrelid = ${oid})`,
  );
}

/** What is worse about the plans without the index than with it, in words. */
function worse(query: Expected, before: Executed | undefined, after: Executed, ground: Ground): string | undefined {
  if (!before) return undefined;
  // That the index is not used any more goes without saying.
  const unnamed = { ...query, indexes: [] };
  const known = new Set(offencesOf(before, unnamed, ground).map(({ seen }) => seen));
  const [offence] = offencesOf(after, unnamed, ground).filter(({ seen }) => !known.has(seen));
  if (offence) return offence.what;
  return costOf(after) >= DEARER * costOf(before) ? 'more than twice the cost' : undefined;
}

const costOf = (executed: Executed): number =>
  plansOf(executed).reduce((sum, plan) => sum + Number(plan['Total Cost']), 0);
