import type pg from 'pg';
import { account } from '../accounting/account.ts';
import { type Difference, explained } from '../accounting/differences.ts';
import type { Remembered } from '../accounting/fates.ts';
import { SETTINGS } from '../accounting/form.ts';
import { compareKept, type KeptTable } from '../accounting/kept.ts';
import { type FoundTable, findTables, type MeasuredTable, measureAndRemember } from '../accounting/measure.ts';
import type { Config } from '../config/define.ts';
import { withClient } from '../database/connect.ts';
import type { Server } from '../database/server.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import { committedMigrations } from '../migrations/files.ts';
import { runQuietly } from '../migrations/graphile-migrate.ts';
import { type Findings, together } from '../report/deviation.ts';
import type { Progress } from '../report/progress.ts';
import { copy, requireHostTables } from './copy.ts';
import { RehearsalError } from './failure.ts';
import type { Outcome } from './outcome.ts';
import { readAside } from './quarantine.ts';
import type { Restored } from './restore.ts';
import { sameAsSource } from './same.ts';
import type { Section } from './section.ts';
import type { SECTIONS } from './sections.ts';
import type { Dump } from './source/file.ts';
import { requireLegacy } from './source/legacy.ts';
import type { LiveSource } from './source/live.ts';

type Legacy = NonNullable<Config['legacy']>;
type Tell = (text: string) => void;

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
  const { config, server, urls, dump, live } = given;
  const legacy = legacyOf(config);
  const copied = await progress.step(`Copy ${dump.name}`, (tell) =>
    withClient(urls.main, (client) => copy(client, dump, config, tell)),
  );
  const { found, bytesBefore } = await withClient(urls.main, async (client) => {
    await client.query(SETTINGS);
    const tables = await findTables(client, legacy.host?.schemas, legacy.host?.tables);
    await requireLegacy(client, dump.name, tables, config);
    requireHostTables(dump, copied, config);
    return { found: tables, bytesBefore: await sizeOf(client) };
  });
  // Nobody is connected to the copy now, so that sections can make copies of it.
  const finish = await beginSections(given, progress);
  // One connection from here to the end: what it remembers of the tables is its own, and no migration sees it.
  return withClient(urls.main, async (client) => {
    await client.query(SETTINGS);
    const { measured, findings } = await progress.step('Take the measure of every value', (tell) =>
      measureAll(client, found, legacy, copied, live, tell),
    );
    await progress.step('Migrate the copy', () => runQuietly(['migrate'], urls));
    const kept = await progress.step('Compare what is kept', (tell) => compareAll(client, measured, legacy, tell));
    const accounted = await progress.step('Account for every value', () =>
      account(client, legacy, rememberedIn(measured, legacy)),
    );
    const explainedKept = kept.differences.map((difference) => explained(difference, legacy.mapping));
    return {
      source: { name: dump.name, kind: dump.kind, version: copied.version },
      copy: { where: server.where, version: await versionOf(client), bytesBefore, bytesAfter: await sizeOf(client) },
      migrations: await committedMigrations(),
      measured,
      comparedWith: live ? 'every value of the source' : 'the number of rows in the dump',
      accounts: accounted.accounts,
      kept: kept.tables,
      aside: await readAside(client, legacy.quarantine),
      leftOut: copied.leftOut,
      differences: [...kept.differences, ...accounted.differences],
      findings: together([findings, { deviations: explainedKept, notEvaluated: [] }, accounted.findings]),
      sections: await finish(),
    };
  });
}

function legacyOf({ legacy }: Config): Legacy {
  if (!legacy) throw new RehearsalError('The configuration says nothing of legacy data: there is nothing to rehearse.');
  return legacy;
}

async function measureAll(
  client: pg.Client,
  found: readonly FoundTable[],
  legacy: Legacy,
  copied: Restored,
  live: LiveSource | undefined,
  tell: Tell,
): Promise<{ measured: MeasuredTable[]; findings: Findings }> {
  const measured: MeasuredTable[] = [];
  for (const table of found) {
    tell(`${table.schema}.${table.name}`);
    // Rows of a mapped table are told apart by their ids, also where the primary key was lost.
    const mapped = table.schema === legacy.found && table.name in legacy.mapping;
    measured.push(await measureAndRemember(client, mapped ? { ...table, key: ['id'] } : table));
  }
  return { measured, findings: await sameAsSource(measured, copied, live, tell) };
}

async function compareAll(
  client: pg.Client,
  measured: readonly MeasuredTable[],
  legacy: Legacy,
  tell: Tell,
): Promise<{ tables: KeptTable[]; differences: Difference[] }> {
  const now = await findTables(client);
  const tables: KeptTable[] = [];
  const differences: Difference[] = [];
  for (const before of measured) {
    tell(`${before.schema}.${before.name}`);
    const declared = before.schema === legacy.found ? legacy.mapping[before.name]?.source : undefined;
    const after = declared
      ? now.find(({ schema, name }) => `${schema}.${name}` === declared)
      : now.find(({ oid }) => oid === before.oid);
    const compared = await compareKept(client, before, after);
    tables.push(compared.kept);
    differences.push(...compared.differences);
  }
  return { tables, differences };
}

/** The measures of the mapped tables, by their names. */
function rememberedIn(measured: readonly MeasuredTable[], { found, mapping }: Legacy): Map<string, Remembered> {
  return new Map(
    measured
      .filter(({ schema, name }) => schema === found && name in mapping)
      .map(({ name, remembered }) => [name, remembered]),
  );
}

async function beginSections(
  { config, server, urls, sections: makers }: Given,
  progress: Progress,
): Promise<() => Promise<Section[]>> {
  const begun: (() => Promise<Section | undefined>)[] = [];
  for (const { title, make } of makers) {
    const rehearsal = { config, kind: server.kind, urls };
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
