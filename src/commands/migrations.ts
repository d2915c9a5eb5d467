import type { Config } from '../config/schema.ts';
import { rolledBack, withClient } from '../database/connect.ts';
import { mustBeAbleToMigrate } from '../database/rights.ts';
import { untilStopped } from '../database/running.ts';
import { databaseExists, dropDatabase, recreateDatabase, withServer } from '../database/server.ts';
import { setAside } from '../database/set-aside.ts';
import { type ConnectionStrings, databaseOf } from '../database/urls.ts';
import { UserError } from '../errors.ts';
import { dropCopies, dropOtherCopies } from '../migrations/copies/copies.ts';
import { type GivenCopy, KEPT_COPY, readyShadow, SHADOW_READY } from '../migrations/copies/shadow.ts';
import { writePlainly } from '../migrations/file-findings.ts';
import { committedTexts, currentMigration, NEWEST_BEFORE, newestCommitted } from '../migrations/files.ts';
import { capture, runOnTerminal, runQuietly } from '../migrations/graphile-migrate.ts';
import { rememberMigrations } from '../migrations/remember.ts';
import type { CompiledMigration } from '../migrations/rerun.ts';
import { rememberSettings } from '../migrations/roles/database-settings.ts';
import { putBackText, rememberRoles } from '../migrations/roles/put-back.ts';
import { mustHaveRunTheseMigrations } from '../migrations/sequence.ts';
import { sessionDeviations } from '../migrations/session/deviations.ts';
import { explainStop } from '../migrations/stopped.ts';
import { readWayBack, wayBackText } from '../migrations/way-back.ts';
import { mustNotBePreparing } from '../online/stage.ts';
import { compareWithShadow, invalidIndexes } from '../proof/after-commit.ts';
import { fillLegacy } from '../proof/build.ts';
import { invariantsOf, proveInvariants } from '../proof/invariants.ts';
import { secondShadow } from '../proof/second-shadow.ts';
import type { Deviation } from '../report/deviation.ts';
import { toRun } from '../report/layout.ts';
import { findingsText } from '../report/text.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { exportedFiles } from '../supabase/export.ts';
import { hostedDeviations } from '../supabase/hosted/check.ts';
import { mustNotBeHosted } from '../supabase/hosted/owned.ts';
import { stampNewest } from '../supabase/stamp.ts';
import {
  configOf,
  type ExitCode,
  type GlobalFlags,
  print,
  type ReportFlags,
  refusesMigrationFiles,
} from './context.ts';
import { exportAfter } from './export.ts';

export interface CommitFlags extends GlobalFlags {
  readonly message?: string;
}

export interface ResetFlags extends GlobalFlags {
  readonly erase?: true;
  readonly shadow?: true;
}

/** graphile-migrate's commit; its hook on the shadow database runs the gate. */
export async function commit(flags: CommitFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  if (await refusesMigrationFiles(config, 'text')) return 1;
  const rewritten = await writePlainly();
  if (rewritten.length > 0)
    print(
      config,
      'text',
      `Line feeds alone end the lines now, and no byte order mark is there: ${rewritten.join(', ')}.`,
      {},
    );
  const putBack = await rememberMigrations();
  let committed = false;
  // Refused, failed or interrupted: the files are then as they were.
  const settle = untilStopped(async () => (committed ? undefined : putBack()));
  const message = flags.message === undefined ? [] : ['--message', flags.message];
  let code: ExitCode = 2;
  try {
    code = await withServer(config.database, async ({ urls }) => {
      await createMissing(urls, config);
      // graphile-migrate reports a text that can't be compiled.
      const current = await currentMigration(urls).catch(() => undefined);
      const refusal = await refusedUnrun(current, config);
      if (refusal !== undefined) return refusal;
      const result = await commitOrUndo(urls, current?.sql ?? '', ['commit', ...message]);
      committed = result === 0;
      if (committed && config.supabase) {
        await stampNewest(Date.now());
        print(config, 'text', await exportAfter(config.supabase), {});
      }
      const found = committed ? await compareWithShadow(urls, config) : await invalidIndexes(urls.main);
      if (found.length === 0) return result;
      print(config, 'text', findingsText({ deviations: found, notEvaluated: [] }), {});
      return 1;
    });
  } finally {
    await settle();
  }
  const text = committed
    ? code !== 0
      ? 'Committed, but your database is not what the migrations make of an empty one. The report above says how it gets there.'
      : `Committed. Now run ${toRun('snapshot')}, and have the migration and the snapshots reviewed together.`
    : `Not committed: current.sql is unchanged. The report above says what to fix; ${toRun('watch')} shows the effect as you edit.`;
  print(config, 'text', text, {});
  return code;
}

/** Runs graphile-migrate's commit. When it is refused, fails or is interrupted, the server's roles are again as they were. */
async function commitOrUndo(urls: ConnectionStrings, sql: string, args: readonly string[]): Promise<ExitCode> {
  const putBack = await rememberRoles(urls, sql);
  let committed = false;
  let copy: GivenCopy | undefined;
  const settle = untilStopped(async () => {
    // Before roles are dropped, on which objects in these databases may depend.
    await dropDatabase(urls.root, secondShadow(urls)).catch(() => {});
    const kept = copy?.name;
    await (committed ? dropCopies(urls, kept ? [kept] : []) : dropOtherCopies(urls, kept)).catch(() => {});
    if (!committed) process.stdout.write(putBackText(await putBack()));
  });
  try {
    const shadow = await readyShadow(urls);
    copy = shadow.copy;
    const code = await runOnTerminal(args, urls, {
      variables: { [NEWEST_BEFORE]: await newestCommitted(), [KEPT_COPY]: copy ? JSON.stringify(copy) : '' },
      loaded: shadow.ready ? [SHADOW_READY] : [],
    });
    committed = code === 0;
    return code;
  } finally {
    await settle();
  }
}

/**
 * Refuses, before anything runs, a migration that would end its own transaction or leave its session changed: its own
 * error would come from graphile-migrate's next statement, and say nothing of the migration.
 * @returns the exit code of a refusal
 */
async function refusedUnrun(current: CompiledMigration | undefined, config: Config): Promise<ExitCode | undefined> {
  const deviations = current ? [...(await sessionDeviations(current)), ...(await refusedByHost(current, config))] : [];
  if (deviations.length === 0) return undefined;
  print(config, 'text', findingsText({ deviations, notEvaluated: [] }), {});
  return 1;
}

/** The statements of a migration that Supabase's hosted service would refuse, where the project exports its migrations. */
async function refusedByHost({ name, sql }: CompiledMigration, { supabase }: Config): Promise<Deviation[]> {
  if (!supabase) return [];
  const before = await exportedFiles(supabase);
  const texts = [...before.map(({ migration }) => migration), { file: name, body: sql }];
  // A text that is not SQL is graphile-migrate's to report, and what was committed before is not this migration's fault.
  const found = await hostedDeviations(texts).catch(() => []);
  const known = new Set((await hostedDeviations(texts.slice(0, -1))).map(({ where, seen }) => where + seen));
  return found.filter(({ where, seen }) => !known.has(where + seen));
}

/** graphile-migrate's uncommit: the newest committed migration becomes current.sql again. */
export async function uncommit(flags: GlobalFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  return withServer(config.database, async ({ urls }) => {
    // Only a migration that has run can be undone: otherwise graphile-migrate's table has no row of it.
    if (await createMissing(urls, config)) await runQuietly(['migrate'], urls);
    const code = await runOnTerminal(['uncommit'], urls);
    if (code === 0 && config.supabase) print(config, 'text', await exportAfter(config.supabase), {});
    return code;
  });
}

/**
 * graphile-migrate's migrate: runs the committed migrations that the database does not have yet, and then checks the
 * invariants, with exit code 1 when one is broken or could not be evaluated. When it is stopped from outside, one line says
 * why, and the exit code is 2.
 */
export async function migrate(flags: GlobalFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  // A mistake in their files is told before anything moves.
  await invariantsOf(config);
  if (await refusesMigrationFiles(config, 'text')) return 1;
  return withServer(config.database, async ({ urls }) => {
    await createMissing(urls, config);
    await withClient(urls.main, (client) => mustBeAbleToMigrate(client, config.database.extensions));
    await withClient(urls.main, mustNotBePreparing);
    await sayWayBack(urls.main, config);
    let complaints = '';
    const code = await runOnTerminal(['migrate'], urls, {
      complain: (line) => {
        complaints += line;
      },
    });
    const stop = code === 0 ? undefined : await explainStop(complaints, urls.main);
    process.stderr.write(stop ?? complaints);
    return code === 0 ? reportInvariants(urls.main, config) : stop ? 2 : code;
  });
}

/** Prints what the rows of a database that has been migrated break. */
async function reportInvariants(url: string, config: Config): Promise<ExitCode> {
  const findings = await proveInvariants(url, config);
  if (findings.deviations.length + findings.notEvaluated.length === 0) return 0;
  print(config, 'text', findingsText(findings), {});
  return 1;
}

/** Before the move: whether there is a way back. Where the old tables have moved, or no way is configured, it says nothing. */
async function sayWayBack(url: string, config: Config): Promise<void> {
  const { legacy } = config;
  const wayBack = legacy?.wayBack;
  if (!legacy || !wayBack) return;
  // What it can't see now, graphile-migrate meets too, and is told of then: a lock, or a server that is not there.
  const text = await withClient(url, async (client) => {
    const { rows } = await client.query<{ here: boolean }>(
      `select exists (select from unnest($1::text[]) t where to_regclass(t) is not null)
          and not exists (select from unnest($2::text[]) t where to_regclass(t) is not null) as here`,
      [
        Object.keys(legacy.mapping).map((table) => `${legacy.sourceSchema}.${quoteIdentifier(table)}`),
        Object.values(legacy.mapping).map(({ source }) => source),
      ],
    );
    if (!rows[0]?.here) return undefined;
    return rolledBack(client, async () => {
      await client.query("set local lock_timeout = '2s'");
      return wayBackText(await readWayBack(client, wayBack), wayBack);
    });
  }).catch((error: Error) => `Whether there is a way back was not looked at: ${error.message}.`);
  if (text !== undefined) print(config, 'text', text, {});
}

/** graphile-migrate's status; its exit code is 1 for pending migrations, 2 for a current.sql that is not empty, 3 for both. */
export async function status(flags: ReportFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  if (await refusesMigrationFiles(config, flags.format)) return 1;
  return withServer(config.database, async ({ urls }) => {
    await createMissing(urls, config);
    const { code, output } = await capture(['status'], urls);
    const pending = [...output.matchAll(/^\s+(\d+\.sql)$/gm)].map(([, name]) => name);
    const text = output.trim() || 'Every committed migration has run, and current.sql is empty.';
    print(config, flags.format, text, { pending, currentIsEmpty: (code & 2) === 0 });
    return code;
  });
}

/**
 * graphile-migrate's reset. The embedded engine never holds production data; on any other server it needs --erase. When it
 * fails or is interrupted, the database, the server's roles and the files are as they were; otherwise the new database has
 * the settings of the old one.
 */
export async function reset(flags: ResetFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  return withServer(config.database, async ({ kind, urls }) => {
    const shadow = flags.shadow ? ['--shadow'] : [];
    const database = flags.shadow ? urls.shadow : urls.main;
    if (!flags.erase && kind !== 'embedded')
      throw new UserError(
        `reset deletes everything in database ${databaseOf(database)} of the server that DATABASE_URL names. Nothing was done. If that is what you want, run it again with --erase.`,
      );
    if (await databaseExists(urls.root, database)) await withClient(database, mustNotBeHosted);
    await dropOtherCopies(urls);
    return keepingOnFailure(urls, database, () => runOnTerminal(['reset', '--erase', ...shadow], urls));
  });
}

/** Resets a database that is set aside meanwhile. */
async function keepingOnFailure(urls: ConnectionStrings, url: string, run: () => Promise<number>): Promise<number> {
  const putBackFiles = await rememberMigrations();
  const putBackRoles = await rememberRoles({ ...urls, main: urls.root }, await committedTexts(), databaseOf(url));
  const settings = await rememberSettings(urls.root, url);
  const old = await setAside(urls.root, url);
  let done = false;
  const settle = untilStopped(async () => {
    if (done) {
      await settings.giveAgain();
      await old?.drop();
      return;
    }
    await old?.putBack();
    process.stdout.write(putBackText(await putBackRoles()));
    await putBackFiles();
    if (old) process.stderr.write(`rolecall: the reset failed, and ${databaseOf(url)} is as it was.\n`);
  });
  try {
    const code = await run();
    done = code === 0;
    return code;
  } finally {
    await settle();
  }
}

/** Fills a database that was just reset with what was there before the migrations; graphile-migrate's afterReset hook. */
export async function loadLegacy(flags: GlobalFlags, url: string): Promise<ExitCode> {
  const config = await configOf(flags);
  await withClient(url, (client) => fillLegacy(client, config));
  return 0;
}

/**
 * Creates a database that does not exist yet, with the legacy schema and rows.
 * @returns whether it was created
 * @throws DatabaseError when it exists, and did not run the migrations that are committed now
 */
async function createMissing({ root, main }: ConnectionStrings, config: Config): Promise<boolean> {
  if (await databaseExists(root, main)) {
    await withClient(main, mustHaveRunTheseMigrations);
    return false;
  }
  await recreateDatabase(root, main);
  await withClient(main, (client) => fillLegacy(client, config));
  return true;
}
