import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { Engine } from '../src/index.ts';
import { ask, cleanUp, client, codeOf, engine, numberOf, opening, untilActive, values } from './helpers.ts';

let started: Engine;
let url: string;

beforeAll(async () => {
  started = await engine();
  url = started.url('postgres');
});

afterAll(cleanUp);

/** Statements without end: one that computes, one that sleeps, one in a block that catches errors. */
const ENDLESS = [
  'select count(*) from generate_series(1, 1e10)',
  'select pg_sleep(1000)',
  'do $$ begin loop begin perform 1 / 0; exception when others then null; end; end loop; end $$',
];

/** Sends a request to cancel, as a client does on a connection of its own. */
async function cancel(of: pg.Client, secret = (of as unknown as { secretKey: number }).secretKey): Promise<void> {
  const request = opening(80877102);
  const numbers = Buffer.alloc(8);
  numbers.writeInt32BE(numberOf(of), 0);
  numbers.writeInt32BE(secret, 4);
  const bytes = Buffer.concat([request.subarray(0, 8), numbers]);
  bytes.writeInt32BE(16, 0);
  const socket = connect(started.port, '127.0.0.1');
  socket.end(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
}

test.each(ENDLESS)('a request to cancel ends a statement with 57014, and its session goes on: %s', async (sql) => {
  const own = await client(url);
  await own.query(`set application_name = 'kept'; create temp table if not exists mine (id int)`);
  const failed = own.query(sql);
  failed.catch(() => {});
  await untilActive(started, own);
  await cancel(own);
  await expect(failed).rejects.toMatchObject({
    code: '57014',
    message: 'canceling statement due to user request',
  });
  expect(await values(own, `select current_setting('application_name') || count(*) from mine`)).toEqual(['kept0']);
});

test.each(ENDLESS)('statement_timeout ends a statement, and says so: %s', async (sql) => {
  const own = await client(url);
  await own.query(`set statement_timeout = '100ms'`);
  await expect(own.query(sql)).rejects.toMatchObject({
    code: '57014',
    message: 'canceling statement due to statement timeout',
  });
  await own.query('begin');
  await own.query('set local statement_timeout = 50');
  expect(await codeOf(own.query('select pg_sleep($1)', [1000]))).toBe('57014');
  expect(await codeOf(own.query('select 1'))).toBe('25P02');
  await own.query('rollback; set statement_timeout = 0');
  expect(await values(own, 'select 1 from pg_sleep(0.2)')).toEqual([1]);
});

test('statement_timeout counts for each statement, not for a text of several or a transaction', async () => {
  const own = await client(url);
  await own.query(`set statement_timeout = '300ms'`);
  await own.query('begin');
  const several = await Promise.all(Array.from({ length: 4 }, () => own.query('select pg_sleep(0.1)')));
  expect(several).toHaveLength(4);
  await own.query('select pg_sleep(0.1); select pg_sleep(0.1); select pg_sleep(0.1); select pg_sleep(0.1)');
  await own.query('commit');
});

test('a request to cancel with another secret, or for a client that does nothing, changes nothing', async () => {
  const own = await client(url);
  await cancel(own);
  const slow = values(own, 'select 1 from pg_sleep(0.5)');
  await untilActive(started, own);
  await cancel(own, 1);
  expect(await slow).toEqual([1]);
});

test('a request to cancel reaches who waits for its turn, and not the statement that runs', async () => {
  const [busy, waiting] = [await client(url), await client(url)];
  const slow = values(busy, 'select 1 from pg_sleep(3)');
  await untilActive(started, busy);
  const failed = codeOf(waiting.query('select 1'));
  await untilActive(started, waiting);
  await cancel(waiting);
  expect(await failed).toBe('57014');
  expect(await slow).toEqual([1]);
  expect(await values(waiting, 'select 2')).toEqual([2]);
});

test('a cancelled statement in a transaction leaves it failed, and the others’ sessions as they were', async () => {
  const [own, other] = [await client(url), await client(url)];
  await other.query({ name: 'kept', text: 'select 1' });
  await other.query(`set application_name = 'other'`);
  await own.query('create table if not exists entry (id int)');
  await own.query('begin; insert into entry values (1)');
  const failed = codeOf(own.query('select pg_sleep(1000)'));
  await untilActive(started, own);
  await cancel(own);
  expect(await failed).toBe('57014');
  expect(await codeOf(own.query('select 1'))).toBe('25P02');
  await own.query('rollback');
  expect(await values(own, 'select count(*)::int from entry')).toEqual([0]);
  expect((await other.query({ name: 'kept', text: 'select 1' })).rowCount).toBe(1);
  expect(await values(other, 'show application_name')).toEqual(['other']);
});

test('a statement whose client disconnected is ended, and the next client runs', async () => {
  const leaving = await client(url);
  leaving.query('select pg_sleep(1000)').catch(() => {});
  await untilActive(started, leaving);
  (leaving as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  expect(await ask(url, 'select 1')).toEqual([1]);
});

test('who waits long for another client’s statement hears which it is, and since when', async () => {
  const [busy, waiting] = [await client(url), await client(url)];
  const heard: string[] = [];
  waiting.on('notice', ({ message }) => heard.push(message ?? ''));
  const slow = busy.query('select pg_sleep(2.5)');
  await untilActive(started, busy);
  await values(waiting, 'select 1');
  await slow;
  expect(heard).toEqual([
    expect.stringMatching(
      /^waiting for a statement of client \d+, which runs since 20\d\d-\S+Z, for 2 s: select pg_sleep\(2.5\)$/,
    ),
  ]);
});
