import { expect, test } from '@jest/globals';
import { placeholdersIn, resolvePlaceholders } from '../../src/supabase/placeholders.ts';
import { runOf } from '../../src/supabase/run.ts';

const migration = (body: string, transaction = true) => ({
  file: '000001.sql',
  filename: '000001.sql',
  hash: '',
  previous: null,
  time: undefined,
  body,
  transaction,
});

/** What stands around a migration in its file. */
const around = async (body: string, transaction?: boolean): Promise<string[]> => {
  const { before, note, after } = await runOf(migration(body, transaction));
  return [...before, ...note, after].map((text) => text.trim()).filter(Boolean);
};

test('a migration that is one transaction is left as it is: the command line sends its statements together', async () => {
  expect(await around("create table a (id int);\nselect set_config('x.y', '1', true);\n")).toEqual([]);
});

test.each([
  ['lock table a;'],
  ['savepoint x; release savepoint x;'],
  ['declare c cursor for select 1;'],
  ['set constraints all deferred;'],
  ["set local work_mem = '1MB';"],
  ['set transaction isolation level serializable;'],
])('%s needs a transaction that begins with BEGIN', async (body) => {
  expect(await around(body)).toEqual(['begin;', 'commit;']);
});

test('a last statement without a semicolon gets one before COMMIT', async () => {
  expect(await around('lock table a; select 1 -- done\n')).toEqual(['begin;', ';\n\ncommit;']);
});

test.each(['create index concurrently a_id on a (id);', 'vacuum a', 'create database other;'])(
  'outside of a transaction, %s is sent by itself',
  async (body) => {
    expect(await around(`--! no-transaction\n${body}\n`, false)).toEqual(['-- pg-delta: transaction=false']);
  },
);

test('several statements outside of a transaction stay one implicit transaction, as they are for graphile-migrate', async () => {
  expect(await around('--! no-transaction\nselect 1; select 2;\n', false)).toEqual([]);
});

test.each([
  ['create table a (); commit; create table b ();', 'ends its transaction itself'],
  ['begin; select 1; commit;', 'ends its transaction itself'],
  ['rollback;', 'ends its transaction itself'],
  ['copy a from stdin;', 'COPY … FROM STDIN'],
  ['\\i other.sql', 'it is not SQL alone'],
])('%s is refused in one sentence that names the file', async (body, why) => {
  await expect(runOf(migration(body))).rejects.toThrow(`000001.sql can't be exported: `);
  await expect(runOf(migration(body))).rejects.toThrow(why);
});

test.each(["copy a from '/tmp/x';", 'copy a to stdout;', 'begin_of_a();', "do $$ begin perform 'commit;'; end $$;"])(
  '%s is not taken for one of those',
  async (body) => {
    const told = await runOf(migration(body)).catch((error: Error) => error.message);
    expect(String(told)).not.toMatch(/ends its transaction|STDIN/);
  },
);

const resolve = (text: string): string =>
  resolvePlaceholders('000001.sql', text, placeholdersIn({ ':ROLE': 'app', ':SECRET': '!ENV' }));

test('placeholders are resolved everywhere, as graphile-migrate does', () => {
  expect(resolve("grant x to :ROLE; select ':ROLE', ':ROLES', $$:ROLE$$")).toBe(
    "grant x to app; select 'app', ':ROLES', $$app$$",
  );
});

test.each([':DATABASE_NAME', ':DATABASE_OWNER', ':SECRET'])(
  '%s has no value for all servers, and is refused',
  (key) => {
    expect(() => resolve(`alter database ${key} set x.y = 1;`)).toThrow(
      `000001.sql can't be exported: ${key} has another value on each server`,
    );
  },
);
