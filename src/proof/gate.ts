import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import { secondFromCopy } from '../migrations/copies/second.ts';
import type { GivenCopy } from '../migrations/copies/shadow.ts';
import { statementsWithoutEffect } from '../migrations/effect/without-effect.ts';
import { committedMigration } from '../migrations/files.ts';
import { type CompiledMigration, proveRerunnable } from '../migrations/rerun.ts';
import { sessionDeviations } from '../migrations/session/deviations.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';
import { makeProgress } from '../report/progress.ts';
import { proveAnswers } from './answers.ts';
import { allAtOnce } from './at-once.ts';
import type { ProofDatabase } from './behaviour.ts';
import { type Elsewhere, elsewhereText, proveBehaviourThere, withElsewhere } from './elsewhere.ts';
import { proveInvariantsInWorld } from './invariants.ts';
import { proveAccess, proveCatalog, proveGraphql, provePlannedQueries } from './prove.ts';
import { proveRows } from './rows.ts';
import { withSecondShadow } from './second-shadow.ts';

/** The findings of the gate about a migration. */
export interface GateProof {
  readonly findings: Findings;
  /** Each table whose rows it changed, with the numbers, a line each. */
  readonly rows: readonly string[];
  /** A sentence on the part that was proved on the embedded engine, and why; undefined where nothing was. */
  readonly elsewhere: string | undefined;
}

/**
 * Proves that a migration may be committed, on the shadow database that has just run it: the catalogs keep the rules, the
 * matrix is as declared, every GraphQL schema builds without warnings, the queries have the plans that they need, each
 * statement does what it says, no row or value goes that it does not declare, and it can run again.
 * @param name of the committed file
 * @param copy the copy of what the migrations before it made, where one was kept: half of it is then proved on a second
 * database, at the same time
 */
export async function gate(
  urls: ConnectionStrings,
  config: Config,
  name: string,
  copy: GivenCopy | undefined,
): Promise<GateProof> {
  // graphile-migrate shows what its hooks print when they have ended.
  return withElsewhere(
    urls.shadow,
    config,
    makeProgress('json'),
    { plans: true, calls: true, run: ['migrate'] },
    (elsewhere) => gateOn({ urls, elsewhere }, config, name, copy),
  );
}

async function gateOn(
  { urls, elsewhere }: { readonly urls: ConnectionStrings; readonly elsewhere: Elsewhere | undefined },
  config: Config,
  name: string,
  copy: GivenCopy | undefined,
): Promise<GateProof> {
  const committed = await committedMigration(name, urls);
  const proveBoth = (second: string | undefined) => {
    const looked = proveByLooking(second ?? urls.shadow, elsewhere, config);
    // What a proof writes and rolls back makes the files of tables larger, and a plan's cost counts their pages.
    const called = second
      ? proveByCalling([{ url: urls.shadow }, { url: second, free: looked }], elsewhere, urls, config, committed)
      : looked.then(() => proveByCalling([{ url: urls.shadow }], elsewhere, urls, config, committed));
    return allAtOnce([looked, called, proveRows(urls, config, committed)]);
  };
  const [looked, { idle, rerun, ...called }, rows] = copy
    ? await withSecondShadow(urls, (second) => secondFromCopy(urls, copy, second), proveBoth)
    : await proveBoth(undefined);
  return {
    rows: rows.lines,
    elsewhere: elsewhere && elsewhereText(elsewhere),
    findings: mergeFindings([
      { deviations: await sessionDeviations(committed), notEvaluated: [] },
      { deviations: idle, notEvaluated: [] },
      { deviations: rows.deviations, notEvaluated: [] },
      looked.catalog.findings,
      looked.invariants,
      called.access.findings,
      called.behaviour.findings,
      looked.plans.findings,
      looked.graphql.findings,
      looked.answers.findings,
      rerun,
    ]),
  };
}

/** The half that reads, plans, and asks GraphQL. */
async function proveByLooking(url: string, elsewhere: Elsewhere | undefined, config: Config) {
  const catalog = await proveCatalog(url, config);
  const plans = await provePlannedQueries(elsewhere?.statistics ? elsewhere.url : url, config);
  const invariants = await proveInvariantsInWorld(url, config);
  const graphql = await proveGraphql(url, config);
  const answers = await proveAnswers(url, config, graphql.schemas);
  return { catalog, plans, invariants, graphql, answers };
}

/**
 * The half that acts as each persona, and then runs the migration again, which stays in the database.
 * @param databases alike, in which functions are called: the shadow database first
 */
async function proveByCalling(
  databases: readonly ProofDatabase[],
  elsewhere: Elsewhere | undefined,
  { shadow }: ConnectionStrings,
  config: Config,
  committed: CompiledMigration,
) {
  const access = await proveAccess(shadow, config);
  // Not GraphQL in other worlds: its answers are those of SQL, and check asks in them, too.
  const behaviour = await proveBehaviourThere(databases, elsewhere, config, access.functionCells);
  const idle = await withClient(shadow, (client) => statementsWithoutEffect(client, committed));
  const rerun = await withClient(shadow, (client) => proveRerunnable(client, committed, config.world));
  return { access, behaviour, idle, rerun };
}

/**
 * Whether findings refuse a migration. Plans need a superuser, whom a server may not give: that they were not evaluated
 * for this is said, and refuses nothing.
 */
export function refuses({ deviations, notEvaluated }: Findings): boolean {
  return deviations.length > 0 || notEvaluated.some(({ check }) => check !== 'plans');
}
