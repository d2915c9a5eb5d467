import { expect, test } from '@jest/globals';
import { mayNotEnd } from '../../src/mutate/may-not-end.ts';

const plpgsql = (body: string): string =>
  `create or replace function app.f(a int) returns int language plpgsql as $$ declare one record; begin ${body} return 1; end $$;`;

test.each([
  [plpgsql('loop exit when a > 1; end loop;')],
  [plpgsql('if a > 1 then while a > 1 loop a := a - 1; end loop; end if;')],
  [plpgsql('perform (with recursive r as (select 1) select 1);')],
  [
    'create function app.f() returns int language sql as $$ with recursive r as (select 1 union select 1 from r) select 1 $$',
  ],
  ['create view app.v as with recursive r as (select 1 union select 1 from r) select * from r'],
])('may not end: %s', async (sql) => {
  expect(await mayNotEnd(sql)).toBe(true);
});

test.each([
  [plpgsql('for one in select 1 loop a := 1; end loop;')],
  [plpgsql('if a > 1 then a := 1; end if;')],
  ['create function app.f() returns int language sql as $$ select 1 $$'],
  ['drop policy own on app.notes'],
  ['no sql'],
])('ends: %s', async (sql) => {
  expect(await mayNotEnd(sql)).toBe(false);
});
