import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { Engine } from '../src/index.ts';
import { makeFrame } from '../src/protocol/frames.ts';
import { ask, bareClient, cleanUp, client, engine, startup, values } from './helpers.ts';

let started: Engine;
let url: string;
let holder: pg.Client;
let other: pg.Client;

beforeAll(async () => {
  started = await engine({ waitFor: 200 });
  url = started.url('postgres');
  await ask(
    url,
    `create table entry (id int, note text);
     create function sweep() returns int language sql as $$ delete from entry; select 1 $$;
     create function sweep(int, int) returns int language sql as $$ select sweep() $$;
     create operator @@@ (leftarg = int, rightarg = int, function = sweep);
     create function sweep(entry, int) returns int language sql as $$ select sweep() $$;
     create operator = (leftarg = entry, rightarg = int, function = sweep);
     create function swept(entry) returns int language sql as $$ select sweep() $$;
     create view sweeping as select sweep() as swept`,
  );
});

beforeEach(async () => {
  await ask(url, `delete from entry; insert into entry values (1, '')`);
  [holder, other] = [await client(url), await client(url)];
});

afterAll(cleanUp);

/** How many rows are left after a transaction between whose statements another client speaks. */
async function leftAfter(statements: string[]): Promise<unknown> {
  for (const sql of statements) {
    await holder.query(sql);
    // It is answered, or refused because the transaction cannot make way: either is right.
    await other.query('select 1').catch(() => {});
  }
  await holder.query('commit');
  return (await ask(url, 'select count(*)::int from entry'))[0];
}

const DELETE = `delete from entry where note = ''`;

test.each([
  ['a string that ends in a backslash', [`begin`, `select '\\' as a from pg_class limit 1; ${DELETE};`]],
  ['the same in one query with its BEGIN', [`begin; select '\\' as a from pg_class limit 1; ${DELETE};`]],
  ['an escaped quote in an E string', ['begin', `select E'\\'' as a; ${DELETE}`]],
  ['an escape in a U& string', ['begin', `select U&'\\0027' as a; ${DELETE}`]],
  ['a U& string with an escape of its own', ['begin', `select U&'!0027' uescape '!' as a; ${DELETE}`]],
  ['a dollar quote with a quote in it', ['begin', `select $a$ ' $$ $a$ as a; ${DELETE}`]],
  ['a parameter that looks like a dollar quote', ['begin', `select a$$ from (select 1 as a$$) b; ${DELETE} -- $$`]],
  ['a comment in a comment', ['begin', `select 1 /* a /* b */ ; */; ${DELETE} /* */`]],
  ['a quote in a comment', ['begin', `select 1 -- '\n; ${DELETE} -- '`]],
  ['a quote in a name', ['begin', `select 1 as "'"; ${DELETE} --'`]],
  ['a LOCK before it', ['begin', `lock table entry in exclusive mode; ${DELETE}`]],
  ['a BEGIN and a LOCK before it', [`begin; lock table entry in exclusive mode; ${DELETE}`]],
  ['a second BEGIN before it', ['begin', `begin; ${DELETE}`]],
  ['a COMMIT and a BEGIN before it', ['begin', `commit; begin; ${DELETE}`]],
  ['a WITH around it', ['begin', `with gone as (${DELETE} returning id) select id from gone`]],
  ['a view whose function deletes', ['begin', 'select swept from sweeping']],
  ['an operator whose function deletes', ['begin', 'select 1 @@@ 1']],
  ['an operator of a common name whose function deletes', ['begin', 'select entry = 1 from entry']],
  ['a function written as a column', ['begin', 'select entry.swept from entry']],
  [
    'a string that ends elsewhere where backslashes escape',
    ['set standard_conforming_strings = off; begin', `select '\\', '; delete from entry where note = '' --'`],
  ],
  [
    'the same, with the setting of a computed name',
    [`select set_config('standard' || '_conforming_strings', 'off', false)`, 'begin', `select '\\', '; ${DELETE} --'`],
  ],
])('a DELETE is kept when others speak before its COMMIT: %s', async (_, statements) => {
  expect(await leftAfter(statements)).toBe(0);
});

const NONE = Buffer.from([0, 0]);

/** A transaction of bare messages, after each of which another client speaks. */
async function leftAfterMessages(login: Buffer, exchanges: (process: number) => Uint8Array[][]): Promise<unknown> {
  const { say, process } = await bareClient(started.port, login);
  for (const frames of exchanges(process)) {
    await say('Z', ...frames);
    await other.query('select 1').catch(() => {});
  }
  await say('Z', makeFrame('Q', 'commit'));
  return (await ask(url, 'select count(*)::int from entry'))[0];
}

const LOGIN = startup('user', 'postgres', 'database', 'postgres');

test('a DELETE is kept when others speak before its COMMIT: a call of a function by the protocol', async () => {
  const [oid] = await ask(url, `select 'sweep()'::regprocedure::oid::int`);
  const call = Buffer.alloc(10);
  call.writeInt32BE(oid as number, 0);
  const left = await leftAfterMessages(LOGIN, () => [[makeFrame('Q', 'begin')], [makeFrame('F', call)]]);
  expect(left).toBe(0);
});

test('a DELETE is kept when others speak before its COMMIT: a statement prepared behind the protocol’s back', async () => {
  const run = [makeFrame('B', '', 'own', Buffer.alloc(6)), makeFrame('E', '', Buffer.alloc(4)), makeFrame('S')];
  const left = await leftAfterMessages(LOGIN, (process) => [
    [makeFrame('Q', `prepare "${process}/own" as ${DELETE}`)],
    [makeFrame('Q', 'begin')],
    run,
  ]);
  expect(left).toBe(0);
});

test('a portal is still there when others speak before it is read to its end', async () => {
  await ask(url, 'insert into entry values (2)');
  const { say } = await bareClient(started.port, LOGIN);
  await say('Z', makeFrame('Q', 'begin'));
  const open = [makeFrame('P', '', 'select id from entry', NONE), makeFrame('B', 'portal', '', Buffer.alloc(6))];
  const one = [makeFrame('E', 'portal', Buffer.from([0, 0, 0, 1])), makeFrame('S')];
  expect(await say('Z', ...open, ...one)).toBe('12DsZ');
  await other.query('select 1').catch(() => {});
  expect(await say('Z', ...one)).toBe('DsZ');
  await say('Z', makeFrame('Q', 'rollback'));
});

test('BEGIN, LOCK and plain reading make way for others, in one piece or each by itself', async () => {
  await holder.query('begin');
  expect(await values(other, 'select 1')).toEqual([1]);
  await holder.query('-- only here /* and there */\nlock entry in exclusive mode;');
  expect(await values(other, 'select 1')).toEqual([1]);
  expect((await holder.query(`select * from public.entry where id = 1 and note <> 'it''s'`)).rowCount).toBe(1);
  expect(await values(other, 'select 1')).toEqual([1]);
  expect((await holder.query('select note from entry where id = $1 order by note limit 1', [1])).rowCount).toBe(1);
  expect(await values(other, 'select 1')).toEqual([1]);
  await holder.query('commit');
});
