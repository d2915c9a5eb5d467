import pg from 'pg';
import { SESSION_SETTINGS } from '../accounting/canonical-text.ts';
import { accountForAll, measureAll } from '../accounting/database.ts';
import { findTables } from '../catalog/user-tables.ts';
import { withClient } from '../database/connect.ts';
import type { Server } from '../database/server.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import { committedMigrations } from '../migrations/files.ts';
import { runQuietly } from '../migrations/graphile-migrate.ts';
import { readBefore, readWayBack, tryWayBack } from '../migrations/way-back.ts';
import { mergeFindings } from '../report/deviation.ts';
import type { Progress } from '../report/progress.ts';
import { compareCopy } from './compare-copy.ts';
import { copyDump, requireHostTables } from './copy-dump.ts';
import { serverFailure } from './error.ts';
import { readMigrationNotes } from './migration-notes.ts';
import type { ReportSection } from './report-section.ts';
import type { REPORT_SECTIONS } from './report-sections.ts';
import type { RehearsalResult } from './result.ts';
import { readSetAside } from './set-aside.ts';
import { NO_HOST, type RehearsedProject } from './settings.ts';
import type { Dump } from './source/file.ts';
import { requireLegacy } from './source/legacy.ts';
import type { LiveSource } from './source/live.ts';
import { wayBackFindings } from './way-back.ts';

/** The input of a rehearsal. */
export interface RehearsalInput {
  readonly project: RehearsedProject;
  readonly server: Server;
  /** `main` is an empty database for the copy. */
  readonly urls: ConnectionStrings;
  readonly dump: Dump;
  /** The source itself, where it is a database. */
  readonly live: LiveSource | undefined;
  readonly sections: typeof REPORT_SECTIONS;
}

/**
 * Makes a copy, measures it, migrates it, and accounts for everything that was measured.
 * @throws RehearsalError when it cannot run; MigrationError when a migration fails
 */
export async function runRehearsal(input: RehearsalInput, progress: Progress): Promise<RehearsalResult> {
  try {
    return await rehearse(input, progress);
  } catch (error) {
    throw (error instanceof pg.DatabaseError ? serverFailure(error) : undefined) ?? error;
  }
}

async function rehearse(input: RehearsalInput, progress: Progress): Promise<RehearsalResult> {
  const { project, server, urls, dump, live } = input;
  const { legacy } = project;
  const host = legacy.host ?? NO_HOST;
  const copied = await progress.step(`Copy ${dump.name}`, (tell) =>
    withClient(urls.main, (client) => copyDump(client, dump, host, tell)),
  );
  const { tables, bytesBefore, kind } = await withClient(urls.main, async (client) => {
    await client.query(SESSION_SETTINGS);
    const before = await findTables(client, host.schemas, host.tables);
    await requireLegacy(client, dump.name, before, project);
    requireHostTables(dump, copied, host);
    return { tables: before, bytesBefore: await sizeOf(client), kind: await kindOf(client, server) };
  });
  // No session is connected to the copy now, so that sections can make copies of it.
  const finish = await beginSections(input, kind, progress);
  // One connection from here to the end: the digests are in its temporary tables, which no migration sees.
  return withClient(urls.main, async (client) => {
    await client.query(SESSION_SETTINGS);
    const { measured, findings } = await progress.step('Measure every value', async (tell) => {
      const measuredTables = await measureAll(client, tables, legacy, tell);
      return { measured: measuredTables, findings: await compareCopy(measuredTables, copied, live, tell) };
    });
    const { wayBack } = legacy;
    const before = wayBack
      ? await progress.step('Look whether there is a way back', async () => ({
          notes: await readWayBack(client, wayBack),
          structure: await readBefore(client),
        }))
      : undefined;
    await progress
      .step('Migrate the copy', () => runQuietly(['migrate'], urls))
      .catch(async (error) => {
        await finish().catch(() => {});
        throw error;
      });
    const account = await progress.step('Account for every value', (tell) =>
      accountForAll(client, measured, legacy, tell),
    );
    const bytesAfter = await sizeOf(client);
    const sections = await finish();
    const trial =
      wayBack && before
        ? await progress.step('Go back, in a transaction that is rolled back', () =>
            tryWayBack(client, wayBack, before.structure),
          )
        : undefined;
    const wentBack = before && trial ? { notes: before.notes, trial } : null;
    return {
      source: { name: dump.name, kind: dump.kind, version: copied.version },
      copy: { where: server.where, version: await versionOf(client), bytesBefore, bytesAfter },
      migrations: await committedMigrations(),
      measured,
      comparedWith: live ? 'every value of the source' : 'the number of rows in the dump',
      accounts: account.accounts,
      compared: account.compared,
      setAside: await readSetAside(client, legacy.quarantine),
      notes: legacy.notes ? await readMigrationNotes(client, legacy.notes) : [],
      wayBack: wentBack,
      leftOut: copied.leftOut,
      differences: account.differences,
      findings: mergeFindings([
        findings,
        { deviations: account.deviations, notEvaluated: [] },
        wayBackFindings(wentBack, wayBack),
      ]),
      sections,
    };
  });
}

/** Begins every section, and gives the function that finishes all of them. */
async function beginSections(
  { project, urls, sections }: RehearsalInput,
  kind: Server['kind'],
  progress: Progress,
): Promise<() => Promise<ReportSection[]>> {
  const begun: (() => Promise<ReportSection | undefined>)[] = [];
  for (const { step, build } of sections)
    begun.push(await progress.step(step, (tell) => build({ project, kind, urls, tell })));
  return async () => {
    const finished: ReportSection[] = [];
    for (const finish of begun) {
      const section = await finish();
      if (section) finished.push(section);
    }
    return finished;
  };
}

/** The embedded engine can also be named by the connection string that it prints: its version says what it is. */
async function kindOf(client: pg.Client, { kind }: Server): Promise<Server['kind']> {
  const { rows } = await client.query<{ version: string }>('select version()');
  return rows[0]?.version.includes('(PGlite') ? 'embedded' : kind;
}

/** The bytes of the database without temporary tables, which are the rehearsal's own. */
async function sizeOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(
    `select (pg_database_size(current_database())
             - coalesce((select sum(pg_total_relation_size(oid)) from pg_class where relpersistence = 't'), 0))::text as bytes`,
  );
  return Number(rows[0]?.bytes);
}

async function versionOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ version: string }>(`select current_setting('server_version') as version`);
  return rows[0]?.version ?? '';
}
