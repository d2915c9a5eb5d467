import pg from 'pg';
import { SESSION_SETTINGS } from '../accounting/canonical-text.ts';
import { accountForAll, measureAll } from '../accounting/database.ts';
import { findTables } from '../accounting/tables.ts';
import type { Config } from '../config/define.ts';
import { withClient } from '../database/connect.ts';
import type { Server } from '../database/server.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import { committedMigrations } from '../migrations/files.ts';
import { runQuietly } from '../migrations/graphile-migrate.ts';
import { mergeFindings } from '../report/deviation.ts';
import type { Progress } from '../report/progress.ts';
import { copy, requireHostTables } from './copy.ts';
import { explain, RehearsalError } from './failure.ts';
import { readNotes } from './notes.ts';
import type { Outcome } from './outcome.ts';
import { readAside } from './quarantine.ts';
import { sameAsSource } from './same.ts';
import type { Section } from './section.ts';
import type { SECTIONS } from './sections.ts';
import type { Dump } from './source/file.ts';
import { requireLegacy } from './source/legacy.ts';
import type { LiveSource } from './source/live.ts';

type Legacy = NonNullable<Config['legacy']>;

/** What a rehearsal is given. */
export interface Given {
  readonly config: Config;
  readonly server: Server;
  /** `main` is an empty database for the copy. */
  readonly urls: ConnectionStrings;
  readonly dump: Dump;
  /** The source itself, where it is a database. */
  readonly live: LiveSource | undefined;
  /** What is shown beside the account. */
  readonly sections: typeof SECTIONS;
}

/**
 * Makes a copy, measures it, migrates it, and accounts for everything that was measured.
 * @throws RehearsalError when it cannot run; MigrationError when the migrations don't
 */
export async function runRehearsal(given: Given, progress: Progress): Promise<Outcome> {
  try {
    return await rehearsed(given, progress);
  } catch (error) {
    const reason = error instanceof pg.DatabaseError ? explain(error) : undefined;
    throw reason ? new RehearsalError(reason, { cause: error }) : error;
  }
}

async function rehearsed(given: Given, progress: Progress): Promise<Outcome> {
  const { config, server, urls, dump, live } = given;
  const legacy = legacyOf(config);
  const copied = await progress.step(`Copy ${dump.name}`, (tell) =>
    withClient(urls.main, (client) => copy(client, dump, config, tell)),
  );
  const { found, bytesBefore, kind } = await withClient(urls.main, async (client) => {
    await client.query(SESSION_SETTINGS);
    const tables = await findTables(client, legacy.host?.schemas, legacy.host?.tables);
    await requireLegacy(client, dump.name, tables, config);
    requireHostTables(dump, copied, config);
    return { found: tables, bytesBefore: await sizeOf(client), kind: await kindOf(client, server) };
  });
  // Nobody is connected to the copy now, so that sections can make copies of it.
  const finish = await beginSections(given, kind, progress);
  // One connection from here to the end: what it remembers of the tables is its own, and no migration sees it.
  return withClient(urls.main, async (client) => {
    await client.query(SESSION_SETTINGS);
    const { measured, findings } = await progress.step('Take the measure of every value', async (tell) => {
      const tables = await measureAll(client, found, legacy, tell);
      return { measured: tables, findings: await sameAsSource(tables, copied, live, tell) };
    });
    await progress
      .step('Migrate the copy', () => runQuietly(['migrate'], urls))
      .catch(async (error) => {
        await finish().catch(() => {});
        throw error;
      });
    const whole = await progress.step('Account for every value', (tell) =>
      accountForAll(client, measured, legacy, tell),
    );
    return {
      source: { name: dump.name, kind: dump.kind, version: copied.version },
      copy: { where: server.where, version: await versionOf(client), bytesBefore, bytesAfter: await sizeOf(client) },
      migrations: await committedMigrations(),
      measured,
      comparedWith: live ? 'every value of the source' : 'the number of rows in the dump',
      accounts: whole.accounts,
      compared: whole.compared,
      aside: await readAside(client, legacy.quarantine),
      notes: legacy.notes ? await readNotes(client, legacy.notes) : [],
      leftOut: copied.leftOut,
      differences: whole.differences,
      findings: mergeFindings([findings, { deviations: whole.deviations, notEvaluated: [] }]),
      sections: await finish(),
    };
  });
}

function legacyOf({ legacy }: Config): Legacy {
  if (!legacy) throw new RehearsalError('The configuration says nothing of legacy data: there is nothing to rehearse.');
  return legacy;
}

async function beginSections(
  { config, urls, sections: makers }: Given,
  kind: Server['kind'],
  progress: Progress,
): Promise<() => Promise<Section[]>> {
  const begun: (() => Promise<Section | undefined>)[] = [];
  for (const { title, make } of makers) {
    const rehearsal = { config, kind, urls };
    begun.push(await progress.step(title, (tell) => make({ ...rehearsal, tell })));
  }
  return async () => {
    const sections: Section[] = [];
    for (const finish of begun) {
      const section = await finish();
      if (section) sections.push(section);
    }
    return sections;
  };
}

/** The embedded engine can be named too, by the connection string that it prints: it says itself what it is. */
async function kindOf(client: pg.Client, { kind }: Server): Promise<Server['kind']> {
  const { rows } = await client.query<{ version: string }>('select version()');
  return rows[0]?.version.includes('(PGlite') ? 'embedded' : kind;
}

/** Without what the rehearsal itself remembers. */
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
