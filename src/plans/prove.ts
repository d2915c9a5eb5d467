import type pg from 'pg';
import type { Persona } from '../access/model.ts';
import { personasOf } from '../access/personas.ts';
import { plantWorld } from '../access/seed.ts';
import { rolledBack, withClient } from '../database/connect.ts';
import type { Findings } from '../report/deviation.ts';
import { type ActionRun, runActions } from './actions.ts';
import { listenToPlans } from './execute.ts';
import type { PlanContext } from './expect.ts';
import { comparePlans, undeclared } from './findings.ts';
import { readActions } from './foreign-keys.ts';
import { findNeeds, type IndexNeeds } from './indexes.ts';
import { readApproximateScans } from './iterative-scan.ts';
import type { Query } from './model.ts';
import { readQueries } from './read.ts';
import { renderPlans } from './render.ts';
import { type QueryRuns, runQuery } from './run.ts';
import type { PlansConfig, QuerySettings } from './settings.ts';
import { declareSizes } from './statistics.ts';
import { readAbility, readCostlyFunctions, readPlanIndexes } from './subject.ts';
import { readTables, type SizedTable } from './tables.ts';
import { addUnsorted } from './unsorted.ts';

/** The plans of one database, and the findings about them. */
export interface PlansProof {
  readonly major: number;
  readonly queries: readonly QueryRuns[];
  readonly actions: readonly ActionRun[];
  readonly indexes: readonly IndexNeeds[];
  readonly findings: Findings;
  /** The text of the snapshot; undefined when the server's version is not the one whose plans are kept. */
  readonly snapshot: string | undefined;
}

/**
 * How plans are made: a small file's pages say nothing of a large table's, so that reading in order is no cheaper than
 * not; and a plan must not depend on how many workers are free.
 */
const PLANNER = `
  select set_config('seq_page_cost', current_setting('random_page_cost'), true);
  set local max_parallel_workers_per_gather = 0; set local jit = off;`;

/**
 * Plans every query as its persona on tables of the declared size, in a transaction that is rolled back, and compares the
 * plans with the expectations of the query files.
 * @throws QueryFileError when query files have mistakes
 */
export async function provePlans(url: string, config: PlansConfig, settings: QuerySettings): Promise<PlansProof> {
  const queries = await readQueries(settings, config);
  return withClient(url, async (client) => {
    const { major, superuser } = await readAbility(client);
    if (!superuser) return unable(major, queries);
    return rolledBack(client, () => proveIn(client, major, queries, config, settings));
  });
}

async function proveIn(
  client: pg.Client,
  major: number,
  queries: readonly Query[],
  config: PlansConfig,
  settings: QuerySettings,
): Promise<PlansProof> {
  const { tables, context } = await prepare(client, config, settings);
  const personas: readonly Persona[] = personasOf(config);
  const chosen: QueryRuns[] = [];
  for (const query of queries) chosen.push(await runQuery(client, query, personas, settings.caller));
  const runs = await addUnsorted(client, chosen, context.approximate);
  const actions = await runActions(client, await readActions(client, settings.schemas));
  const indexes = await findNeeds(client, await readPlanIndexes(client, settings.schemas), runs, actions, context);
  const seen = { queries: runs, actions, indexes };
  return {
    major,
    ...seen,
    findings: {
      deviations: [...undeclared(tables, settings), ...comparePlans({ ...seen, major }, settings, context)],
      notEvaluated: [],
    },
    snapshot: major === settings.planner ? renderPlans({ major, ...seen, exempt: settings.exempt }) : undefined,
  };
}

/** Makes the planner of the open transaction see tables of the declared size. */
export async function prepare(
  client: pg.Client,
  config: PlansConfig,
  settings: QuerySettings,
): Promise<{ tables: readonly SizedTable[]; context: PlanContext }> {
  // The rows on which parameters are drawn: a table without a page is empty to the planner, whatever statistics say.
  await plantWorld(client, config.world);
  const tables = await readTables(client, settings.schemas, Object.keys(settings.sizes));
  await declareSizes(client, tables, settings.sizes);
  await client.query(PLANNER);
  await listenToPlans(client);
  const functions = await readCostlyFunctions(client);
  return { tables, context: { sizes: settings.sizes, functions, approximate: await readApproximateScans(client) } };
}

function unable(major: number, queries: readonly Query[]): PlansProof {
  const why =
    'Only a superuser can give the planner the table sizes of production. Connect as a superuser, or use the embedded engine.';
  return {
    major,
    queries: [],
    actions: [],
    indexes: [],
    findings: { deviations: [], notEvaluated: [{ check: 'plans', where: `${queries.length} queries`, why }] },
    snapshot: undefined,
  };
}
