import { expect, test } from '@jest/globals';
import {
  calledNames,
  databaseCommand,
  dottedNames,
  listenings,
  quoteText,
  replayable,
} from '../../../src/database/embedded/sql.ts';

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
  [`alter database a set search_path = x`, { kind: 'alter', name: 'a' }],
  ['revoke all on database "x" from public;', { kind: 'alter', name: 'x' }],
  [`comment on database x is 'create database y'`, { kind: 'alter', name: 'x' }],
  [`select 'create database app'`, null],
  ['create database app; select 1', null],
  ['create table database (id int)', null],
])('%s is understood as a database command, or not one', (sql, command) => {
  expect(databaseCommand(sql)).toEqual(command);
});

test.each([
  ['begin', { kind: 'begin' }],
  ['BEGIN TRANSACTION;', { kind: 'begin' }],
  ['begin isolation level serializable', null],
  ['begin; set local role reader', null],
  [
    'lock graphile_migrate.current in EXCLUSIVE mode',
    { kind: 'lock', key: 'graphile_migrate . current in exclusive mode' },
  ],
  ['lock table a in exclusive mode', { kind: 'lock', key: 'a in exclusive mode' }],
  [`select * from a where b = 'c'`, { kind: 'read' }],
  [`select set_config('a.b', 'c', true)`, null],
  ['select * from a for update', null],
  ['select * into b from a', null],
])('%s can be replayed, or not', (sql, expected) => {
  expect(replayable(sql)).toEqual(expected);
});

test('LISTEN and UNLISTEN are found in order, with the channel’s real name', () => {
  expect(listenings('listen News; listen "News"; unlisten *')).toEqual([
    { listen: true, channel: 'news' },
    { listen: true, channel: 'News' },
    { listen: false, channel: '*' },
  ]);
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
  expect(quoteText(`a'b`)).toBe(`'a''b'`);
  expect(quoteText(`a\\'b`)).toBe(`E'a\\\\''b'`);
});
