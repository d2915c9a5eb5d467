import type pg from 'pg';
import type { Index } from '../catalog/indexes.ts';
import { quoteLiteral } from '../sql/quote.ts';
import type { ActionRun } from './actions.ts';
import { type Expected, NOTHING_PARTICULAR, offencesOf, type PlanContext } from './expect.ts';
import type { Executed } from './model.ts';
import { type QueryRun, type QueryRuns, runAgain } from './run.ts';
import { hangsOnRows, indexesOf, nodesOf, structureOf } from './shape.ts';

/** Something that becomes worse without an index. */
export interface Need {
  /** The query or foreign key that needs the index. */
  readonly by: string;
  readonly without: string;
}

export interface IndexNeeds {
  readonly index: Index;
  readonly needs: readonly Need[];
}

/** An index counts as needed if a plan is estimated at this many times the cost without it. */
const DEARER = 2;

/**
 * Hides each index from the planner, in turn, and plans again whatever used it. It is needed when a plan then reads a growing
 * table completely, sorts rows that came in order, or is estimated at twice the cost. It is hidden rather than dropped, which
 * would lock the table; plans are the same.
 */
export async function findNeeds(
  client: pg.Client,
  indexes: readonly Index[],
  queries: readonly QueryRuns[],
  actions: readonly ActionRun[],
  context: PlanContext,
): Promise<IndexNeeds[]> {
  const needs: IndexNeeds[] = [];
  for (const index of indexes) {
    await client.query('savepoint without_index');
    await hide(client, index);
    const found: Missed[] = [];
    for (const { query, runs } of queries) {
      const using = ofEachStructure(runs).filter(({ executed }) => uses(index, executed));
      if (using.length > 0) found.push(await missed(client, query.name, using, query, context));
    }
    for (const { action, run } of actions.filter((one) => uses(index, one.run.executed)))
      found.push(await missed(client, action.id, [run], NOTHING_PARTICULAR, context));
    await client.query('rollback to savepoint without_index; release savepoint without_index');
    needs.push({ index, needs: needsOf(found) });
  }
  return needs;
}

/** The plan of something that uses an index, without the index. */
interface Missed {
  readonly by: string;
  /** Something that the plan without it does and should not do; undefined when there is nothing. */
  readonly offence: string | undefined;
  /** The estimated cost without the index, as a multiple of the cost with it. */
  readonly dearer: number;
}

async function missed(
  client: pg.Client,
  by: string,
  using: readonly QueryRun[],
  expected: Expected,
  context: PlanContext,
): Promise<Missed> {
  // An expectation that names the index itself is left out: it can't be met without it.
  const unnamed = { ...expected, indexes: [] };
  const again = await runAgain(client, using);
  const compared = using.map(({ executed: before }, at) => {
    const after = again[at]?.executed ?? before;
    const known = new Set(offencesOf(before, unnamed, context).map(({ seen }) => seen));
    const [offence] = offencesOf(after, unnamed, context).filter(({ seen }) => !known.has(seen));
    return { offence: offence?.what, dearer: costOf(after) / costOf(before) };
  });
  return {
    by,
    offence: compared.find(({ offence }) => offence)?.offence,
    dearer: Math.max(...compared.map(({ dearer }) => dearer)),
  };
}

/** An offence in a plan without the index says more than its cost, which depends on the rows that are there. */
function needsOf(found: readonly Missed[]): Need[] {
  const broken = found.flatMap(({ by, offence }) => (offence ? [{ by, without: offence }] : []));
  if (broken.length > 0) return broken;
  if (!found.some(({ dearer }) => dearer >= DEARER)) return [];
  return found.map(({ by }) => ({
    by,
    without: 'a higher cost, and at least twice the cost for one of those that use it',
  }));
}

/** One of those whose plans are the same but for their parameters. */
const ofEachStructure = (runs: readonly QueryRun[]): QueryRun[] => [
  ...new Map(runs.map((run) => [structuresOf(run.executed), run])).values(),
];

const structuresOf = (executed: Executed): string => plansOf(executed).map(structureOf).join('\n');

const uses = (index: Index, executed: Executed): boolean =>
  plansOf(executed).some((plan) => [...nodesOf(plan)].some(({ node }) => indexesOf(node).includes(index.name)));

const plansOf = ({ plan, nested }: Executed) =>
  [plan, ...nested.map((inner) => inner.plan)].filter((one) => !hangsOnRows(one));

/** Invalid to the planner, until the rollback; the row of the table is touched so that cached plans are invalidated. */
async function hide(client: pg.Client, { sql }: Index): Promise<void> {
  const oid = `${quoteLiteral(sql)}::regclass`;
  await client.query(
    `update pg_index set indisvalid = false where indexrelid = ${oid};
     update pg_class set reltuples = reltuples where oid = (select indrelid from pg_index where indexrelid = ${oid})`,
  );
}

const costOf = (executed: Executed): number =>
  plansOf(executed).reduce((sum, plan) => sum + Number(plan['Total Cost']), 0);
