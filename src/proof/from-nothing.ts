import type { Counts } from '../access/findings.ts';
import type { Cell } from '../access/model.ts';
import { account, type TableAccount } from '../accounting/account.ts';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import { databaseExists, recreateDatabase, type Server } from '../database/server.ts';
import { statementsWithoutEffect } from '../migrations/effect/without-effect.ts';
import { committedMigrations, currentMigration } from '../migrations/files.ts';
import { proveRerunnable } from '../migrations/rerun.ts';
import { mustHaveRunTheseMigrations } from '../migrations/sequence.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';
import type { Progress } from '../report/progress.ts';
import type { Files } from '../report/snapshots.ts';
import { proveAnswers } from './answers.ts';
import { type BehaviourProof, proveBehaviour } from './behaviour.ts';
import { buildLegacy, migrateMain, migrateShadow } from './build.ts';
import { proveAccess, proveCatalog, proveGraphql, provePlannedQueries, proveTypes } from './prove.ts';

/** Everything that was proved of a database built from nothing but the repository. */
export interface FullProof {
  readonly migrations: readonly string[];
  readonly currentIsEmpty: boolean;
  readonly accounts: readonly TableAccount[];
  readonly cells: readonly Cell[];
  readonly counts: Counts & BehaviourProof['counts'];
  /** How many answers of GraphQL's were held against SQL's. */
  readonly answers: number;
  readonly files: Files;
  readonly findings: Findings;
}

/**
 * Builds the shadow database from legacy data, the committed migrations and current.sql, accounts for every legacy row,
 * and proves the result: catalogs, access, GraphQL schemas, types, and that current.sql can run again. It
 * compares with no file: that is the caller's to do, with `files`.
 */
export async function proveFromNothing({ urls }: Server, config: Config, progress: Progress): Promise<FullProof> {
  await progress.step('Build a legacy database', () => buildLegacy(urls, config));
  await progress.step('Run the migrations and current.sql on it', () => migrateShadow(urls));
  const { accounts, findings: legacyFindings } = await progress.step('Account for every legacy row', () =>
    accountFor(urls.shadow, config),
  );
  const catalog = await progress.step('Check the catalogs against the rules', () => proveCatalog(urls.shadow, config));
  // Before access: what a proof writes and rolls back makes the files of tables larger, and a plan's cost counts their pages.
  const plans = await progress.step('Plan the queries on tables of production size', () =>
    provePlannedQueries(urls.shadow, config),
  );
  const access = await progress.step('Prove access as each persona', () => proveAccess(urls.shadow, config));
  const graphql = await progress.step('Build the GraphQL schema of each role', () => proveGraphql(urls.shadow, config));
  const behaviour = await progress.step('Call functions, and ask in other worlds', () =>
    proveBehaviour(urls.shadow, config, access.functionCells, graphql.schemas),
  );
  const answers = await progress.step('Hold the answers of GraphQL against those of SQL', () =>
    proveAnswers(urls.shadow, config, graphql.schemas),
  );
  const types = await progress.step('Generate the types', () => proveTypes(urls.shadow, config));
  const current = await currentMigration(urls);
  const idle = current ? await withClient(urls.shadow, (client) => statementsWithoutEffect(client, current)) : [];
  const rerun = await progress.step('Run current.sql again', async () =>
    current ? withClient(urls.shadow, (client) => proveRerunnable(client, current, config.world)) : mergeFindings([]),
  );
  return {
    migrations: await committedMigrations(),
    currentIsEmpty: !current,
    accounts,
    cells: access.cells,
    counts: { ...access.counts, ...behaviour.counts },
    answers: answers.answers,
    files: new Map([
      ...access.files,
      ...behaviour.files,
      ...plans.files,
      ...graphql.files,
      ...types.files,
      ...catalog.files,
    ]),
    findings: mergeFindings([
      legacyFindings,
      catalog.findings,
      access.findings,
      behaviour.findings,
      plans.findings,
      graphql.findings,
      answers.findings,
      types.findings,
      { deviations: idle, notEvaluated: [] },
      rerun,
    ]),
  };
}

/** @throws DatabaseError when the developer's database exists, and did not run the migrations that are committed now */
export async function mainMustFit({ urls }: Server): Promise<void> {
  if (await databaseExists(urls.root, urls.main)) await withClient(urls.main, mustHaveRunTheseMigrations);
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
