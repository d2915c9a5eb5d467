import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { Engine } from '../src/index.ts';
import { ask, cleanUp, client, codeOf, engine, numberOf, untilActive, untilLeft, values } from './helpers.ts';

let started: Engine;
let url: string;

beforeAll(async () => {
  started = await engine();
  url = started.url('postgres');
  await ask(url, 'create role alice login');
  await ask(url, 'create role bob login');
  await ask(url, 'create database other');
});

afterAll(cleanUp);

const asRole = (role: string) => client(url.replace('postgres@', `${role}@`));
/** Resolves with the SQLSTATE that a client's connection ended with. */
const ended = (of: pg.Client) =>
  new Promise<string | undefined>((resolve) =>
    of.on('error', ({ code }: Error & { code?: string }) => code && resolve(code)),
  );

test('pg_stat_activity shows each client, with its database, role, application, state and last statement', async () => {
  const [own, idle, there] = [await client(url), await asRole('alice'), await client(started.url('other'))];
  await own.query(`set application_name = 'asking'`);
  await idle.query(`set application_name = 'waiting'; select 'éé' as last`);
  await there.query('begin; select 2');
  const { rows } = await own.query(
    `select pid, datname, usename, application_name, state, query, backend_type, pid = pg_backend_pid() as own,
            backend_start <= clock_timestamp() and state_change <= clock_timestamp() as timed, xact_start is not null as open
     from pg_stat_activity where pid = any ($1) order by pid`,
    [[own, idle, there].map(numberOf)],
  );
  expect(rows).toEqual([
    expect.objectContaining({
      pid: numberOf(own),
      datname: 'postgres',
      usename: 'postgres',
      application_name: 'asking',
      state: 'active',
      own: true,
      timed: true,
      open: true,
      backend_type: 'client backend',
    }),
    expect.objectContaining({
      pid: numberOf(idle),
      usename: 'alice',
      application_name: 'waiting',
      state: 'idle',
      own: false,
      timed: true,
      open: false,
      query: `set application_name = 'waiting'; select 'éé' as last`,
    }),
    expect.objectContaining({
      pid: numberOf(there),
      datname: 'other',
      usename: 'postgres',
      state: 'idle in transaction',
      own: false,
      timed: true,
      open: true,
      query: 'begin; select 2',
    }),
  ]);
  await there.query('commit');
  await idle.end();
  await untilLeft(started, idle);
  const left = `select count(*)::int from pg_stat_activity where pid = ${numberOf(idle)}`;
  expect(await values(own, left)).toEqual([0]);
});

test('what stands on pg_stat_activity sees the clients too: a view, a function, pg_locks', async () => {
  const [own, other] = [await client(url), await client(url)];
  await own.query(`
    create view running as select pid from pg_stat_activity where state = 'active';
    create function clients() returns bigint language sql as 'select count(*) from pg_stat_activity where pid is not null'`);
  expect(await values(own, 'select pid from running')).toEqual([numberOf(own)]);
  expect(await values(other, 'select pid from running')).toEqual([numberOf(other)]);
  expect(await values(other, 'select clients() >= 2')).toEqual([true]);
  expect(await values(own, 'begin; select distinct pid from pg_locks where pid = pg_backend_pid()')).toEqual([
    numberOf(own),
  ]);
  await own.query('commit');
  expect(
    await values(
      other,
      'select bool_or(pg_stat_get_backend_pid(id) = pg_backend_pid()) from pg_stat_get_backend_idset() as id',
    ),
  ).toEqual([true]);
});

test('a role that is no member sees that another’s client is there, and not its statement', async () => {
  const [own, other] = [await asRole('alice'), await asRole('bob')];
  await other.query('select 1');
  const { rows } = await own.query('select usename, query from pg_stat_activity where pid = $1', [numberOf(other)]);
  expect(rows).toEqual([{ usename: 'bob', query: '<insufficient privilege>' }]);
});

test('pg_terminate_backend ends a client that does nothing, one whose transaction is open, and one that runs', async () => {
  const own = await client(url);
  const terminate = (of: pg.Client) => values(own, 'select pg_terminate_backend($1)', [numberOf(of)]);
  const idle = await client(url);
  const idleEnded = ended(idle);
  expect(await terminate(idle)).toEqual([true]);
  expect(await idleEnded).toBe('57P01');
  const [there, next] = [await client(started.url('other')), await client(started.url('other'))];
  await there.query('begin; create table undone (id int)');
  const thereEnded = ended(there);
  expect(await terminate(there)).toEqual([true]);
  expect(await thereEnded).toBe('57P01');
  expect(await values(next, `select to_regclass('undone')`)).toEqual([null]);
  const busy = await client(started.url('other'));
  const failed = codeOf(busy.query('select pg_sleep(1000)'));
  await untilActive(started, busy);
  expect(await terminate(busy)).toEqual([true]);
  expect(await failed).toBe('57P01');
  expect(await values(next, 'select 1')).toEqual([1]);
});

test('a client that terminates itself is ended with 57P01, and its transaction is undone', async () => {
  const [own, other] = [await client(url), await client(url)];
  await own.query('begin; create table never (id int)');
  expect(await codeOf(own.query('select pg_terminate_backend(pg_backend_pid()), pg_sleep(1000)'))).toBe('57P01');
  expect(await values(other, `select to_regclass('never')`)).toEqual([null]);
});

test('all others are terminated in one statement, as scripts do before they drop a database', async () => {
  const others = [await client(started.url('other')), await client(started.url('other'))];
  const all = Promise.all(others.map(ended));
  const ends = `select pg_terminate_backend(pid) from pg_stat_activity where datname = 'other' and pid <> pg_backend_pid()`;
  expect((await values(await client(url), ends)).every((each) => each === true)).toBe(true);
  expect(await all).toEqual(['57P01', '57P01']);
  await ask(url, 'drop database other');
  await ask(url, 'create database other');
});

test('pg_cancel_backend cancels what a client runs or waits to run, its own statement too', async () => {
  const [own, busy] = [await client(url), await client(started.url('other'))];
  const failed = codeOf(busy.query('select pg_sleep(1000)'));
  await untilActive(started, busy);
  expect(await values(own, `select pg_cancel_backend(${numberOf(busy)})`)).toEqual([true]);
  expect(await failed).toBe('57014');
  expect(await values(busy, 'select 1')).toEqual([1]);
  expect(await codeOf(own.query('select pg_cancel_backend(pg_backend_pid()), pg_sleep(1000)'))).toBe('57014');
  expect(await values(own, `select pg_cancel_backend(${numberOf(busy)})`)).toEqual([true]);
  expect(await values(busy, 'select 2')).toEqual([2]);
});

test('a number that no client has gets PostgreSQL’s warning, and false', async () => {
  const own = await client(url);
  const warnings: unknown[] = [];
  own.on('notice', ({ severity, message }) => warnings.push(`${severity}: ${message}`));
  expect(await values(own, 'select pg_terminate_backend(999999)')).toEqual([false]);
  expect(await values(own, 'select pg_cancel_backend(999999)')).toEqual([false]);
  expect(warnings).toEqual(Array(2).fill('WARNING: PID 999999 is not a PostgreSQL backend process'));
});

test('only who may signals a client: its role’s members, pg_signal_backend, and superusers for superusers', async () => {
  const [alice, bob, root] = [await asRole('alice'), await asRole('bob'), await client(url)];
  const cancel = (by: pg.Client, of: pg.Client) => values(by, 'select pg_cancel_backend($1)', [numberOf(of)]);
  await expect(cancel(alice, bob)).rejects.toMatchObject({
    code: '42501',
    message: 'permission denied to cancel query',
    detail:
      'Only roles with privileges of the role whose query is being canceled or with privileges of the "pg_signal_backend" role may cancel this query.',
  });
  await expect(alice.query(`select pg_terminate_backend(${numberOf(root)})`)).rejects.toMatchObject({
    code: '42501',
    message: 'permission denied to terminate process',
    detail: 'Only roles with the SUPERUSER attribute may terminate processes of roles with the SUPERUSER attribute.',
  });
  expect(await cancel(alice, await asRole('alice'))).toEqual([true]);
  await root.query('grant pg_signal_backend to alice');
  expect(await cancel(alice, bob)).toEqual([true]);
  await expect(cancel(alice, root)).rejects.toMatchObject({ code: '42501' });
  expect(await values(alice, 'select 1')).toEqual([1]);
});
