import { afterEach, expect, test } from '@jest/globals';
import { isOnThisMachine } from '../../src/database/loopback.ts';

const before = process.env.PGHOST;
afterEach(() => {
  if (before === undefined) delete process.env.PGHOST;
  else process.env.PGHOST = before;
});

test.each([
  'postgres://localhost/app',
  'postgres://u:p@LOCALHOST:5433/app',
  'postgres://127.0.0.1/app',
  'postgres://127.8.9.10/app',
  'postgres://[::1]:5432/app',
  'postgres://u@/app?host=/var/run/postgresql',
  'postgres://db.example.com/app?host=localhost',
])('%s is a server on this machine', (url) => {
  expect(isOnThisMachine(url)).toBe(true);
});

test.each([
  'postgres://db.example.com/app',
  'postgres://postgres@db.abc.supabase.co:5432/postgres',
  'postgres://localhost.example.com/app',
  'postgres://127.0.0.1.example.com/app',
  'postgres://10.0.0.1/app',
  'postgres://[2001:db8::1]/app',
  'postgres://localhost/app?host=db.example.com',
  'postgres://127.0.0.1/app?host=db.example.com',
])('%s may be a server on another machine', (url) => {
  expect(isOnThisMachine(url)).toBe(false);
});

test('where the URL names no host, PGHOST does', () => {
  process.env.PGHOST = 'db.example.com';
  expect(isOnThisMachine('postgres:///app')).toBe(false);
  process.env.PGHOST = '/var/run/postgresql';
  expect(isOnThisMachine('postgres:///app')).toBe(true);
});
