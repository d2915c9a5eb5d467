import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import config from '../../../../rolecall.config.ts';
import { account } from '../../../../src/accounting/account.ts';
import { readContents } from '../../../../src/catalog/contents.ts';
import { readStructure } from '../../../../src/catalog/structure.ts';
import { type Before, exists, type Fingerprints, fingerprints, objectsIn, unknownRows } from './before.ts';
import { carriedAsTheyAre } from './carried.ts';
import { BY_HAND } from './extras.ts';
import { soundRows } from './model.ts';
import { type Table, tables } from './rows.ts';

/** What is wrong with a migrated database, in words; nothing when it is as it should be. */
export async function faultsOf(
  client: pg.Client,
  before: Before,
  reference: ReadonlyMap<string, string>,
): Promise<string[]> {
  return [
    ...(await accountFaults(client)),
    ...(await rowFaults(client, before)),
    ...(await catalogFaults(client, before, reference)),
    ...(await backFaults(client, before)),
  ];
}

/** What a migration says that will not run as things are; any other error is thrown again. */
export function refusalIn(error: Error): string {
  if (!error.message.includes(`This database can't be migrated as it is:`)) throw error;
  return error.message;
}

/** A refusal names what was made by hand and what to do about it, and changes nothing. */
export function refusalFaults(refusal: string, before: Before, after: Before): string[] {
  const reasons = refusal.split('\n').filter((line) => line.startsWith('  - '));
  return [
    ...(reasons.length > 0 ? [] : ['it is refused without a reason']),
    ...reasons
      .filter((reason) => !/^ {2}- The .*(drop|leave)/i.test(reason))
      .map((reason) => `refused for no reason of a hand's: ${reason}`),
    ...(isDeepStrictEqual(before, after) ? [] : ['it is refused, and something changed']),
  ];
}

/** Everything that a second run could change. */
export async function stateOf(client: pg.Client): Promise<{ structure: unknown; contents: unknown }> {
  return { structure: await readStructure(client), contents: await readContents(client) };
}

/** The definitions of the new schema, by object: what every migrated database has to have. */
export async function definitionsOf(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const lines = await readStructure(client);
  return new Map(
    lines
      .filter(({ object, definition }) => !isLegacy(object) && !isNotNull(definition))
      .map(({ object, definition }) => [object, withoutGrants(definition)]),
  );
}

/** Rights that somebody gave by hand to a role that is none of the API's stay. */
const withoutGrants = (definition: string): string => definition.replaceAll(/\bauthenticator=[^,}]*,?/g, '');

/** From PostgreSQL 18 on NOT NULL has a name, which depends on what else there is; its column says it too. */
const isNotNull = (definition: string): boolean => definition.startsWith('NOT NULL ');

const isLegacy = (object: string): boolean => /\blegacy\b/.test(object);

async function accountFaults(client: pg.Client): Promise<string[]> {
  const { legacy } = config;
  if (!legacy) return ['rolecall.config.ts names no legacy database'];
  const { findings } = await account(client, legacy);
  return (
    findings.deviations
      // That nobody has decided about a column that nobody has heard of is so by design: it is kept where it was.
      .filter(({ seen }) => seen !== 'none')
      .map(({ where, seen, evidence }) => `account of ${where}: ${seen}\n${evidence ?? ''}`)
  );
}

async function rowFaults(client: pg.Client, before: Before): Promise<string[]> {
  const sound = soundRows(before.rows);
  const aside = await setAside(client);
  const faults: string[] = [];
  for (const table of tables) {
    const was = before.rows.get(table);
    const source = config.legacy?.mapping[table.split('.')[1] ?? '']?.source;
    if (!was || !source) continue;
    if (await exists(client, source))
      faults.push(...differences(was, await fingerprints(client, `only ${source}`), `${source} no longer holds`));
    const now = await fingerprints(client, table);
    const kept = aside.get(source) ?? new Map();
    faults.push(...differences(kept, was, `was set aside from ${source} other than it was`, true));
    for (const [id, row] of was) {
      if (now.has(id) === kept.has(id))
        faults.push(`${table} ${id}: ${now.has(id) ? 'carried and set aside' : 'neither carried nor set aside'}`);
      if (sound.get(table)?.has(id) && !now.has(id))
        faults.push(`${table} ${id}: set aside without a reason: ${JSON.stringify(row)}`);
      faults.push(...changes(table, id, row, now));
    }
  }
  return faults;
}

/** What is made up where it is missing, by a rule that the account knows. */
const filled = ['channel_name', 'channel_url', 'title'];

function changes(table: Table, id: string, row: Readonly<Record<string, string>>, now: Fingerprints): string[] {
  const carried = now.get(id);
  if (!carried) return [];
  return Object.entries(carriedAsTheyAre[table] ?? {})
    .filter(([was, is]) => was in row && row[was] !== carried[is] && !(row[was] === 'null' && filled.includes(was)))
    .map(([was, is]) => `${table} ${id}.${was}: ${row[was]} became ${carried[is]}`);
}

/** What of the first is not in the second with the same values; more columns are no difference. */
function differences(was: Fingerprints, is: Fingerprints, words: string, onlyShared = false): string[] {
  return [...was].flatMap(([id, row]) => {
    const found = is.get(id);
    if (!found) return [`${id}: ${words}: ${JSON.stringify(row)}`];
    return Object.entries(row)
      .filter(([column, value]) => (onlyShared && !(column in found) ? false : found[column] !== value))
      .map(([column, value]) => `${id}.${column}: ${words}: ${value}, but ${found[column]}`);
  });
}

async function setAside(client: pg.Client): Promise<Map<string, Fingerprints>> {
  const { rows } = await client.query<{ source: string }>(
    'select distinct source_table as source from private.quarantined_rows',
  );
  const found = new Map<string, Fingerprints>();
  for (const { source } of rows) {
    const held = `(select source_id as id, row_data from private.quarantined_rows where source_table = '${source}')`;
    found.set(source, await fingerprints(client, held, 'row_data'));
  }
  return found;
}

async function catalogFaults(
  client: pg.Client,
  before: Before,
  reference: ReadonlyMap<string, string>,
): Promise<string[]> {
  const is = await definitionsOf(client);
  const objects = new Set(await objectsIn(client));
  const unknown = await unknownRows(client);
  return [
    ...[...reference]
      .filter(([object, definition]) => is.get(object) !== definition)
      .map(([object, definition]) => `${object}: ${definition}\n  is ${is.get(object)}`),
    ...[...is.keys()]
      .filter((object) => !reference.has(object) && !object.includes(BY_HAND))
      .map((object) => `${object} is not of the new schema`),
    ...before.objects
      .filter((object) => !objects.has(object) && !isReplaced(object))
      .map((object) => `${object} is gone`),
    ...before.unknown.filter((row) => !unknown.includes(row)).map((row) => `a row is gone: ${row}`),
    ...(await unproven(client)),
  ];
}

/** What has nothing to do with the old tables out of the way is kept as text; going back shows that all of it is there. */
const isReplaced = (object: string): boolean => /^(trigger|policy|function) /.test(object);

/** Whoever goes back has every object and every row of before again. */
async function backFaults(client: pg.Client, before: Before): Promise<string[]> {
  await client.query('begin');
  try {
    await client.query(await readFile('migrations/online/back.sql', 'utf8'));
    const objects = new Set(await objectsIn(client));
    const { rows: notes } = await client.query<{ note: string }>(
      "select subject || ': ' || note as note from redesign.not_as_before",
    );
    const faults = [
      ...before.objects.filter((object) => !objects.has(object)).map((object) => `${object} is gone after going back`),
      // Two rows of one channel by different keys have one key once a rule has followed them: the one that was set aside has it.
      ...notes
        .filter(({ note }) => !/^row \S+ of .* not written: duplicate key/.test(note))
        .map(({ note }) => `going back says ${note}`),
    ];
    for (const table of tables) {
      const was = before.rows.get(table);
      const is = was && (await exists(client, table)) ? await fingerprints(client, table) : new Map();
      const lost = [...(was ?? [])].filter(([id]) => !is.has(id));
      faults.push(...lost.map(([id]) => `${table} ${id} is gone after going back`));
    }
    return faults;
  } catch (error) {
    return [`there is no way back: ${error}`];
  } finally {
    await client.query('rollback');
  }
}

async function unproven(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ fault: string }>(`
    select conname || ' on ' || conrelid::regclass::text || ' is not validated' as fault
    from pg_constraint where connamespace::regnamespace::text in ('public', 'private') and not convalidated
      and conrelid::regclass::text !~ '${BY_HAND}'`);
  return rows.map(({ fault }) => fault);
}
