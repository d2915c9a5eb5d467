import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { ask, cleanUp, client, engine, values } from './helpers.ts';

let url: string;
let own: pg.Client;
let process: number;

beforeAll(async () => {
  url = (await engine()).url('postgres');
  own = await client(url);
  [process] = (await values(own, 'select pg_backend_pid()')) as [number];
});

afterAll(cleanUp);

/** The backend of before answers: nothing ended it. */
const goesOn = async () => expect(await values(own, 'select pg_backend_pid()')).toEqual([process]);

/** More changes of the catalogs than PostgreSQL has room to note: the backend sends itself a signal when they are committed. */
const MANY_TABLES = `do $$
  begin
    for i in 1..300 loop
      execute format('create table entry_%s (id int primary key, name text unique, body text)', i);
      execute format('create index on entry_%s (body)', i);
    end loop;
  end $$`;

test('an extension, DO blocks, and indexes of vectors are made in one transaction', async () => {
  await own.query('begin');
  await own.query(`
    create extension vector;
    do $$ begin create table passage (id int primary key, embedding vector(1536)); end $$;
    do $$ begin
      insert into passage select i, array_fill(i::real, array[1536]) from generate_series(1, 200) as i;
      create index on passage using ivfflat (embedding vector_cosine_ops) with (lists = 100);
      create index on passage using hnsw (embedding vector_l2_ops);
    end $$;
  `);
  await own.query(MANY_TABLES);
  await own.query('commit');
  expect(await values(own, `select count(*)::int from pg_class where relname like 'entry%'`)).toEqual([1200]);
  await goesOn();
});

test('a transaction that changes much of the catalogs ends well while clients listen', async () => {
  const listening = await client(url);
  const heard: string[] = [];
  listening.on('notification', ({ payload, processId }) => heard.push(`${payload} of ${processId}`));
  await listening.query('listen news');
  await own.query(`begin; ${MANY_TABLES.replaceAll('entry_', 'story_')}; notify news, 'written'; commit`);
  await own.query(`begin; notify news, 'undone'; rollback`);
  await own.query(`do $$ begin for i in 1..300 loop execute format('drop table story_%s', i); end loop; end $$`);
  await values(listening, 'select 1');
  expect(heard).toEqual([`written of ${process}`]);
  await goesOn();
});

test('its memory grows by hundreds of megabytes, and statements before and after are as they were', async () => {
  const other = await client(url);
  await other.query({ name: 'kept', text: 'select $1::text as kept', values: ['before'] });
  await own.query(
    `create table sample as select i, md5(i::text) || repeat('-', 60) as body from generate_series(1, 200000) as i`,
  );
  await own.query(`begin; set local work_mem = '400MB'; set local maintenance_work_mem = '300MB'`);
  expect(await values(own, 'select count(distinct body)::int from sample')).toEqual([200_000]);
  expect(await values(own, `select length(string_agg(body, ','))::int from sample`)).toEqual([200_000 * 93 - 1]);
  await own.query('create index on sample (body)');
  await own.query('commit');
  const [length] = await values(own, `select length(repeat('x', 200000000))`);
  expect(length).toBe(200_000_000);
  expect((await other.query({ name: 'kept', text: 'select $1::text as kept', values: ['after'] })).rows).toEqual([
    { kept: 'after' },
  ]);
  await goesOn();
});

test('what needs more memory than there is fails, and the backend goes on', async () => {
  await expect(own.query(`select array_agg(repeat('x', 100000000)) from generate_series(1, 30)`)).rejects.toMatchObject(
    {
      code: '53200',
    },
  );
  await goesOn();
});

test('large values, results, errors and notices arrive as they are', async () => {
  const notices: (string | undefined)[] = [];
  own.on('notice', ({ message }) => notices.push(message));
  const long = 'ä€😀'.repeat(300_000);
  expect(await values(own, 'select $1::text', [long])).toEqual([long]);
  expect(await values(own, `select repeat('ä€😀', 300000)`)).toEqual([long]);
  expect(await values(own, `select repeat('y', 1000) from generate_series(1, 50000)`)).toHaveLength(50_000);
  await own.query(`do $$ begin raise notice '%', repeat('ä€😀', 300000); end $$`);
  expect(notices).toEqual([long]);
  await expect(own.query(`do $$ begin raise exception '%', repeat('ä€😀', 300000); end $$`)).rejects.toMatchObject({
    message: long,
  });
  own.removeAllListeners('notice');
  await goesOn();
});

test('errors that are caught, thousands of them and deep inside, leave the backend as it was', async () => {
  await own.query(`
    create function deep(n int) returns int language plpgsql as $$
    begin
      if n = 0 then return 1 / 0; end if;
      return deep(n - 1) + 1;
    exception when division_by_zero then
      if n % 2 = 0 then return 0; end if;
      raise;
    end $$;
    do $$ begin
      for i in 1..2000 loop
        begin perform 1 / 0; exception when others then null; end;
        begin perform '[1,2]'::vector <-> '[1]'::vector; exception when others then null; end;
      end loop;
    end $$`);
  expect(await values(own, 'select deep(50)')).toEqual([50]);
  await goesOn();
});

test('random numbers, hashes and compression work on memory that is shared', async () => {
  await own.query('create extension pgcrypto');
  expect(await values(own, 'select count(distinct gen_random_uuid())::int from generate_series(1, 1000)')).toEqual([
    1000,
  ]);
  expect(await values(own, 'select count(distinct gen_random_bytes(1000))::int from generate_series(1, 100)')).toEqual([
    100,
  ]);
  expect(await values(own, `select encode(sha256(convert_to(repeat('x', 1000000), 'utf8')), 'hex')`)).toEqual([
    createHash('sha256').update('x'.repeat(1_000_000)).digest('hex'),
  ]);
  expect(
    await ask(
      url,
      `select pgp_sym_decrypt(pgp_sym_encrypt(repeat('secret ', 10000), 'key', 'compress-algo=1'), 'key') = repeat('secret ', 10000)`,
    ),
  ).toEqual([true]);
});
