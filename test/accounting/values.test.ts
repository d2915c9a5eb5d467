import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { SESSION_SETTINGS } from '../../src/accounting/canonical-text.ts';
import { accountForAll, measureAll } from '../../src/accounting/database.ts';
import type { LegacyTable } from '../../src/accounting/settings.ts';
import { findTables } from '../../src/catalog/user-tables.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

/** SQL of any value of a type. */
type Values = fc.Arbitrary<string>;

const literal = (type: string, value: fc.Arbitrary<unknown>): Values =>
  value.map((text) => `${pg.escapeLiteral(String(text).replaceAll('\0', ''))}::${type}`);
const named = (type: string, ...texts: string[]): Values => literal(type, fc.constantFrom(...texts));
const vectorOf = (element: fc.Arbitrary<number>): fc.Arbitrary<string> =>
  fc.array(element, { minLength: 3, maxLength: 3 }).map((all) => `[${all.join(',')}]`);

const float = (type: string): Values =>
  fc.oneof(
    named(type, '-0', '0', 'NaN', 'Infinity', '-Infinity', '1e-45', '-1.1754944e-38', '3.4028235e38'),
    literal(type, fc.float({ noNaN: true, noDefaultInfinity: true })),
  );

/** A column of each type, and any value of it: the largest, the oddest, text in any script. */
const COLUMNS: Record<string, { readonly type: string; readonly value: Values }> = {
  text: { type: 'text', value: literal('text', fc.string({ unit: 'binary', maxLength: 12 })) },
  int: { type: 'int', value: literal('int', fc.integer()) },
  bigint: { type: 'bigint', value: literal('bigint', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })) },
  numeric: {
    type: 'numeric',
    value: fc.oneof(
      named('numeric', 'NaN', 'Infinity', `${'9'.repeat(60)}.${'9'.repeat(40)}`, '1.10', '1.1'),
      literal('numeric', fc.double({ noNaN: true, noDefaultInfinity: true })),
    ),
  },
  real: { type: 'real', value: float('real') },
  double: { type: 'float8', value: fc.oneof(float('float8'), literal('float8', fc.double())) },
  bool: { type: 'bool', value: literal('bool', fc.boolean()) },
  moment: {
    type: 'timestamptz',
    value: fc.oneof(
      named('timestamptz', 'infinity', '-infinity', '4713-01-01 00:00:00+00 BC', '294276-12-31 23:59:59.999999+00'),
      fc.integer().map((seconds) => `to_timestamp(${seconds}.000001)`),
    ),
  },
  day: {
    type: 'date',
    value: fc.oneof(
      named('date', 'infinity', '-infinity', '5874897-12-31', '4713-01-01 BC'),
      fc.integer({ min: -700_000, max: 700_000 }).map((days) => `'2000-01-01'::date + (${days})`),
    ),
  },
  key: { type: 'uuid', value: literal('uuid', fc.uuid()) },
  json: {
    type: 'jsonb',
    value: literal(
      'jsonb',
      fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
    ),
  },
  bytes: { type: 'bytea', value: fc.integer({ min: 0, max: 255 }).map((byte) => `set_byte('\\x0000', 1, ${byte})`) },
  padded: { type: 'char(6)', value: literal('char(6)', fc.string({ maxLength: 6 })) },
  list: { type: 'text[]', value: fc.array(fc.integer()).map((all) => `array[${all.map((n) => `'${n}'`)}]::text[]`) },
  choice: { type: 'public.choice', value: named('public.choice', 'first', 'second', 'third') },
  vector: {
    type: 'public.vector(3)',
    value: literal('public.vector(3)', vectorOf(fc.float({ noNaN: true, min: -9, max: 9 }))),
  },
  half: {
    type: 'public.halfvec(3)',
    value: literal('public.halfvec(3)', vectorOf(fc.integer({ min: -999, max: 999 }))),
  },
};
const columns = Object.keys(COLUMNS);

const things: LegacyTable = {
  source: 'legacy.things',
  target: 'public.things',
  columns: Object.fromEntries(['id', ...columns].map((name) => [name, { target: `t."${name}"` }])),
};
const accounting = {
  sourceSchema: 'public',
  mapping: { things },
  expectedNewRows: {},
  quarantine: { relation: 'public.set_aside' },
};

const value = (name: string): Values =>
  fc.oneof({ arbitrary: COLUMNS[name]?.value ?? fc.constant('null'), weight: 4 }, fc.constant('null'));
const row = fc.tuple(...columns.map(value));
const relation = fc.constantFrom('public.things', 'legacy.things');
const column = fc.constantFrom(...columns);
/** What happens to one value or row after the move; <n> and <m> stand for ids. */
const harm = fc.oneof(
  column.chain((name) =>
    fc.tuple(relation, value(name)).map(([where, sql]) => `update ${where} set "${name}" = ${sql} where id = <n>`),
  ),
  column.map(
    (name) =>
      `update public.things t set "${name}" = (select o."${name}" from legacy.things o where o.id = <n> + <m> - t.id) where t.id in (<n>, <m>)`,
  ),
  relation.map((where) => `delete from ${where} where id = <n>`),
  relation.map((where) => `insert into ${where} (id) values (99)`),
);

let database: TestDatabase;

beforeAll(async () => {
  database = await freshDatabase();
  await database.client.query(`
    create extension vector; create schema legacy;
    create type public.choice as enum ('first', 'second', 'third');
    create table public.set_aside (source_table text, source_id int, row_data jsonb, reason text); ${SESSION_SETTINGS}`);
});

afterAll(() => database.drop());

/** Whether any value, by its bytes in memory, or any row is another than it was: PostgreSQL's own word, and not ours. */
async function harmed(): Promise<boolean> {
  const differs = (where: string) =>
    `exists (select from ${where} x full join original p on p.id = x.id where x.id is null or p.id is null or x::record *<> p::record)`;
  const { rows } = await database.client.query<{ harmed: boolean }>(
    `select ${differs('public.things')} or ${differs('legacy.things')} as harmed`,
  );
  return rows[0]?.harmed ?? false;
}

test('any values are accounted for after a move, and one that was changed is always found', async () => {
  const { client } = database;
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 2, maxLength: 5 }), harm, fc.nat(), async (rows, breaking, at) => {
      await client.query('begin');
      try {
        const values = rows.map((each, n) => `(${[n + 1, ...each].join(', ')})`).join(', ');
        await client.query(`create table public.things (id int primary key, ${columns.map((name) => `"${name}" ${COLUMNS[name]?.type}`).join(', ')});
                            insert into public.things values ${values}`);
        const found = (await findTables(client)).filter(({ name }) => name === 'things');
        const measured = await measureAll(client, found, accounting);
        await client.query(`create temporary table original on commit drop as select * from public.things;
                            alter table public.things set schema legacy;
                            create table public.things (like legacy.things); insert into public.things select * from legacy.things`);
        const sound = await accountForAll(client, measured, accounting);
        expect(sound.deviations).toEqual([]);
        for (const { checksums } of sound.accounts[0]?.columns ?? []) expect(checksums?.after).toBe(checksums?.before);

        const n = (at % rows.length) + 1;
        await client.query(breaking.replaceAll('<n>', `${n}`).replaceAll('<m>', `${(n % rows.length) + 1}`));
        const { deviations } = await accountForAll(client, measured, accounting);
        expect(deviations.length > 0).toBe(await harmed());
      } finally {
        await client.query('rollback');
      }
    }),
    { numRuns: Number(process.env.ROLECALL_RUNS ?? 25) },
  );
});
