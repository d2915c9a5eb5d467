// Production drifted: each drift that is known or was thought of is met by the migrations, alone and together with all
// others. Nothing is lost or altered, and the new schema is the same as without it.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import config from '../../../rolecall.config.ts';
import { account } from '../../../src/accounting/account.ts';
import { readContents } from '../../../src/catalog/contents.ts';
import { readStructure, type StructureLine } from '../../../src/catalog/structure.ts';
import { freshDatabase, onRealServer, type TestDatabase } from '../../support/databases.ts';
import { legacyTemplate, migrate } from '../../support/legacy.ts';
import { freshRole } from '../../support/roles.ts';
import { additions } from './drift/additions.ts';
import { BASE } from './drift/base.ts';
import type { Drift } from './drift/case.ts';
import { keys } from './drift/keys.ts';
import { known } from './drift/known.ts';
import { refused } from './drift/refused.ts';
import { unknown } from './drift/unknown.ts';
import { narrower, values } from './drift/values.ts';

/** In an order in which they can all be made: views keep columns as they are, and keys that are dropped serve none. */
const drifts = { ...values, ...known, ...narrower, ...unknown, ...keys, ...additions };

let template: Awaited<ReturnType<typeof legacyTemplate>>;
let undrifted: ReadonlySet<string>;
beforeAll(async () => {
  template = await legacyTemplate(BASE);
  undrifted = await drifted({ sql: '' }, async (database) => new Set((await structureOf(database)).map(lineOf)));
});
afterAll(() => template?.drop());

// Each takes as long as all: the embedded engine is left with all at once.
describe.each(Object.entries(drifts))('%s', (_, drift) => {
  onRealServer('is met', () => drifted(drift, (database) => meets(database, drift)));
});

test('all at once are met', async () => {
  const all = Object.values(drifts);
  const together: Drift = {
    sql: all.map(({ sql }) => sql).join(';\n'),
    keeps: new RegExp(all.flatMap(({ keeps }) => keeps?.source ?? []).join('|')),
    columns: all.flatMap(({ columns = [] }) => columns),
  };
  await drifted(together, (database) => meets(database, together));
});

test('a role of one’s own has on the new tables what it had on the old, and no more', async () => {
  const analyst = await freshRole();
  const sql = `
    grant select, update on public.channels to "${analyst.name}";
    create table public.by_analyst (id int);
    grant select on public.by_analyst to "${analyst.name}"`;
  try {
    await drifted({ sql }, async ({ client }) => {
      const { rows } = await client.query(
        `select has_schema_privilege($1, 'public', 'usage') as usage, has_table_privilege($1, 'public.by_analyst', 'select') as own,
                has_table_privilege($1, 'public.channels', 'select') and has_table_privilege($1, 'public.channels', 'update') as same,
                has_table_privilege($1, 'public.channels', 'delete') or has_table_privilege($1, 'public.videos', 'select') as more`,
        [analyst.name],
      );
      expect(rows).toEqual([{ usage: true, own: true, same: true, more: false }]);
    });
  } finally {
    await analyst.drop();
  }
});

describe.each(Object.entries(refused))('%s', (_, { sql, says }) => {
  test('is refused by name, and nothing changes', async () => {
    const database = await freshDatabase(template.name);
    try {
      await database.client.query(sql);
      const before = await everythingOf(database);
      const refusal = await migrate(database).then(() => 'It was migrated.', String);
      for (const words of says) expect(refusal).toMatch(words);
      expect(await everythingOf(database)).toEqual(before);
    } finally {
      await database.drop();
    }
  });
});

/** A copy of the legacy database, changed by hand and then migrated. */
async function drifted<T>({ sql }: Drift, use: (database: TestDatabase) => Promise<T>): Promise<T> {
  const database = await freshDatabase(template.name);
  try {
    await database.client.query(sql);
    await migrate(database);
    return await use(database);
  } finally {
    await database.drop();
  }
}

async function meets(database: TestDatabase, { keeps, columns = [], shows = [] }: Drift): Promise<void> {
  expect(await unaccounted(database)).toEqual(columns.map((column) => [column, 'none']).sort());
  const structure = await structureOf(database);
  const extra = structure.filter((line) => !undrifted.has(lineOf(line)) && !keeps?.test(line.object));
  const missing = [...undrifted].filter((line) => !new Set(structure.map(lineOf)).has(line));
  expect({ extra, missing }).toEqual({ extra: [], missing: [] });
  for (const [query, ...expected] of shows) {
    const { rows } = await database.client.query({ text: query, rowMode: 'array' });
    expect([query, rows.flat()]).toEqual([query, await Promise.all(expected.map((value) => named(database, value)))]);
  }
}

/** Where rows are lost or altered, or a column has no line; and what was seen there. */
async function unaccounted({ client }: TestDatabase): Promise<string[][]> {
  const { legacy } = config;
  if (!legacy) throw new Error('There is no mapping.');
  const { findings } = await account(client, legacy);
  return findings.deviations.map(({ where, seen }) => [where, seen]).sort();
}

/** Without the old tables, which are as they were, and graphile-migrate's. */
async function structureOf({ client }: TestDatabase): Promise<StructureLine[]> {
  const lines = await readStructure(client);
  return lines.filter(({ object }) => !/\blegacy\b|^extension|^schema legacy/.test(object));
}

const lineOf = ({ object, definition }: StructureLine): string => `${object}: ${definition}`;

async function everythingOf({ client }: TestDatabase): Promise<unknown> {
  return [await readStructure(client), [...(await readContents(client))].map(([table, rows]) => [table, [...rows]])];
}

/** `$name` stands for the id of that name. */
async function named({ client }: TestDatabase, value: unknown): Promise<unknown> {
  if (typeof value !== 'string' || !value.startsWith('$')) return value;
  const { rows } = await client.query('select md5($1)::uuid::text as id', [value.slice(1)]);
  return rows[0]?.id;
}
