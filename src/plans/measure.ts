import type pg from 'pg';
import { personasOf } from '../access/personas.ts';
import { plantWorld } from '../access/seed.ts';
import { rolledBack, withClient } from '../database/connect.ts';
import type { Findings, NotEvaluated } from '../report/deviation.ts';
import { type ActionRun, runActions } from './actions.ts';
import { callsOneOf } from './calls.ts';
import { listenToPlans } from './execute.ts';
import type { PlanContext } from './expect.ts';
import { queryDeviations } from './findings.ts';
import { readActions } from './foreign-keys.ts';
import { readApproximateScans } from './iterative-scan.ts';
import type { Executed, Query } from './model.ts';
import { readQueries } from './read.ts';
import { type QueryRuns, runQuery } from './run.ts';
import type { PlansConfig, QuerySettings } from './settings.ts';
import { childrenOf, indexesOf, nodesOf, tableOf } from './shape.ts';
import { readAbility, readCostlyFunctions } from './subject.ts';
import { readTables, type SizedTable } from './tables.ts';

/** The pages of tables and indexes that a query, or the statement of a foreign key, touched, counted at each access. */
export interface Measurement {
  readonly name: string;
  readonly set: string;
  readonly mode: string;
  readonly rows: number;
  readonly pages: number;
  /** The most that it may touch; none is declared for foreign keys. */
  readonly limit: number | undefined;
  /** The pages of the same without row security. */
  readonly bypassed: number | undefined;
}

export interface Measured {
  readonly measurements: readonly Measurement[];
  /** The queries whose plans were held against their files, and how many there are. */
  readonly planned: { readonly judged: number; readonly of: number };
  readonly findings: Findings;
}

/** Pages depend on the answer more than on the table: they say something when it has this part of its declared rows. */
const FOR_PAGES = 0.1;
/** A smaller table may rightly be planned otherwise. */
const FOR_PLANS = 0.5;

/** A plan of which nothing is expected. */
const ANY_PLAN = { indexes: [], ordered: false } as const;

/**
 * Executes every query as its persona on the rows that are there, in a transaction that is rolled back, and compares pages
 * with the query files; plans too, where the tables have about their declared size. What reads a table that is far
 * smaller is not evaluated at all.
 * @throws QueryFileError when query files have mistakes
 */
export async function measurePlans(url: string, config: PlansConfig, settings: QuerySettings): Promise<Measured> {
  const queries = await readQueries(settings, config);
  return withClient(url, async (client) => {
    const { superuser } = await readAbility(client);
    return rolledBack(client, () => measureIn(client, queries, config, settings, superuser));
  });
}

async function measureIn(
  client: pg.Client,
  queries: readonly Query[],
  config: PlansConfig,
  settings: QuerySettings,
  superuser: boolean,
): Promise<Measured> {
  if (superuser) await listenToPlans(client);
  const tables = await readTables(client, settings.schemas, Object.keys(settings.sizes));
  await plantWorld(client, config.world);
  const functions = await readCostlyFunctions(client);
  const context: PlanContext = { sizes: settings.sizes, functions, approximate: await readApproximateScans(client) };
  const runs: QueryRuns[] = [];
  for (const query of queries)
    runs.push(await runQuery(client, query, personasOf(config), settings.caller, { warm: true }));
  const actions = await runActions(client, await readActions(client, settings.schemas));

  const hidden = superuser ? [] : runs.filter((own) => runsInside(own, functions));
  const seen = runs.filter((own) => !hidden.includes(own));
  const large = seen.filter((own) => !smallTables(own, tables, settings, FOR_PAGES));
  const whole = large.filter((own) => !smallTables(own, tables, settings, FOR_PLANS));
  const fixed = Object.fromEntries(Object.entries(settings.sizes).filter(([, size]) => size.fixed));
  const deviations = large.flatMap((own) => {
    const judged = whole.includes(own) ? own : { ...own, query: { ...own.query, ...ANY_PLAN } };
    return queryDeviations(judged, whole.includes(own) ? context : { ...context, sizes: fixed }, pagesOf);
  });
  const notEvaluated = runs.flatMap((own): NotEvaluated[] => {
    const why = hidden.includes(own) ? INSIDE : smallTables(own, tables, settings, FOR_PAGES);
    return why ? [{ check: 'plans', where: own.query.name, why }] : [];
  });
  return {
    measurements: [...large.flatMap(measurementsOf), ...actions.map(measurementOf)],
    planned: { judged: whole.length, of: runs.length },
    findings: { deviations, notEvaluated: [...notEvaluated, ...(superuser ? [] : [UNHEARD])] },
  };
}

const AS_A_SUPERUSER = 'auto_explain, which reports these plans, can be loaded only by a superuser. Connect as one.';
const INSIDE = `Its tables are read inside of functions. ${AS_A_SUPERUSER}`;
const UNHEARD: NotEvaluated = {
  check: 'plans',
  where: 'statements inside of functions and triggers',
  why: AS_A_SUPERUSER,
};

/** Whether functions do what a query is about: its own plan calls some, and reads no table or lacks an index that is expected. */
function runsInside({ query, runs }: QueryRuns, functions: readonly string[]): boolean {
  return runs.some(({ executed: { plan } }) => {
    const nodes = [...nodesOf(plan)].map(({ node }) => node);
    if (!nodes.some((node) => callsOneOf(node, functions))) return false;
    const used = new Set(nodes.flatMap(indexesOf));
    return !nodes.some((node) => tableOf(node) !== undefined) || query.indexes.some((index) => !used.has(index));
  });
}

/** The growing tables that a query read and that have less than this part of their declared rows, in words. */
function smallTables(
  { runs }: QueryRuns,
  tables: readonly SizedTable[],
  { sizes }: QuerySettings,
  part: number,
): string | undefined {
  const plans = runs.flatMap(({ executed }) => [executed.plan, ...executed.nested.map((inner) => inner.plan)]);
  const read = new Set(plans.flatMap((plan) => [...nodesOf(plan)].flatMap(({ node }) => tableOf(node) ?? [])));
  const small = tables.filter(({ id, rows }) => {
    const size = sizes[id];
    return read.has(id) && size && !size.fixed && rows < size.rows * part;
  });
  if (small.length === 0) return undefined;
  const counts = small.map(
    ({ id, rows }) => `${id} has ${rows.toLocaleString('en')} rows of ${sizes[id]?.rows.toLocaleString('en')}`,
  );
  return `Too few rows to represent production, by the server's own statistics: ${counts.join('; ')}.`;
}

/** The pages that a statement touched, in memory or not. Those that its triggers touched are not among them. */
export function pagesOf({ plan }: Executed): number {
  return Number(plan['Shared Hit Blocks'] ?? 0) + Number(plan['Shared Read Blocks'] ?? 0);
}

/** The rows that it gave; of a change, those that it changed. */
function rowsOf({ plan }: Executed): number {
  const [changed] =
    plan['Node Type'] === 'ModifyTable' ? childrenOf(plan).filter((child) => !child['Subplan Name']) : [];
  const counted = changed ?? plan;
  return Number(counted['Actual Rows'] ?? 0) * Number(counted['Actual Loops'] ?? 1);
}

const measurementsOf = ({ query, runs }: QueryRuns): Measurement[] =>
  runs.map(({ set, mode, executed, bypassed }) => ({
    name: query.name,
    set,
    mode,
    rows: rowsOf(executed),
    pages: pagesOf(executed),
    limit: query.pages,
    bypassed: bypassed && pagesOf(bypassed),
  }));

const measurementOf = ({ action, run }: ActionRun): Measurement => ({
  name: action.id,
  set: action.rule,
  mode: run.mode,
  rows: rowsOf(run.executed),
  pages: pagesOf(run.executed),
  limit: undefined,
  bypassed: undefined,
});
