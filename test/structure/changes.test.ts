import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rolledBack } from '../../src/database/connect.ts';
import { compare, type StructureDifference } from '../../src/structure/compare.ts';
import { evidenceOf } from '../../src/structure/evidence.ts';
import type { StructureObject } from '../../src/structure/model.ts';
import { revert } from '../../src/structure/revert.ts';
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

/** What a change is said to be, after a way through the page; the change is undone, and the evidence has been executed. */
async function saidOf(sql: string): Promise<string[]> {
  const { client } = shop.database;
  return rolledBack(client, async () => {
    await client.query(shop.named(sql));
    const after = await described();
    const differences = compare(before, after);
    expectReverted(before, after, differences.length);
    for (const { object, part } of differences) await client.query(evidenceOf(object, part));
    return differences.map((difference) => shop.unnamed(inWords(difference).is));
  });
}

/** All differences undone make what was before, none what is, and one alone leaves the others. */
function expectReverted(
  before: readonly StructureObject[],
  after: readonly StructureObject[],
  differences: number,
): void {
  expect(
    render(
      revert(before, after, () => true),
      '',
    ),
  ).toBe(render(before, ''));
  expect(revert(before, after, () => false)).toEqual(after);
  for (let place = 0; place < differences; place++) {
    const all = compare(before, after);
    let at = 0;
    const rest = compare(
      before,
      revert(before, after, () => at++ === place),
    );
    expect(rest.map(textIn)).toEqual(all.toSpliced(place, 1).map(textIn));
  }
}

const textIn = (difference: StructureDifference): string => inWords(difference).is;

test.each([
  // Triggers, rules and constraints that do not act.
  ['alter table shop.goods disable trigger goods_refuse', 'trigger goods_refuse on shop.goods is disabled'],
  [
    'alter table shop.goods enable replica trigger goods_refuse',
    'trigger goods_refuse on shop.goods is enabled only for replicas',
  ],
  ['alter table shop.goods enable always trigger goods_refuse', 'trigger goods_refuse on shop.goods is enabled always'],
  [
    'alter table shop.orders disable trigger all',
    'internal triggers of constraint orders_good_id_fkey on shop.orders is after insert on shop.orders disabled, after update on shop.orders disabled',
  ],
  ['alter table shop.goods disable rule goods_rule', 'rule goods_rule on shop.goods is disabled'],
  ['alter event trigger shop_ddl disable', 'event trigger shop_ddl is disabled'],
  [
    'alter table shop.goods drop constraint goods_price_check, add constraint goods_price_check check (price > 0) not valid',
    'constraint goods_price_check on shop.goods is not valid',
  ],
  [
    "update pg_index set indisvalid = false where indexrelid = 'shop.goods_title'::regclass",
    'index goods_title on shop.goods is not valid',
  ],
  [
    'alter domain shop.amount drop constraint positive; alter domain shop.amount add constraint positive check (value > 0) not valid',
    'constraint positive on shop.amount is not valid',
  ],
  // Roles.
  ['alter role reader bypassrls', 'role reader has attribute bypassrls'],
  ['alter role reader inherit', 'role reader has attribute inherit'],
  ['alter role reader superuser createrole createdb login replication', 'role reader has attribute createrole'],
  ['alter role reader connection limit 3', 'connection limit of role reader is 3'],
  ["alter role reader set statement_timeout = '3s'", "settings of role reader is statement_timeout = '3s'"],
  ['grant group_of to reader', 'reader is a member of group_of'],
  ['grant group_of to reader with admin option', 'reader is a member of group_of'],
  // Tables.
  ['alter table shop.goods disable row level security', 'table shop.goods has no row level security'],
  ['alter table shop.goods force row level security', 'table shop.goods has row level security for its owner too'],
  ['alter table shop.goods owner to reader', 'owner of table shop.goods is reader'],
  ['alter table shop.goods replica identity full', 'replica identity of table shop.goods is full'],
  ['alter table shop.goods set (fillfactor = 70)', 'options of table shop.goods is fillfactor=70'],
  [
    'alter table shop.goods set (toast.autovacuum_enabled = false)',
    'toast options of table shop.goods is autovacuum_enabled=false',
  ],
  ['alter table shop.orders set unlogged', 'table shop.orders is unlogged'],
  ["comment on table shop.goods is 'Goods.'", "comment of table shop.goods is 'Goods.'"],
  ['alter table shop.log detach partition shop.log_2030', 'partition of of table shop.log_2030 is none'],
  [
    'create table shop.extra (); grant select on shop.extra to public',
    'there is a table shop.extra (granted to public, reader)',
  ],
  ['drop table shop.orders', 'there is no table shop.orders'],
  // Columns.
  ['alter table shop.goods alter title drop not null', 'column title of shop.goods may be null'],
  ["alter table shop.goods alter title set default 'x'", "default of column title of shop.goods is 'x'::text"],
  ['alter table shop.goods alter code type varchar(5)', 'type of column code of shop.goods is character varying(5)'],
  ['alter table shop.goods alter code type text collate "POSIX"', 'collation of column code of shop.goods is "POSIX"'],
  ['alter table shop.goods alter title set storage external', 'storage of column title of shop.goods is external'],
  ['alter table shop.goods alter title set statistics 500', 'statistics of column title of shop.goods is 500'],
  ['alter table shop.goods alter title set (n_distinct = 5)', 'options of column title of shop.goods is n_distinct=5'],
  ['alter table shop.goods alter number set generated always', 'identity of column number of shop.goods is always'],
  ['alter table shop.goods alter doubled drop expression', 'generated of column doubled of shop.goods is none'],
  ['alter table shop.goods add more text', 'there is a column more of shop.goods (text)'],
  ['alter table shop.goods drop code', 'there is no column code of shop.goods'],
  ['comment on column shop.goods.title is null', 'comment of column title of shop.goods is none'],
  // Constraints, indexes, policies, triggers.
  [
    'alter table shop.orders alter constraint orders_good_id_fkey deferrable',
    'definition of constraint orders_good_id_fkey on shop.orders is FOREIGN KEY (good_id) REFERENCES shop.goods(id) DEFERRABLE',
  ],
  [
    'drop index shop.goods_title; create unique index goods_title on shop.goods (title)',
    'index goods_title on shop.goods is unique',
  ],
  [
    'alter index shop.goods_title set (fillfactor = 50)',
    "definition of index goods_title on shop.goods is btree (title) WITH (fillfactor='50')",
  ],
  ['alter table shop.goods cluster on goods_title', 'index goods_title on shop.goods is clustered'],
  ['alter policy "Anyone: reads" on shop.goods to public', 'to of policy "Anyone: reads" on shop.goods is public'],
  [
    'alter policy "Anyone: reads" on shop.goods using (true)',
    'using of policy "Anyone: reads" on shop.goods is (true)',
  ],
  ['drop trigger goods_refuse on shop.goods', 'there is no trigger goods_refuse on shop.goods'],
  // Views.
  [
    'create or replace view shop.cheap as select g.id, g.title from shop.goods g where g.price < 6',
    'as of view shop.cheap is SELECT id, title FROM shop.goods g WHERE (price < 6)',
  ],
  ['alter view shop.cheap set (security_invoker = true)', 'options of view shop.cheap is security_invoker=true'],
  // Grants.
  ['grant update on shop.goods to reader', 'reader has UPDATE on shop.goods'],
  ['grant insert on shop.goods to reader', 'reader has INSERT on shop.goods'],
  ['grant insert (code) on shop.goods to reader', 'reader has INSERT (code, price, title) on shop.goods'],
  ['grant select on shop.goods to reader with grant option', 'reader has SELECT with grant option on shop.goods'],
  ['revoke select on shop.goods from reader', 'reader has no SELECT on shop.goods'],
  ['grant all on shop.orders to public', 'public has ALL on shop.orders'],
  ['grant create on schema shop to reader', 'reader has ALL on schema shop'],
  [
    'revoke execute on function shop.total(integer, integer) from public',
    'public has no privilege on function shop.total(integer,integer)',
  ],
  ['grant usage on sequence shop.numbers to reader', 'reader has USAGE on sequence shop.numbers'],
  ['revoke usage on type shop.size from public', 'public has nothing on enum shop.size'],
  ['grant connect on database current_db to reader', 'reader has CONNECT on database'],
  ['grant usage on language sql to reader', 'reader has USAGE on language sql'],
  ['grant usage on foreign server shop_server to reader', 'reader has USAGE on foreign server shop_server'],
  [
    'alter default privileges in schema shop grant insert on tables to reader',
    'reader has INSERT by default privileges for tables of <migrator> in shop',
  ],
  [
    'alter default privileges revoke execute on functions from public',
    'public has nothing by default privileges for functions of <migrator>',
  ],
  // Functions.
  [
    "create or replace function shop.total(price integer, pieces integer default 1) returns integer language sql stable as 'select 0'",
    expect.stringContaining('body of function shop.total(integer,integer) is '),
  ],
  [
    'alter function shop.total(integer, integer) security definer',
    'function shop.total(integer,integer) is security definer',
  ],
  ['alter function shop.total(integer, integer) volatile', 'function shop.total(integer,integer) is not stable'],
  [
    'alter function shop.total(integer, integer) strict leakproof parallel safe cost 5',
    'function shop.total(integer,integer) is leakproof',
  ],
  [
    "alter function shop.total(integer, integer) set search_path = ''",
    'settings of function shop.total(integer,integer) is search_path = \'""\'',
  ],
  [
    "create or replace function shop.total(price integer, pieces integer default 2) returns integer language sql stable as 'select price * pieces'",
    'arguments of function shop.total(integer,integer) is (price integer, pieces integer DEFAULT 2)',
  ],
  // Types and sequences.
  ["alter type shop.size rename value 'small' to 'tiny'", "labels of enum shop.size is 'tiny', 'large'"],
  ['alter domain shop.amount set not null', 'domain shop.amount is not null'],
  ['alter domain shop.amount drop constraint positive', 'there is no constraint positive on shop.amount'],
  ['alter type shop.place add attribute code text', 'there is a field code of shop.place (text)'],
  ['alter sequence shop.numbers increment 5 cache 3', 'increment of sequence shop.numbers is 5'],
  // What is in no schema, and seldom.
  ['alter publication shop_changes add table shop.orders', 'there is a published table shop.orders of shop_changes'],
  [
    'alter publication shop_changes set table shop.goods (id, title)',
    'where of published table shop.goods of shop_changes is none',
  ],
  ["alter publication shop_changes set (publish = 'delete')", 'operations of publication shop_changes is delete'],
  ["alter server shop_server options (set host 'near')", 'options of foreign server shop_server is host=near'],
  [
    "alter user mapping for reader server shop_server options (add token 'x')",
    'option names of user mapping reader on shop_server is user, password, token',
  ],
  ["alter foreign table shop.far options (set name 'y')", 'server options of foreign table shop.far is name=y'],
  ['drop statistics shop.goods_stats', 'there is no statistics object shop.goods_stats'],
  ['drop operator shop.=== (integer, integer)', expect.stringContaining('there is no operator shop.===')],
  ['drop cast (shop.size as integer)', expect.stringContaining('there is no cast (shop.size AS integer)')],
  [
    'drop text search configuration shop.words',
    expect.stringContaining('there is no text search configuration shop.words'),
  ],
  [
    'create access method rows type table handler heap_tableam_handler',
    expect.stringContaining('there is an access method rows'),
  ],
  [
    "create conversion shop.turned for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
    expect.stringContaining('there is a conversion shop.turned'),
  ],
  [
    'create text search parser shop.letters (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype)',
    expect.stringContaining('there is a text search parser shop.letters'),
  ],
  [
    'create text search template shop.plain (lexize = dsimple_lexize)',
    expect.stringContaining('there is a text search template shop.plain'),
  ],
  [
    'create text search dictionary shop.simple (template = simple)',
    expect.stringContaining('there is a text search dictionary shop.simple'),
  ],
  ['create language talk handler plpgsql_call_handler', expect.stringContaining('there is a language talk')],
  ["create collation shop.plain (locale = 'C')", expect.stringContaining('there is a collation shop.plain')],
  [
    'create operator class shop.backwards for type integer using btree as operator 1 >, operator 5 <, function 1 btint4cmp(integer, integer)',
    expect.stringContaining('there is an operator class shop.backwards'),
  ],
  ['create operator family shop.many using btree', expect.stringContaining('there is an operator family shop.many')],
  [
    'create transform for shop.size language plpgsql (from sql with function prsd_lextype(internal))',
    expect.stringContaining('there is a transform for shop.size'),
  ],
  ['create schema other', 'there is a schema other'],
  ['alter schema shop owner to reader', 'owner of schema shop is reader'],
])('%s: %s', async (sql, said) => {
  const found = await saidOf(sql.replace('current_db', new URL(shop.database.url).pathname.slice(1)));
  expect(found).toContainEqual(said);
});

test('an object that is made again alike, and grants in another order, are no difference', async () => {
  expect(
    await saidOf(`
      drop policy "Anyone: reads" on shop.goods;
      create policy "Anyone: reads" on shop.goods for select to reader using (price is not null);
      drop table shop.orders;
      revoke all on shop.goods from reader;
      grant insert (price) on shop.goods to reader;
      grant insert (title) on shop.goods to reader;
      grant select on shop.goods to reader;
      set search_path = shop;
      create table shop.orders (
        id integer primary key, good_id integer constraint orders_good_id_fkey references shop.goods (id), made_at date not null default '2030-01-01'
      );
      revoke all on shop.orders from reader`),
  ).toEqual([]);
});

test('a column that is made again stands last, which is a difference', async () => {
  expect(
    await saidOf('alter table shop.orders drop good_id, add good_id integer references shop.goods (id)'),
  ).toContain('order of columns of table shop.orders is id, made_at, good_id');
});

test('a large object is data, and no difference', async () => {
  expect(await saidOf("select lo_from_bytea(0, 'x')")).toEqual([]);
});
