import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildIndexes, LATE_INDEXES } from '../../src/online/indexes.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

const plan = {
  schemas: ['public', 'legacy'],
  legacy: 'legacy',
  extensions: { schema: 'extensions', names: [] },
  indexParameters: { 'public.by_name': `select format('fillfactor = %s', 50 + count(*)) from public.notes` },
} as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await database.client.query(`
    create schema prepared_public;
    create schema prepared;
    ${LATE_INDEXES}
    create table prepared_public.notes (name text, place int);
    insert into prepared_public.notes select 'note', generate_series(1, 20);
    insert into prepared.late_indexes (name, definition) values
      ('prepared_public.by_name', 'CREATE INDEX by_name ON prepared_public.notes USING btree (name) WITH (fillfactor=''90'') WHERE (place > 1)'),
      ('prepared_public.by_place', 'CREATE INDEX by_place ON prepared_public.notes USING btree (place) WITH (fillfactor=''80'')')`);
});
afterAll(() => database?.drop());

test('an index that was put off is built with what fits the rows that are there, the others as they were', async () => {
  const built: string[] = [];
  const look = () =>
    database.client.query(
      `select relname as name, reloptions as options from pg_class where relnamespace = 'prepared_public'::regnamespace and relkind = 'i' order by 1`,
    );
  await buildIndexes(database.client, plan, (index) => built.push(index));
  const { rows } = await look();
  expect(rows).toEqual([
    { name: 'by_name', options: ['fillfactor=70'] },
    { name: 'by_place', options: ['fillfactor=80'] },
  ]);
  await buildIndexes(database.client, plan, (index) => built.push(index));
  expect(built).toEqual(['prepared_public.by_name', 'prepared_public.by_place']);
  expect((await look()).rows).toEqual(rows);
});
