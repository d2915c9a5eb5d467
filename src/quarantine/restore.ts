import type pg from 'pg';
import { setAsideIn } from '../accounting/quarantine.ts';
import type { Quarantine } from '../accounting/settings.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { type QuarantinedRow, type RestoreChoice, RestoreError, type RestoreResult } from './model.ts';
import type { RestoreSections } from './sections.ts';
import type { RestoreSettings } from './settings.ts';

/**
 * Restores quarantined rows: those whose parents exist now, and with them the rows that waited for them. All of it in
 * one transaction; a restored row keeps its line in quarantine, with the time of its restoration.
 * @param keep whether the transaction is committed; without it, the result says what would be done
 * @throws RestoreError when there is no quarantine, or a schema has the name of the one that is created meanwhile
 */
export async function restoreQuarantined(
  client: pg.Client,
  quarantine: Quarantine,
  settings: RestoreSettings,
  sections: RestoreSections,
  choice: RestoreChoice,
  keep: boolean,
): Promise<RestoreResult> {
  const work = { client, quarantine, settings, sections };
  await client.query('begin');
  try {
    await open(work);
    const waiting = await read<QuarantinedRow>(client, `${waitingOf(quarantine)} order by 1, 2`);
    const chosen = waiting.filter((row) => isChosen(row, choice));
    // Other rows are restored too when they wait for the chosen ones, and not when they could be restored without them.
    const others = waiting.filter((row) => !isChosen(row, choice));
    const independent = others.length > 0 ? await tried(work, others) : new Set<string>();
    const ids = waiting.filter((row) => !independent.has(keyOf(row)));
    await run(work, ids);
    const still = new Map((await read<QuarantinedRow>(client, waitingOf(quarantine))).map((row) => [keyOf(row), row]));
    await client.query(`drop schema ${quoteIdentifier(settings.through)} cascade`);
    await client.query(keep ? 'commit' : 'rollback');
    return {
      restored: ids.filter((row) => !still.has(keyOf(row))),
      left: chosen.flatMap((row) => still.get(keyOf(row)) ?? []),
    };
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

interface RestoreWork {
  readonly client: pg.Client;
  readonly quarantine: Quarantine;
  readonly settings: RestoreSettings;
  readonly sections: RestoreSections;
}

/** Creates the stand-in tables for the old ones, and locks the quarantine table against other writers. */
async function open({ client, quarantine: { relation }, settings }: RestoreWork): Promise<void> {
  const [there] = await read<{ relation: boolean; schema: boolean }>(
    client,
    'select to_regclass($1) is not null as relation, exists (select from pg_namespace where nspname = $2) as schema',
    [relation, settings.through],
  );
  if (!there?.relation)
    throw new RestoreError(`The database has no table ${relation}. Run \`rolecall migrate\` first.`);
  if (there.schema)
    throw new RestoreError(
      `Schema ${settings.through} exists already, and this command creates one of that name. Rename it, and try again.`,
    );
  await client.query(`lock table ${relation} in share row exclusive mode`);
  await client.query(`create schema ${quoteIdentifier(settings.through)}`);
  for (const { source, columns } of await read<{ source: string; columns: string }>(client, settings.definitions))
    await client.query(`create table ${standIn(settings, source)} (${columns})`);
}

/** The keys of the rows that would be restored if there were no others; nothing is changed. */
async function tried(work: RestoreWork, rows: readonly QuarantinedRow[]): Promise<ReadonlySet<string>> {
  await work.client.query('savepoint trial');
  await run(work, rows);
  const still = new Set((await read<QuarantinedRow>(work.client, waitingOf(work.quarantine))).map(keyOf));
  await work.client.query('rollback to savepoint trial');
  return new Set(rows.map(keyOf).filter((key) => !still.has(key)));
}

/** Runs the sections over these rows. */
async function run(
  { client, quarantine, settings, sections }: RestoreWork,
  rows: readonly QuarantinedRow[],
): Promise<void> {
  for (const source of new Set(rows.map((row) => row.source))) {
    const table = standIn(settings, source);
    await client.query(
      `insert into ${table}
       select whole.* from ${setAsideIn(quarantine)} q cross join lateral jsonb_populate_record(null::${table}, q.row_data) whole
       where q.source_table = $1 and q.source_id::text = any ($2)`,
      [source, rows.filter((row) => row.source === source).map(({ id }) => id)],
    );
  }
  for (const text of [sections.before, ...sections.carry, sections.after]) await client.query(text);
}

const waitingOf = (quarantine: Quarantine): string =>
  `select q.source_table as source, q.source_id::text as id, q.reason from ${setAsideIn(quarantine)} q`;

const keyOf = ({ source, id }: QuarantinedRow): string => `${source} ${id}`;

function isChosen({ source, reason }: QuarantinedRow, choice: RestoreChoice): boolean {
  const table = choice.table === undefined || source === choice.table || source.endsWith(`.${choice.table}`);
  return table && (choice.reason === undefined || reason === choice.reason);
}

const standIn = ({ through }: RestoreSettings, source: string): string =>
  `${quoteIdentifier(through)}.${quoteIdentifier(source.slice(source.indexOf('.') + 1))}`;

async function read<T>(client: pg.Client, text: string, values: readonly unknown[] = []): Promise<T[]> {
  return (await client.query(text, [...values])).rows as T[];
}
