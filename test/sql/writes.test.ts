import { expect, test } from '@jest/globals';
import { rowsWrittenBy } from '../../src/sql/writes.ts';

test.each([
  ['insert into public.a select 1', ['public.a']],
  ['update "Odd"."Name" set x = 1', ['Odd.Name']],
  ['delete from a', ['a']],
  ['merge into public.a using b on true when matched then delete', ['public.a']],
  ['truncate public.a, b', ['public.a', 'b']],
  ['copy public.a from stdin', ['public.a']],
  ['copy public.a to stdout', []],
  ['with gone as (delete from public.a returning *) insert into public.b select * from gone', ['public.b', 'public.a']],
  ['do $x$ begin if true then update public.a set x = 1; end if; end $x$', ['public.a']],
  ['create function f() returns void language sql as $$ delete from public.a $$', []],
  ["select 'delete from public.a' -- delete from public.a", []],
])('the tables whose rows are written by: %s', async (sql, expected) => {
  const written = await rowsWrittenBy(sql);
  expect(written.map(({ schema, table }) => (schema === undefined ? table : `${schema}.${table}`))).toEqual(expected);
});

test('it says where the statement begins', async () => {
  const sql = '-- ä\nselect 1;\n\ninsert into public.a select 1;';
  const [{ at = -1 } = {}] = await rowsWrittenBy(sql);
  expect(sql.slice(at)).toBe('insert into public.a select 1;');
});
