import { expect, test } from '@jest/globals';
import { connectionStringsFrom, withoutPassword } from '../../src/database/urls.ts';

const from = (DATABASE_URL: string, more = {}) => connectionStringsFrom({ DATABASE_URL, ...more });

test('a database needs no more than its own connection string', () => {
  expect(from('postgres://me@host/app')).toEqual({
    main: 'postgres://me@host/app',
    shadow: 'postgres://me@host/app_shadow',
    root: 'postgres://me@host/postgres',
  });
});

test('a database called postgres is not the one to connect to while it is dropped', () => {
  expect(from('postgres://postgres@host/postgres')).toEqual({
    main: 'postgres://postgres@host/postgres',
    shadow: 'postgres://postgres@host/postgres_shadow',
    root: 'postgres://postgres@host/template1',
  });
  // PostgreSQL's own rule: without a database it is the user's name.
  expect(from('postgres://postgres@host')?.root).toBe('postgres://postgres@host/template1');
});

test('whoever names the others has those', () => {
  expect(
    from('postgres://me@host/postgres', {
      SHADOW_DATABASE_URL: 'postgres://me@host/dark',
      ROOT_DATABASE_URL: 'postgres://me@host/other',
    }),
  ).toEqual({
    main: 'postgres://me@host/postgres',
    shadow: 'postgres://me@host/dark',
    root: 'postgres://me@host/other',
  });
});

test.each([
  'postgres://me:secret@localhost/app',
  'postgres://me@localhost/app?password=secret',
  'postgres://me:secret@/app',
  'postgres://me:secret/secret#secret@localhost/app',
  'postgres://me:secret@first:5432,second:5432/app',
  'postgres://me:secret@secret@[/app',
])('%s is shown without its password', (url) => {
  expect(withoutPassword(url)).not.toContain('secret');
  expect(withoutPassword(url)).toMatch(/^postgres:\/\/me.*\/app/);
});
