import type { Counts } from '../access/findings.ts';
import type { Cell } from '../access/model.ts';
import { account, type TableAccount } from '../accounting/account.ts';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import { databaseExists, recreateDatabase, type Server } from '../database/server.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import { statementsWithoutEffect } from '../migrations/effect/without-effect.ts';
import { committedMigrations, currentMigration } from '../migrations/files.ts';
import { proveRerunnable } from '../migrations/rerun.ts';
import { mustHaveRunTheseMigrations } from '../migrations/sequence.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';
import type { Progress } from '../report/progress.ts';
import type { Files } from '../report/snapshots.ts';
import { proveAnswers } from './answers.ts';
import { allAtOnce } from './at-once.ts';
import type { BehaviourProof, ProofDatabase } from './behaviour.ts';
import { buildLegacy, migrateMain, migrateShadow } from './build.ts';
import { type Elsewhere, elsewhereText, proveBehaviourThere, withElsewhere } from './elsewhere.ts';
import { proveInvariantsInWorld } from './invariants.ts';
import { proveAccess, proveCatalog, proveGraphql, provePlannedQueries, proveTypes } from './prove.ts';
import { copyShadow, withSecondShadow } from './second-shadow.ts';

/** Everything that was proved of a database built from nothing but the repository. */
export interface FullProof {
  readonly migrations: readonly string[];
  readonly currentIsEmpty: boolean;
  readonly accounts: readonly TableAccount[];
  readonly cells: readonly Cell[];
  readonly counts: Counts & BehaviourProof['counts'];
  /** How many answers of GraphQL's were held against SQL's. */
  readonly answers: number;
  /** A sentence on the part that was proved on the embedded engine, and why; undefined where nothing was. */
  readonly elsewhere: string | undefined;
  readonly files: Files;
  readonly findings: Findings;
}

/** More that a caller does with the shadow database that was just built, and while it is proved. */
export interface MoreWork {
  /** Before anything is proved; nobody is connected to the shadow database then. */
  readonly built: () => Promise<void>;
  readonly meanwhile: () => Promise<void>;
}

/**
 * Builds the shadow database from legacy data, the committed migrations and current.sql, accounts for every legacy row,
 * and proves the result: catalogs, access, GraphQL schemas, types, and that current.sql can run again. Half of it is proved
 * on a copy, at the same time. It compares with no file: that is the caller's to do, with `files`.
 */
export async function proveFromNothing(
  { urls }: Server,
  config: Config,
  progress: Progress,
  more?: MoreWork,
): Promise<FullProof> {
  // Loaded while the server is busy.
  void import('../graphql/postgraphile.ts').then(({ loadPostGraphile }) => loadPostGraphile()).catch(() => {});
  await progress.step('Build a legacy database', () => buildLegacy(urls, config));
  await progress.step('Run the migrations and current.sql on it', () => migrateShadow(urls));
  await more?.built();
  return withElsewhere(
    urls.shadow,
    config,
    progress,
    { plans: true, calls: true, run: ['watch', '--once'] },
    (elsewhere) =>
      withSecondShadow(
        urls,
        (second) => copyShadow(urls, second),
        async (second): Promise<FullProof> => {
          const places = { urls, second, elsewhere };
          const [proof] = await allAtOnce([proveBuilt(places, config, progress), more?.meanwhile() ?? null]);
          return proof;
        },
      ),
  );
}

/** The databases of a proof: the shadow database, possibly its copy, and possibly one on the embedded engine. */
interface Places {
  readonly urls: ConnectionStrings;
  readonly second: string | undefined;
  readonly elsewhere: Elsewhere | undefined;
}

/** Proves the shadow database, and at the same time its copy; without a copy, one after the other. */
async function proveBuilt({ urls, second, elsewhere }: Places, config: Config, progress: Progress): Promise<FullProof> {
  const { shadow } = urls;
  const graphql = progress.step('Build the GraphQL schema of each role', () => proveGraphql(second ?? shadow, config));
  const looked = graphql.then(() => proveByLooking(second ?? shadow, elsewhere, config, progress, graphql));
  // What a proof writes and rolls back makes the files of tables larger, and a plan's cost counts their pages.
  const called = second
    ? proveByCalling([{ url: shadow }, { url: second, free: looked }], elsewhere, urls, config, progress, graphql)
    : looked.then(() => proveByCalling([{ url: shadow }], elsewhere, urls, config, progress, graphql));
  const [
    schemas,
    { accounted, catalog, plans, invariants, answers, types },
    { access, behaviour, current, idle, rerun },
  ] = await allAtOnce([graphql, looked, called]);
  return {
    migrations: await committedMigrations(),
    currentIsEmpty: !current,
    accounts: accounted.accounts,
    cells: access.cells,
    counts: { ...access.counts, ...behaviour.counts },
    answers: answers.answers,
    elsewhere: elsewhere && elsewhereText(elsewhere),
    files: new Map([
      ...access.files,
      ...behaviour.files,
      ...plans.files,
      ...schemas.files,
      ...types.files,
      ...catalog.files,
    ]),
    findings: mergeFindings([
      accounted.findings,
      catalog.findings,
      invariants.findings,
      access.findings,
      behaviour.findings,
      plans.findings,
      schemas.findings,
      answers.findings,
      types.findings,
      { deviations: idle, notEvaluated: [] },
      rerun,
    ]),
  };
}

type RoleSchemas = Awaited<ReturnType<typeof proveGraphql>>;

/** The half that reads, plans, and asks GraphQL. */
async function proveByLooking(
  url: string,
  elsewhere: Elsewhere | undefined,
  config: Config,
  progress: Progress,
  graphql: Promise<RoleSchemas>,
) {
  return {
    accounted: await progress.step('Account for every legacy row', () => accountFor(url, config)),
    catalog: await progress.step('Check the catalogs against the rules', () => proveCatalog(url, config)),
    plans: await progress.step('Plan the queries on tables of production size', () =>
      provePlannedQueries(elsewhere?.statistics ? elsewhere.url : url, config),
    ),
    // After the plans: what is written and rolled back makes the files of tables larger.
    invariants: {
      findings: await progress.step('Check the invariants', () => proveInvariantsInWorld(url, config)),
    },
    answers: await progress.step('Hold the answers of GraphQL against those of SQL', async () =>
      proveAnswers(url, config, (await graphql).schemas),
    ),
    types: await progress.step('Generate the types', () => proveTypes(url, config)),
  };
}

/**
 * The half that acts as each persona, and then runs current.sql again, which stays in the database.
 * @param databases alike, in which functions are called: the shadow database first
 */
async function proveByCalling(
  databases: readonly ProofDatabase[],
  elsewhere: Elsewhere | undefined,
  urls: ConnectionStrings,
  config: Config,
  progress: Progress,
  graphql: Promise<RoleSchemas>,
) {
  const { shadow } = urls;
  const access = await progress.step('Prove access as each persona', () => proveAccess(shadow, config));
  const { schemas } = await graphql;
  const behaviour = await progress.step('Call functions, and ask in other worlds', () =>
    proveBehaviourThere(databases, elsewhere, config, access.functionCells, schemas),
  );
  const current = await currentMigration(urls);
  const idle = current ? await withClient(shadow, (client) => statementsWithoutEffect(client, current)) : [];
  const rerun = await progress.step('Run current.sql again', async () =>
    current ? withClient(shadow, (client) => proveRerunnable(client, current, config.world)) : mergeFindings([]),
  );
  return { access, behaviour, current, idle, rerun };
}

/** @throws DatabaseError when the developer's database exists, and did not run the migrations that are committed now */
export async function mainMustFit({ urls }: Server): Promise<void> {
  if (await databaseExists(urls.root, urls.main)) await withClient(urls.main, mustHaveRunTheseMigrations);
}

/**
 * Creates the developer's database, where there is none, as a copy of the shadow database that was just built, to which
 * nobody may be connected.
 */
export async function createMain({ urls }: Server): Promise<void> {
  if (!(await databaseExists(urls.root, urls.main))) await recreateDatabase(urls.root, urls.main, urls.shadow);
}

/**
 * Gives people a database to work on: migrated where it exists, and from the same legacy data where it does not.
 * @throws DatabaseError as mainMustFit does
 */
export async function prepareMain(server: Server, config: Config): Promise<void> {
  const { urls } = server;
  await mainMustFit(server);
  if (!(await databaseExists(urls.root, urls.main))) {
    await buildLegacy(urls, config);
    await recreateDatabase(urls.root, urls.main, urls.shadow);
  }
  await migrateMain(urls);
}

async function accountFor(url: string, { legacy }: Config): Promise<Awaited<ReturnType<typeof account>>> {
  if (!legacy) return { accounts: [], differences: [], findings: mergeFindings([]) };
  return withClient(url, (client) => account(client, legacy));
}
