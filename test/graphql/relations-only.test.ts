import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { relationsOnly } from '../../src/graphql/answers/relations-only.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

test.each([
  ['one relation', 'select n.id::text as "0" from app.notes as n where n.id = $1', ['app.notes']],
  [
    'joins and subqueries',
    'select (select count(*) from app.b) from app.a join app.c on true',
    ['app.a', 'app.b', 'app.c'],
  ],
  ['a common table expression', 'with a as (select id from app.notes) select json_agg(a.id) from a', ['app.notes']],
  ['nothing', "select to_char(now.t, 'YYYY') from (select $1::timestamptz as t) now", []],
])('a query of %s depends on these relations alone', async (_, statement, relations) => {
  const relationsOf = await relationsOnly(database.client);
  expect([...(relationsOf(statement) ?? ['?'])].sort()).toEqual(relations);
});

test.each([
  ['a function of the application', 'select app.rank(n) from app.notes n'],
  ['a function whose schema the search path says', 'select rank(n) from app.notes n'],
  ['a function in FROM', 'select * from app.notes_of($1)'],
  ['the clock', 'select now() from app.notes'],
  ['a lock', 'select id from app.notes for update'],
  ['a sample', 'select id from app.notes tablesample system (1)'],
  ['a system column', 'select n.ctid from app.notes n'],
  ['a relation whose schema the search path says', 'select id from notes'],
  ['a write', 'insert into app.notes default values'],
  ['a write in a query', 'with w as (delete from app.notes returning id) select id from w'],
  ['several statements', 'select 1 from app.notes; select 2 from app.notes'],
])('a statement with %s may depend on more', async (_, statement) => {
  const relationsOf = await relationsOnly(database.client);
  expect(relationsOf(statement)).toBeUndefined();
});

test('where somebody wrote an operator, no statement is known to depend on relations alone', async () => {
  await database.client.query(`
    create function public.same(int, int) returns boolean language plpgsql as $$ begin return true; end $$;
    create operator public.=== (leftarg = int, rightarg = int, function = public.same)`);
  const relationsOf = await relationsOnly(database.client);
  expect(relationsOf('select id from app.notes')).toBeUndefined();
});
