import { beforeAll, expect, test } from '@jest/globals';
import { databaseCommand } from '../src/sql/database-command.ts';
import { calledNames, dottedNames } from '../src/sql/mentions.ts';
import { quoteLiteral } from '../src/sql/quote.ts';
import { conflicts, replayable } from '../src/sql/replayable.ts';
import { isDiscardAll, listenings, loadParser, readStatements, resetsAuthorization } from '../src/sql/statements.ts';

beforeAll(loadParser);

test.each([
  ['create database app', { kind: 'create', name: 'app', template: null, owner: null }],
  [
    'CREATE DATABASE "A""b" WITH OWNER = "me" TEMPLATE = old;',
    { kind: 'create', name: 'A"b', template: 'old', owner: 'me' },
  ],
  [
    '-- why\n/* a /* b */ */ Drop Database If Exists App (force)',
    { kind: 'drop', name: 'app', ifExists: true, force: true },
  ],
  ['alter database a rename to b', { kind: 'rename', name: 'a', to: 'b' }],
  [`alter database a set search_path = x`, { kind: 'alter', names: ['a'] }],
  ['revoke all on database "x" from public;', { kind: 'alter', names: ['x'] }],
  [`comment on database x is 'create database y'`, { kind: 'alter', names: ['x'] }],
  ['grant connect on database a, "B" to public', { kind: 'alter', names: ['a', 'B'] }],
  ['alter role r in database a set search_path = x', { kind: 'alter', names: ['a'] }],
  ['alter role r set search_path = x -- not in a database', null],
  ['alter database a owner to b', { kind: 'alter', names: ['a'] }],
  ['alter table a rename to database', null],
  ['create database app with owner = default', { kind: 'create', name: 'app', template: null, owner: null }],
  [`select 'create database app'`, null],
  [`select '\\'; drop database app --'`, null],
  ['create database', null],
  [`create database app -- ${'x'.repeat(10_000)}`, null],
  ['create database app; select 1', null],
  ['create table database (id int)', null],
])('%s is understood as a database command, or not one', (sql, command) => {
  expect(databaseCommand(sql)).toEqual(command);
});

test.each([
  ['begin', { kind: 'begin' }],
  ['BEGIN TRANSACTION;', { kind: 'begin' }],
  ['/* a /* b */ */ start transaction isolation level read committed, read write -- c', { kind: 'begin' }],
  ['begin isolation level serializable', null],
  ['begin read only', null],
  ['begin deferrable', null],
  ['begin; set local role reader', null],
  ['commit', null],
  ['rollback and chain', null],
  ['savepoint begin', null],
  [
    'lock graphile_migrate.current in EXCLUSIVE mode',
    { kind: 'lock', locks: [{ schema: 'graphile_migrate', table: 'current', mode: 7 }] },
  ],
  [
    'lock table only a, "B"',
    {
      kind: 'lock',
      locks: [
        { schema: null, table: 'a', mode: 8 },
        { schema: null, table: 'B', mode: 8 },
      ],
    },
  ],
  ['lock table a; lock table b', null],
  [`select * from a where b = 'c'`, { kind: 'read' }],
  ['select a.b as c from a join d using (e) where f <> $1 and g is null order by h limit 1', { kind: 'read' }],
  [`select set_config('a.b', 'c', true)`, null],
  ['select nextval from a where nextval = 1', { kind: 'read' }],
  [`select "nextval" ('a')`, null],
  ['select * from a for update', null],
  ['select * into b from a', null],
  ['select 1 @@@ 2', null],
  ['select 1 operator(own.=) 2', null],
  [`select 'a'::own_type`, null],
  ['select (select sweep())', null],
  ['select * from sweep()', null],
  ['with gone as (delete from a returning *) select * from gone', null],
  ['select 1 union select 2 from a', { kind: 'read' }],
  ['select 1 union select sweep()', null],
  [`select '\\'`, null],
  [`select '\\' as a; delete from x where b = '';`, null],
  ['select', { kind: 'read' }],
  ['table a', null],
  ['explain analyze select 1', null],
  ['selekt 1', null],
  [`select 1 -- ${'x'.repeat(2_000)}`, null],
  ['', null],
])('%s can be replayed, or not', (sql, expected) => {
  expect(replayable(sql)).toEqual(expected);
});

test.each([
  [7, 7, true],
  [7, 1, false],
  [5, 5, false],
  [5, 3, true],
  [8, 1, true],
])('locks of modes %i and %i on one table exclude each other: %s', (one, other, expected) => {
  const lock = (mode: number, schema: string | null = null) => ({ schema, table: 'a', mode });
  expect(conflicts(lock(one), lock(other))).toBe(expected);
  expect(conflicts(lock(other), lock(one))).toBe(expected);
  expect(conflicts(lock(one, 'b'), lock(other))).toBe(expected);
  expect(conflicts(lock(one, 'b'), lock(other, 'c'))).toBe(false);
});

test.each([
  ['a text of more than ten thousand characters', `select ${'1'.repeat(10_000)}`],
  ['an expression that the parser would not survive', `select 1${' + 1'.repeat(100_000)}`],
  ['more parentheses than the parser takes', `select ${'('.repeat(4_990)}`],
  ['no SQL at all', 'GET / HTTP/1.1'],
])('%s is not read, and what comes after it is, however often', (_, text) => {
  for (let time = 0; time < 100; time++) expect(readStatements(text)).toBeNull();
  expect(readStatements('select 1; select 2')).toHaveLength(2);
});

test.each([
  ['Discard /* not only temp */ all;', true],
  ['discard temp', false],
  ['discard all; select 1', false],
  [`select 'discard all'`, false],
])('%s is DISCARD ALL: %s', (sql, expected) => {
  expect(isDiscardAll(sql)).toBe(expected);
});

test.each([
  ['-- own\nreset session authorization', true],
  ['SET SESSION AUTHORIZATION DEFAULT;', true],
  ['set session authorization "default"', false],
  ['set local session authorization default', false],
  ['reset session authorization; select 1', false],
])('%s goes back to the authorization of the login: %s', (sql, expected) => {
  expect(resetsAuthorization(sql)).toBe(expected);
});

test('LISTEN and UNLISTEN are found in order, with the channel’s real name', () => {
  expect(listenings(`listen News; listen "News"; select 'listen x'; unlisten *`)).toEqual([
    { listen: true, channel: 'news' },
    { listen: true, channel: 'News' },
    { listen: false, channel: '*' },
  ]);
  expect(listenings(`listen news; -- ${'x'.repeat(10_000)}`)).toBeNull();
});

test('dotted names are found, whatever stands before them', () => {
  const bound = `B\0\0\0\0\x01\0\0\0\x30app.user_of_a_name_that_is_as_long_as_a_digit_reads\0`;
  expect(dottedNames(`set App.Me = 'x'; set "a.b.c" to 1.5; select 1.x, t.*${bound}`)).toEqual([
    'app.me',
    'a.b.c',
    'app.user_of_a_name_that_is_as_long_as_a_digit_reads',
  ]);
});

test('names that are called are found, quoted ones too', () => {
  expect(calledNames('select One (2), "two"(1), t.three\n(4), five, 6 (7)')).toEqual(['one', 'two', 'three']);
});

test('a text is quoted so that nothing escapes', () => {
  expect(quoteLiteral(`a'b`)).toBe(`'a''b'`);
  expect(quoteLiteral(`a\\'b`)).toBe(`E'a\\\\''b'`);
});
