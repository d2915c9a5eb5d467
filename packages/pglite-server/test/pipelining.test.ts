import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type pg from 'pg';
import type { Engine } from '../src/index.ts';
import { ask, cleanUp, client, engine, values } from './helpers.ts';

let started: Engine;
let url: string;

beforeAll(async () => {
  started = await engine({ waitFor: 300 });
  url = started.url('postgres');
  await ask(url, 'create table line (n int primary key); create role guest; grant select on line to guest');
});

afterAll(cleanUp);

const QUERIES = [
  'begin',
  'commit',
  'rollback',
  'savepoint here',
  'rollback to savepoint here',
  'rollback to savepoint here; insert into line values (1)',
  'rollback to savepoint here; select 1 / 0',
  'release savepoint here; select n from line order by n',
  'insert into line values (1)',
  'insert into line values (2); select n from line order by n',
  'delete from line returning n',
  'select count(*)::int from line',
  "select case when count(*) > 0 then 'some' else 'none' end from line",
  'select nothing',
  'select from from',
  'set local role guest',
  'reset role',
  "select set_config('my.own', 'set', true)",
  "select nullif(current_setting('my.own', true), '')",
  'listen changes',
  'notify changes',
  'discard all',
  'create database postgres',
];

/** Sends what `ask` asks in one piece, so that the engine sees all of it at once. */
function inOneGo<T>(asking: pg.Client, ask: () => Promise<T>): Promise<T> {
  const { stream } = (asking as unknown as { connection: { stream: Socket } }).connection;
  stream.cork();
  const answers = ask();
  stream.uncork();
  return answers;
}

/** What a client hears of each query, in the order in which they were sent. */
async function answers(url: string, queries: readonly string[], ahead: boolean): Promise<unknown[]> {
  const asking = await client(url, { pipeline: true });
  const answer = (sql: string): Promise<unknown> =>
    values(asking, sql).catch((error: unknown) => (error as pg.DatabaseError).code);
  const heard: unknown[] = [];
  if (ahead) heard.push(...(await inOneGo(asking, () => Promise.all(queries.map(answer)))));
  else for (const sql of queries) heard.push(await answer(sql));
  await asking.end();
  return [...heard, await ask(url, 'delete from line returning n')];
}

test('queries that are sent ahead are answered like those that wait for each other, whatever they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...QUERIES), { maxLength: 40 }), async (queries) => {
      expect(await answers(url, queries, true)).toEqual(await answers(url, queries, false));
    }),
    { numRuns: 60 },
  );
});

test('a thousand queries sent ahead in a transaction each get their own answer, errors too', async () => {
  const asking = await client(url, { pipeline: true });
  await asking.query('begin; savepoint here');
  const heard = await Promise.all(
    Array.from({ length: 1000 }, (_, n) =>
      values(asking, `rollback to savepoint here; select ${n} / (${n} % 7)`).catch(
        (error: pg.DatabaseError) => error.code,
      ),
    ),
  );
  await asking.query('rollback');
  expect(heard).toEqual(Array.from({ length: 1000 }, (_, n) => (n % 7 === 0 ? '22012' : [Math.trunc(n / (n % 7))])));
});

test('what is sent ahead beyond the end of a transaction is treated as what comes after it', async () => {
  const asking = await client(url, { pipeline: true });
  const listening = await client(url);
  await listening.query('listen news');
  const heard = once(listening, 'notification');
  await asking.query('begin');
  const queries = ['select 1', 'commit', 'discard all', 'create database ahead', 'notify news'];
  await inOneGo(asking, () => Promise.all(queries.map((sql) => asking.query(sql))));
  expect(await heard).toMatchObject([{ channel: 'news' }]);
  expect(await ask(started.url('ahead'), 'select current_database()')).toEqual(['ahead']);
});
