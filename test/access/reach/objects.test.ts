import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Reaching, reaching } from './reached.ts';

let it: Reaching;

beforeAll(async () => {
  it = await reaching();
});

afterAll(() => it.drop());

/** SQL with `client` and `team` for the roles, and what is told of it: the privileges, the object, and how it is reached. */
const opened: Record<string, { sql: string; told: string; seen: string | RegExp }> = {
  'a table': {
    sql: 'create table leak.cards (pan text); grant select, insert on leak.cards to client',
    told: 'SELECT, INSERT · table leak.cards',
    seen: 'client has SELECT, INSERT',
  },
  'a table through PUBLIC': {
    sql: 'create table leak.cards (pan text); grant delete on leak.cards to public',
    told: 'DELETE · table leak.cards',
    seen: 'client has DELETE through PUBLIC',
  },
  'a column': {
    sql: 'create table leak.cards (id int, pan text, pin text); grant select (pan), update (pin) on leak.cards to client',
    told: 'SELECT (pan), UPDATE (pin) · table leak.cards',
    seen: 'client has SELECT (pan), UPDATE (pin)',
  },
  'a table that it owns': {
    sql: 'create table leak.cards (pan text); alter table leak.cards owner to client; revoke all on leak.cards from client',
    told: 'ownership · table leak.cards',
    seen: 'client has ownership',
  },
  'a view': {
    sql: 'create table app.cards (pan text); create view leak.all_cards as select pan from app.cards; grant select on leak.all_cards to client',
    told: 'SELECT · view leak.all_cards',
    seen: /^client has SELECT: a view, which reads with the rights of its owner \w+$/,
  },
  'a view that reads with the rights of who asks': {
    sql: 'create table leak.cards (pan text); create view leak.mine with (security_invoker = true) as select pan from leak.cards; grant select on leak.mine to client',
    told: 'SELECT · view leak.mine',
    seen: /^client has SELECT\. Executed as client it fails \(42501: permission denied for table cards\)$/,
  },
  'a materialized view': {
    sql: 'create materialized view leak.numbers as select 1 as one; grant select on leak.numbers to client',
    told: 'SELECT · materialized view leak.numbers',
    seen: 'client has SELECT',
  },
  'a partition of a table that is proven': {
    sql: 'create table app.events (id int, at date) partition by range (at); create table leak.events_2024 partition of app.events default; grant select, delete on leak.events_2024 to client',
    told: 'SELECT, DELETE · table leak.events_2024',
    seen: 'client has SELECT, DELETE',
  },
  'a sequence': {
    sql: 'create sequence leak.numbers; grant usage on sequence leak.numbers to client',
    told: 'USAGE · sequence leak.numbers',
    seen: 'client has USAGE',
  },
  'a foreign table': {
    sql: 'create foreign data wrapper nowhere; create server elsewhere foreign data wrapper nowhere; create foreign table leak.lines (line text) server elsewhere; grant select on leak.lines to client',
    told: 'SELECT · foreign table leak.lines',
    seen: 'client has SELECT',
  },
  'a foreign server': {
    sql: 'create foreign data wrapper nowhere; create server elsewhere foreign data wrapper nowhere; grant usage on foreign server elsewhere to client',
    told: 'USAGE · foreign server elsewhere',
    seen: 'client has USAGE',
  },
  'a foreign-data wrapper': {
    sql: 'create foreign data wrapper nowhere; grant usage on foreign data wrapper nowhere to public',
    told: 'USAGE · foreign-data wrapper nowhere',
    seen: 'client has USAGE through PUBLIC',
  },
  'a function to which nobody granted anything': {
    sql: 'create function leak.secret(a uuid, b text) returns int language sql as $$ select 1 $$',
    told: 'EXECUTE · function leak.secret(uuid, text)',
    seen: 'client has EXECUTE through PUBLIC',
  },
  'a security definer': {
    sql: 'create function leak.secret() returns int language plpgsql security definer as $$ begin return 1; end $$',
    told: 'EXECUTE · function leak.secret()',
    seen: /^client has EXECUTE through PUBLIC: a security definer, which runs with the rights of its owner \w+$/,
  },
  'a procedure': {
    sql: 'create procedure leak.empty() language sql as $$ select 1 $$; revoke execute on procedure leak.empty() from public; grant execute on procedure leak.empty() to client',
    told: 'EXECUTE · function leak.empty()',
    seen: 'client has EXECUTE',
  },
  'a function of anything': {
    sql: 'create function leak.same(a anyelement) returns anyelement language sql as $$ select a $$',
    told: 'EXECUTE · function leak.same(anyelement)',
    seen: 'client has EXECUTE through PUBLIC',
  },
  'an aggregate': {
    sql: "create aggregate leak.total(int) (sfunc = int4pl, stype = int, initcond = '0')",
    told: 'EXECUTE · function leak.total(integer)',
    seen: 'client has EXECUTE through PUBLIC',
  },
  'a type': {
    sql: "create type leak.color as enum ('red'); grant usage on type leak.color to team; revoke usage on type leak.color from public; grant usage on type leak.color to client",
    told: 'USAGE · type leak.color',
    seen: 'client has USAGE',
  },
  'a language that reads and writes as the server does': {
    sql: "update pg_language set lanpltrusted = true where lanname = 'c'",
    told: 'USAGE · language c',
    seen: 'client has USAGE through PUBLIC',
  },
  'a schema in which it may make objects': {
    sql: 'create schema other; grant create on schema other to client',
    told: 'CREATE · schema other',
    seen: /^client has CREATE/,
  },
  'large objects': {
    sql: 'select lo_create(4711), lo_create(4712); grant select on large object 4711 to client; grant select, update on large object 4712 to client',
    told: 'SELECT, UPDATE · large objects',
    seen: 'client has SELECT, UPDATE: 2 large objects',
  },
  'large objects that have no privileges': {
    sql: 'select lo_create(4711); set local lo_compat_privileges = on',
    told: 'SELECT, UPDATE · large objects',
    seen: 'client has SELECT, UPDATE through PUBLIC: the large object 4711',
  },
  'a catalog that PostgreSQL keeps from it': {
    sql: 'grant select on pg_catalog.pg_authid to client',
    told: 'SELECT · table pg_catalog.pg_authid',
    seen: 'client has SELECT',
  },
  'a column of a catalog': {
    sql: 'grant select (rolpassword) on pg_catalog.pg_authid to client',
    told: 'SELECT (rolpassword) · table pg_catalog.pg_authid',
    seen: 'client has SELECT (rolpassword)',
  },
  'a function that PostgreSQL keeps from it': {
    sql: 'grant execute on function pg_catalog.pg_ls_dir(text) to public',
    told: 'EXECUTE · function pg_catalog.pg_ls_dir(text)',
    seen: 'client has EXECUTE through PUBLIC',
  },
  "a view of information_schema's own": {
    sql: 'grant select on information_schema._pg_user_mappings to client',
    told: 'SELECT · view information_schema._pg_user_mappings',
    seen: /^client has SELECT: a view/,
  },
  'a function that a superuser made in pg_catalog': {
    sql: 'create function pg_catalog.leak_secret() returns int language plpgsql security definer as $$ begin return 1; end $$',
    told: 'EXECUTE · function pg_catalog.leak_secret()',
    seen: /^client has EXECUTE through PUBLIC: a security definer/,
  },
  'a function that a superuser made in information_schema': {
    sql: 'create function information_schema.leak_secret() returns int language sql as $$ select 1 $$',
    told: 'EXECUTE · function information_schema.leak_secret()',
    seen: 'client has EXECUTE through PUBLIC',
  },
  'the function of an operator that a superuser made in pg_catalog': {
    sql: 'create function pg_catalog.leak_apart(box, box) returns bool language plpgsql security definer as $$ begin return true; end $$; create operator pg_catalog.<<<< (function = pg_catalog.leak_apart, leftarg = box, rightarg = box)',
    told: 'EXECUTE · function pg_catalog.leak_apart(box, box)',
    seen: /^client has EXECUTE through PUBLIC: a security definer/,
  },
  'a view that a superuser made in pg_catalog': {
    sql: 'set local allow_system_table_mods = on; create table app.cards (pan text); create view pg_catalog.leak_cards as select pan from app.cards; grant select on pg_catalog.leak_cards to public',
    told: 'SELECT · view pg_catalog.leak_cards',
    seen: /^client has SELECT through PUBLIC: a view/,
  },
  'a view that a superuser made in information_schema': {
    sql: 'create table app.cards (pan text); create view information_schema.leak_cards as select pan from app.cards; grant select on information_schema.leak_cards to public',
    told: 'SELECT · view information_schema.leak_cards',
    seen: /^client has SELECT through PUBLIC: a view/,
  },
  'a table that a superuser made in information_schema': {
    sql: 'create table information_schema.leak_cards (pan text); grant select on information_schema.leak_cards to public',
    told: 'SELECT · table information_schema.leak_cards',
    seen: 'client has SELECT through PUBLIC',
  },
  'a sequence that a superuser made in information_schema': {
    sql: 'create sequence information_schema.leak_numbers; grant usage on sequence information_schema.leak_numbers to client',
    told: 'USAGE · sequence information_schema.leak_numbers',
    seen: 'client has USAGE',
  },
  "a function of PostgreSQL's own that somebody replaced": {
    sql: 'create or replace function pg_catalog.pg_collation_for("any") returns text stable strict language internal security definer as $$pg_collation_for$$',
    told: 'EXECUTE · function pg_catalog.pg_collation_for("any")',
    seen: /^client has EXECUTE through PUBLIC: a security definer/,
  },
  "a view of PostgreSQL's own that somebody replaced": {
    sql: 'create table app.cards (pan text); create or replace view information_schema.enabled_roles as select pan::information_schema.sql_identifier as role_name from app.cards',
    told: 'SELECT · view information_schema.enabled_roles',
    seen: /^client has SELECT through PUBLIC: a view/,
  },
  "a function of PostgreSQL's own that it owns": {
    sql: 'alter function pg_catalog.pg_collation_for("any") owner to client',
    told: 'ownership · function pg_catalog.pg_collation_for("any")',
    seen: 'client has ownership',
  },
  'a view that somebody put into an extension': {
    sql: 'create extension vector schema leak; create table app.cards (pan text); create view leak.all_cards as select pan from app.cards; grant select on leak.all_cards to public; alter extension vector add view leak.all_cards',
    told: 'SELECT · view leak.all_cards',
    seen: /^client has SELECT through PUBLIC: a view/,
  },
  'a view of passwords that somebody put into an extension': {
    sql: 'create extension vector schema leak; create view leak.passwords as select rolpassword from pg_authid; grant select on leak.passwords to public; alter extension vector add view leak.passwords',
    told: 'SELECT · view leak.passwords',
    seen: /^client has SELECT through PUBLIC: a view/,
  },
  'a table that somebody put into an extension': {
    sql: 'create extension vector schema leak; create table leak.cards (pan text); grant select on leak.cards to client; alter extension vector add table leak.cards',
    told: 'SELECT · table leak.cards',
    seen: 'client has SELECT',
  },
  'a security definer that somebody put into an extension': {
    sql: 'create extension vector schema leak; create function leak.secret() returns int language plpgsql security definer as $$ begin return 1; end $$; alter extension vector add function leak.secret()',
    told: 'EXECUTE · function leak.secret()',
    seen: /^client has EXECUTE through PUBLIC: a security definer/,
  },
  'an aggregate in an extension that calls a security definer': {
    sql: 'create extension vector schema leak; create schema far; create function far.add(int, int) returns int language plpgsql security definer as $$ begin return 1; end $$; revoke execute on function far.add(int, int) from public; create aggregate leak.total(int) (sfunc = far.add, stype = int); alter extension vector add aggregate leak.total(int)',
    told: 'EXECUTE · function leak.total(integer)',
    seen: 'client has EXECUTE through PUBLIC',
  },
  'the database, in which it may make schemas': {
    sql: `do $$ begin execute format('grant create on database %I to client', current_database()); end $$`,
    told: 'CREATE · database',
    seen: 'client has CREATE',
  },
  'a tablespace': {
    sql: 'grant create on tablespace pg_default to client',
    told: 'CREATE · tablespace pg_default',
    seen: 'client has CREATE',
  },
  'a parameter': {
    sql: 'grant set on parameter session_replication_role to client',
    told: 'SET · parameter session_replication_role',
    seen: 'client has SET',
  },
  'what its role is a member for': {
    sql: 'create table leak.cards (pan text); grant select on leak.cards to team; grant team to client',
    told: 'SELECT · table leak.cards',
    seen: 'client has SELECT as a member of team',
  },
  'what it is a member of a member for': {
    sql: 'create role between; grant team to between; grant between to client; create table leak.cards (pan text); grant select on leak.cards to team',
    told: 'SELECT · table leak.cards',
    seen: 'client has SELECT as a member of team',
  },
  'what it may become another role for': {
    sql: 'alter role client noinherit; grant team to client; grant usage on schema leak to team; create table leak.cards (pan text); grant select on leak.cards to team',
    told: 'SELECT · table leak.cards',
    seen: 'client has SELECT after SET ROLE team',
  },
  'what is in a schema that only another role of its may use': {
    sql: 'grant team to client; create schema far; grant usage on schema far to team; create table far.cards (pan text); grant select on far.cards to public',
    told: 'SELECT · table far.cards',
    seen: 'client has SELECT through PUBLIC',
  },
  'names that need quotes': {
    sql: 'create schema "Far Away"; grant usage on schema "Far Away" to client; create table "Far Away"."a.b""c" ("d e" int); grant select ("d e") on "Far Away"."a.b""c" to client',
    told: 'SELECT ("d e") · table Far Away.a.b"c',
    seen: 'client has SELECT ("d e")',
  },
};

/** The roles have names of their own in each run. */
const named = (text: string): string => text.replaceAll(/\bclient\b/g, it.role).replaceAll(/\bteam\b/g, it.team);
const plain = (text: string): string => text.replaceAll(it.role, 'client').replaceAll(it.team, 'team');
const line = (told: string): string => told.slice(told.indexOf(' · ') + 3);

describe.each(Object.entries(opened))('%s', (_, { sql, told, seen }) => {
  test('is told, with who reaches it and how', async () => {
    const deviations = await it.deviations(named(sql));
    const own = deviations.filter(({ where }) => where.endsWith(` · ${line(told)}`));
    expect(own.map(({ where }) => where)).toEqual([`me, you · ${told}`]);
    expect(plain(own[0]?.seen ?? '')).toEqual(typeof seen === 'string' ? seen : expect.stringMatching(seen));
    // Nothing but it and the memberships that lead there.
    expect(deviations.filter(({ where }) => !/ · role .* member of /.test(where))).toHaveLength(1);
  });

  test('is not told when it is known with a reason', async () => {
    const deviations = await it.deviations(named(sql), { known: { [line(told)]: 'Because.' } });
    expect(deviations.filter(({ where }) => !/ · role .* member of /.test(where))).toEqual([]);
  });
});
