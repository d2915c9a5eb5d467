import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Engine } from '../src/index.ts';
import { ask, cleanUp, client, codeOf, dataFolder, engine, values } from './helpers.ts';

/** How long a client waits for another's transaction that does nothing, in milliseconds. */
const WAIT_FOR = 300;

let started: Engine;
let folder: string;
let url: string;

beforeAll(async () => {
  folder = await dataFolder();
  started = await engine({ folder, waitFor: WAIT_FOR });
  await ask(started.url('postgres'), 'create database many');
  url = started.url('many');
  await ask(url, 'create table entry (client int, number int)');
  await ask(url, 'create role reader; grant reader to current_user; grant select on entry to reader');
});

afterAll(cleanUp);

/** What one of many clients does: settings, a role, a named statement and transactions, each in its own way. */
async function live(number: number): Promise<unknown[]> {
  const own = await client(url, { application_name: `client ${number}` });
  await own.query(`select set_config('app.me', $1, false)`, [String(number)]);
  if (number % 2) await own.query('set role reader');
  const seen: unknown[] = [];
  for (let round = 0; round < 20; round++) {
    const text = `select ${number} as n, current_user as u, current_setting('app.me') as me, current_setting('application_name') as a`;
    const { rows } = await own.query({ name: 'same', text });
    seen.push(rows[0]);
    if (number % 2) continue;
    await own.query('begin');
    await own.query('insert into entry values ($1, $2)', [number, round]);
    await own.query(round % 4 ? 'commit' : 'rollback');
  }
  return seen;
}

test('eight clients at once keep their roles, settings, statements and transactions to themselves', async () => {
  const all = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(live));
  for (const [at, seen] of all.entries()) {
    const number = at + 1;
    const expected = { n: number, u: number % 2 ? 'reader' : 'postgres', me: String(number), a: `client ${number}` };
    expect(seen).toEqual(Array(20).fill(expected));
  }
  expect(await ask(url, 'select count(*)::int from entry group by client order by client')).toEqual([15, 15, 15, 15]);
});

test('a pool of eight answers 400 queries at once, each with its own', async () => {
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  const numbers = Array.from({ length: 400 }, (_, at) => at);
  const answers = await Promise.all(numbers.map((n) => pool.query('select $1::int as n', [n])));
  expect(answers.map(({ rows }) => rows[0].n)).toEqual(numbers);
  await pool.end();
});

test('each client has a number of its own, which notifications say, also when several listen and notify in turn', async () => {
  const clients = await Promise.all([1, 2, 3].map(() => client(url)));
  const heard: unknown[] = [];
  const numbers = clients.map((each) => (each as unknown as { processID: number }).processID);
  for (const each of clients) {
    each.on('notification', ({ processId }) => heard.push(processId));
    await each.query('begin; listen numbers; commit');
  }
  for (const each of clients) await each.query('notify numbers');
  for (const [at, each] of clients.entries())
    expect(await values(each, 'select pg_backend_pid()')).toEqual([numbers[at]]);
  expect(heard.sort()).toEqual(numbers.flatMap((number) => [number, number, number]).sort());
  expect(new Set(numbers).size).toBe(3);
});

test('a setting changed inside a function does not reach the next client, and stays with its own', async () => {
  const [one, two] = [await client(url), await client(url)];
  await one.query(
    `create function enter() returns text language sql as $$ select set_config('app.who', 'one', false) $$`,
  );
  await one.query('select enter()');
  expect(await values(two, `select coalesce(current_setting('app.who', true), '')`)).toEqual(['']);
  expect(await values(one, `select current_setting('app.who', true)`)).toEqual(['one']);
});

test('a setting stays when the roles change meanwhile in another database', async () => {
  const own = await client(url);
  await own.query(`set application_name = 'kept'`);
  await ask(started.url('postgres'), 'create role meanwhile');
  expect(await values(own, 'show application_name')).toEqual(['kept']);
});

test('role and settings stay for a thousand statements, between which the engine looks at its log', async () => {
  const own = await client(url);
  await own.query(`set application_name = 'kept'; set role reader`);
  const shown = new Set<unknown>();
  for (let count = 0; count < 1_000; count += 1)
    shown.add((await values(own, `select current_user || current_setting('application_name')`))[0]);
  expect([...shown]).toEqual(['readerkept']);
});

test('a value of a megabyte is taken at once, in a statement that may change settings and with a function that does', async () => {
  const own = await client(url);
  await own.query(`
    create table note (body text);
    create function note_of(body text) returns text language sql as $$ select set_config('app.noted', 'yes', false); select body $$`);
  const body = 'f'.repeat(1_000_000);
  await own.query(`insert into note values (note_of('${body}'))`);
  await own.query('update note set body = body || $1', [body]);
  expect(await values(own, `select body = '${body}${body}' from note`)).toEqual([true]);
  await own.query('drop table note; drop function note_of');
});

test('a client that logs in as a role is that role, with the settings of the role', async () => {
  await ask(url, `create role worker login; alter role worker set statement_timeout = '7s'`);
  const worker = await client(url.replace('postgres@', 'worker@'));
  await ask(url, 'select 1');
  expect(await values(worker, 'select session_user::text || current_setting($1)', ['statement_timeout'])).toEqual([
    'worker7s',
  ]);
  expect(await codeOf(worker.query('set role postgres'))).toBe('42501');
  expect(await ask(url, 'select session_user::text')).toEqual(['postgres']);
});

test('a session authorization is set for one client, and reset', async () => {
  const own = await client(url);
  await own.query('set session authorization reader');
  expect(await ask(url, 'select session_user::text')).toEqual(['postgres']);
  expect(await values(own, 'select session_user::text')).toEqual(['reader']);
  await own.query('reset session authorization');
  expect(await values(own, 'select session_user::text')).toEqual(['postgres']);
});

test('DISCARD ALL resets its own client, and leaves the others their statements', async () => {
  const [one, two] = [await client(url), await client(url)];
  await one.query({ name: 'mine', text: 'select 1' });
  await two.query(`set search_path = nowhere`);
  await two.query('discard all');
  expect(await values(two, 'show search_path')).toEqual(['"$user", public']);
  expect((await one.query({ name: 'mine', text: 'select 1' })).rowCount).toBe(1);
});

test('DISCARD ALL resets its own client, also while another one takes over the backend', async () => {
  const [own, other] = [await client(url), await client(url)];
  await own.query(`set application_name = 'discarded'`);
  const slow = other.query('select pg_sleep(0.2)');
  await own.query('discard all');
  await slow;
  expect(await values(own, 'show application_name')).toEqual(['']);
});

test('a transaction that is left open makes the others fail with a message, not wait for ever', async () => {
  const [holder, other] = [await client(url), await client(url)];
  await holder.query('begin');
  await holder.query('insert into entry values (0, 0)');
  await expect(other.query('select 1')).rejects.toMatchObject({
    code: '55P03',
    message: expect.stringContaining('another client holds a transaction open in database "many"'),
  });
  await holder.query('rollback');
  expect(await values(other, 'select 1')).toEqual([1]);
});

test('a transaction that pauses between its statements is waited for, longer than a client waits for one that does nothing', async () => {
  const [holder, other] = [await client(url), await client(url)];
  await holder.query('begin');
  await holder.query('insert into entry values (0, 0)');
  const answer = values(other, 'select 1');
  // Each pause is far below the limit, and all of them are twice as long as it.
  for (let pauses = 0; pauses < 12; pauses++) {
    await pause(WAIT_FOR / 6);
    await holder.query('select 1');
  }
  await holder.query('rollback');
  expect(await answer).toEqual([1]);
});

test('a client that dies inside a transaction is rolled back, and the next one runs', async () => {
  const [dying, next] = [await client(url), await client(url)];
  await dying.query('begin');
  await dying.query('insert into entry values (99, 99)');
  (dying as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  expect(await values(next, 'select count(*)::int from entry where client = 99')).toEqual([0]);
});

test('a transaction that only locked makes way for another client, and holds its lock against the same lock', async () => {
  const [holder, other, rival] = [await client(url), await client(url), await client(url)];
  await holder.query('begin');
  await holder.query('lock table entry in exclusive mode');
  expect(await values(other, 'select 1')).toEqual([1]);
  await rival.query('begin');
  expect(await codeOf(rival.query('lock table entry in exclusive mode'))).toBe('55P03');
  await holder.query('insert into entry values (50, 50)');
  await holder.query('commit');
  expect(await codeOf(rival.query('select 1'))).toBe('25P02');
  await rival.query('rollback');
  expect(await values(other, 'select number from entry where client = 50')).toEqual([50]);
});

test('LISTEN hears what another client notifies, and only who listens hears it', async () => {
  const [listener, deaf, sender] = [await client(url), await client(url), await client(url)];
  const heard: unknown[] = [];
  deaf.on('notification', () => heard.push('deaf'));
  const first = new Promise((resolve) => listener.once('notification', resolve));
  await listener.query('listen news');
  await deaf.query('listen news');
  await deaf.query('unlisten news');
  await sender.query(`notify news, 'hello'`);
  expect(await first).toMatchObject({ channel: 'news', payload: 'hello' });
  await deaf.query('select 1');
  expect(heard).toEqual([]);
});

test('temporary tables go with the client that made them', async () => {
  const [one, two] = [await client(url), await client(url)];
  await one.query('create temp table scratch (id int)');
  await one.end();
  expect(await values(two, `select to_regclass('scratch')::text`)).toEqual([null]);
});

test('a recursion without end is an error, as on a server', async () => {
  const own = await client(url);
  await own.query('create function deep() returns int language plpgsql as $$ begin return deep(); end $$');
  expect(await codeOf(own.query('select deep()'))).toBe('54001');
});

test('a crash of the backend ends its own client only, and the others go on', async () => {
  const [crashing, other] = [await client(url), await client(url)];
  const kept = { name: 'kept', text: `select set_config('app.kept', 'yes', false)` };
  await other.query(kept);
  // PostgreSQL panics when it cannot write its control file.
  const control = join(folder, 'databases/many/data/global/pg_control');
  await crashing.query('create table acknowledged as select 1 as one');
  await rename(control, `${control}.away`);
  expect(await codeOf(crashing.query('checkpoint'))).toBe('57P02');
  await rename(`${control}.away`, control);
  expect(await values(other, `select current_setting('app.kept')`)).toEqual(['yes']);
  expect((await other.query(kept)).rowCount).toBe(1);
  expect(await values(other, 'select one from acknowledged')).toEqual([1]);
});
