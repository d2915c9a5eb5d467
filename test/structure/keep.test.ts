import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readCatalog } from '../../src/catalog/catalog.ts';
import { readDefinitions } from '../../src/catalog/definitions.ts';
import { rolledBack } from '../../src/database/connect.ts';
import { compare } from '../../src/structure/compare.ts';
import { type KeepingScript, keepingScript } from '../../src/structure/keep/script.ts';
import type { StructureObject } from '../../src/structure/model.ts';
import { parse, render } from '../../src/structure/text.ts';
import { inWords } from '../../src/structure/words.ts';
import { openShop, type Shop } from './support.ts';

let shop: Shop;
/** Each change is undone, so that the next one begins from the same. */
let before: readonly StructureObject[];

beforeAll(async () => {
  shop = await openShop();
  before = await described();
});

afterAll(() => shop.drop());

const described = async (): Promise<StructureObject[]> => parse(render(await shop.describe(), '')) ?? [];

/** The statements for a change that somebody made by hand; the change is undone. */
async function scriptAfter(sql: string): Promise<KeepingScript & { readonly changed: readonly StructureObject[] }> {
  const { client } = shop.database;
  return rolledBack(client, async () => {
    await client.query(shop.named(sql));
    const scope = { schemas: ['shop'], rest: true };
    const [catalog, definitions] = [await readCatalog(client, scope), await readDefinitions(client, scope)];
    const changed = await described();
    return {
      ...keepingScript(compare(before, changed), { catalog, definitions, roles: [shop.named('reader')] }),
      changed,
    };
  });
}

test.each([
  ['a column', 'alter table shop.goods add column weight numeric(6, 2) not null default 1'],
  [
    'a column with a comment and a collation',
    `alter table shop.goods add column "a note" text collate "C"; comment on column shop.goods."a note" is 'It''s; new'`,
  ],
  ['a generated column', 'alter table shop.goods add column tripled integer generated always as (price * 3) stored'],
  ['a column that is gone', 'alter table shop.goods drop column code'],
  ['a type', 'alter table shop.orders alter column good_id type bigint'],
  ['a default that is gone', 'alter table shop.goods alter column title drop default'],
  [
    'a default and not null',
    "alter table shop.goods alter column code set default 'x', alter column code set not null",
  ],
  ['a column that may be null', 'alter table shop.goods alter column title drop not null'],
  ['a check', 'alter table shop.goods add constraint cheap check (price < 1000)'],
  [
    'a check that is another one',
    'alter table shop.goods drop constraint goods_price_check, add constraint goods_price_check check (price > 1)',
  ],
  ['a check that is not validated', 'alter table shop.goods add constraint cheap check (price < 1000) not valid'],
  [
    'a key and a foreign key to it',
    'alter table shop.goods add constraint one_title unique (title); alter table shop.orders add column title text, add constraint to_title foreign key (title) references shop.goods (title) on delete set null',
  ],
  ['a foreign key that is gone', 'alter table shop.orders drop constraint orders_good_id_fkey'],
  ['an index', 'create unique index "Goods; by" on shop.goods (lower(title) desc) where price > 3'],
  ['an index that is gone', 'drop index shop.goods_title'],
  [
    'an index that is another one',
    'drop index shop.goods_title; create index goods_title on shop.goods (title, price)',
  ],
  [
    'a policy',
    `create policy "It's mine" on shop.goods as restrictive for update to reader, public using (price > 1) with check (title <> '')`,
  ],
  ['a policy that is another one', 'alter policy "Anyone: reads" on shop.goods using (true)'],
  ['a policy that is gone', 'drop policy "Anyone: reads" on shop.goods'],
  ['row level security', 'alter table shop.orders enable row level security, force row level security'],
  ['no row level security', 'alter table shop.goods disable row level security'],
  ['a trigger that is disabled', 'alter table shop.goods disable trigger goods_refuse'],
  [
    'a trigger',
    'create constraint trigger later after insert on shop.orders deferrable initially deferred for each row execute function shop.refuse()',
  ],
  ['a trigger that is gone', 'drop trigger goods_refuse on shop.goods'],
  ['a rule', 'create rule quiet as on insert to shop.orders where new.id < 0 do instead nothing'],
  ['a rule that is disabled', 'alter table shop.goods disable rule goods_rule'],
  [
    'a body',
    "create or replace function shop.total(price integer, pieces integer default 1) returns integer language sql stable as 'select price * pieces + 1'",
  ],
  [
    'properties of a function',
    'alter function shop.total(integer, integer) security definer immutable set search_path = pg_catalog, pg_temp',
  ],
  [
    'another result',
    "drop function shop.total(integer, integer); create function shop.total(price integer, amount integer) returns bigint language sql as 'select price::bigint'",
  ],
  [
    'a function and grants',
    "create function shop.twice(text) returns text language plpgsql as $$ begin return $1 || '$do$; '; end $$; revoke all on function shop.twice(text) from public; grant execute on function shop.twice(text) to reader; comment on function shop.twice(text) is 'Twice.'",
  ],
  ['a procedure that is gone', 'drop procedure shop.close()'],
  [
    'a view',
    'create view shop."Dear Ones" with (security_invoker = true) as select g.id, count(*) as n from shop.goods g group by g.id; grant select on shop."Dear Ones" to reader',
  ],
  [
    'a view with another condition',
    'create or replace view shop.cheap as select g.id, g.title from shop.goods g where g.price < 6',
  ],
  [
    'a view with one column more',
    'create or replace view shop.cheap as select g.id, g.title, g.price from shop.goods g where g.price < 5',
  ],
  [
    'a view with one column less',
    'drop view shop.cheap; create view shop.cheap as select g.id from shop.goods g where g.price < 5; grant select on shop.cheap to reader',
  ],
  ['a view with other options', 'alter view shop.cheap set (security_invoker = true, security_barrier = true)'],
  [
    'a materialized view that is another one',
    'drop materialized view shop.dear; create materialized view shop.dear as select count(*) + 1 as n from shop.goods',
  ],
  ['a view that is gone', 'drop view shop.cheap'],
  [
    'a table with everything',
    `create table shop.notes (
      id uuid default gen_random_uuid(), good_id integer, "Day" date not null default current_date, number bigint generated always as identity,
      constraint notes_pkey primary key (id), constraint day check ("Day" > '2000-01-01'),
      constraint notes_good_id_fkey foreign key (good_id) references shop.goods (id) on delete cascade
    ) with (fillfactor = 80);
    alter table shop.notes enable row level security;
    create index notes_good on shop.notes (good_id);
    create policy "All notes" on shop.notes for all to reader using (true);
    create trigger notes_refuse before delete on shop.notes for each row execute function shop.refuse();
    comment on table shop.notes is 'Notes; of goods.';
    comment on column shop.notes."Day" is 'When.';
    grant select, update ("Day") on shop.notes to reader;
    grant insert on shop.notes to reader with grant option`,
  ],
  [
    'two tables that refer to each other',
    `create table shop.a (id integer primary key, b integer);
    create table shop.b (id integer primary key, a integer references shop.a (id));
    alter table shop.a add foreign key (b) references shop.b (id)`,
  ],
  ['a partitioned table', 'create table shop.days (day date not null, n integer) partition by range (day)'],
  ['a table that is gone, with what needs it', 'drop table shop.orders'],
  [
    'types',
    "create type shop.mood as enum ('good', 'it''s bad'); create domain shop.word as text collate \"C\" not null constraint short check (length(value) < 9); create type shop.pair as (a integer, b text); create table shop.moods (mood shop.mood, word shop.word)",
  ],
  [
    'labels',
    "alter type shop.size add value 'medium' before 'large'; alter type shop.size add value 'tiny' before 'small'",
  ],
  [
    'a check of a domain',
    'alter domain shop.amount drop constraint positive; alter domain shop.amount add constraint positive check (value >= 0)',
  ],
  ['a sequence', 'create sequence shop.steps as integer increment 5 minvalue 10 maxvalue 1000 start 10 cycle'],
  [
    'a schema with a function in it',
    "create schema annex; comment on schema annex is 'More.'; grant usage on schema annex to reader; create function annex.one() returns integer language sql as 'select 1'",
  ],
  [
    'grants that are others',
    'revoke select on shop.goods from reader; grant update (price), references on shop.goods to reader',
  ],
  ['a grant to everybody', 'grant select on shop.cheap to public'],
  ['a grant that is gone', 'revoke all on shop.goods from reader; revoke usage on schema shop from reader'],
  ['a function that is closed', 'revoke execute on function shop.total(integer, integer) from public'],
  ['a type that is closed', 'revoke usage on type shop.size from public'],
  [
    'comments',
    "comment on schema shop is null; comment on column shop.goods.title is 'x'; comment on view shop.cheap is 'y'; comment on index shop.goods_title is 'z'; comment on policy \"Anyone: reads\" on shop.goods is 'p'; comment on constraint goods_price_check on shop.goods is 'c'; comment on trigger goods_refuse on shop.goods is 't'; comment on type shop.size is 's'; comment on domain shop.amount is 'd'",
  ],
  ['options of a table', 'alter table shop.goods set (fillfactor = 70, autovacuum_enabled = false)'],
])('%s: the statements make the same change elsewhere, and run again', async (_, sql) => {
  const { statements, unwritten, changed } = await scriptAfter(sql);
  expect(unwritten.map((one) => inWords(one).is)).toEqual([]);
  expect(statements.length).toBeGreaterThan(0);
  const { client } = shop.database;
  await rolledBack(client, async () => {
    for (const again of [false, true]) {
      await client.query(statements.join('\n'));
      const differing = compare(changed, await described()).map((one) => inWords(one).is);
      expect({ again, differing }).toEqual({ again, differing: [] });
    }
  });
});

test.each([
  ['an attribute of a role', 'alter role reader createdb'],
  ['a column that is generated otherwise', 'alter table shop.goods alter column doubled drop expression'],
  ['a label with another name', "alter type shop.size rename value 'small' to 'little'"],
  ['a partition', "create table shop.log_2031 partition of shop.log for values from ('2031-01-01') to ('2032-01-01')"],
  ['an event trigger', 'alter event trigger shop_ddl disable'],
  ['an owner', 'grant create on schema shop to reader; alter table shop.goods owner to reader'],
  ['a publication', 'alter publication shop_changes drop table shop.goods'],
  ['an operator', 'drop operator shop.=== (integer, integer)'],
])('%s: it is said that people have to write it', async (_, sql) => {
  const { unwritten } = await scriptAfter(sql);
  expect(unwritten.length).toBeGreaterThan(0);
});
