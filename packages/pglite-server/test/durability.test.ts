import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import {
  ask,
  cleanUp,
  client,
  dataFolder,
  engine,
  kill,
  serveElsewhere,
  spawnServer,
  temporaryFolder,
  until,
} from './helpers.ts';

afterAll(cleanUp);

test('after kill -9 during writes, everything acknowledged is there', async () => {
  const folder = await dataFolder();
  const serving = await serveElsewhere(folder);
  await ask(serving.url('postgres'), 'create database ledger');
  await ask(serving.url('ledger'), `create table entry (number int primary key, filler text); create role keeper`);
  const writer = await client(serving.url('ledger'));
  let acknowledged = 0;
  const enough = Promise.withResolvers<void>();
  const writing = (async () => {
    for (let number = 1; ; number++) {
      await writer.query(`insert into entry values ($1, repeat('x', 2000))`, [number]);
      acknowledged = number;
      if (number === 300) enough.resolve();
    }
  })();
  await enough.promise;
  await kill(serving.process);
  await expect(writing).rejects.toThrow();
  const again = await engine({ folder });
  expect(again.joined).toBe(false);
  const numbers = await ask(again.url('ledger'), 'select number from entry order by number');
  expect(numbers.slice(0, acknowledged)).toEqual(Array.from({ length: acknowledged }, (_, at) => at + 1));
  expect(await ask(again.url('postgres'), `select count(*)::int from pg_roles where rolname = 'keeper'`)).toEqual([1]);
  await again.stop();
});

test('a second process joins the first, and takes over once that is killed, on the same port', async () => {
  const folder = await dataFolder();
  const serving = await serveElsewhere(folder);
  await ask(serving.url('postgres'), 'create database common');
  const joined = await engine({ folder });
  expect(joined.joined).toBe(true);
  expect(joined.url('common')).toBe(serving.url('common'));
  await joined.stop();
  expect(await ask(serving.url('common'), 'select 1')).toEqual([1]);
  await kill(serving.process);
  const successor = await engine({ folder });
  expect(successor.joined).toBe(false);
  expect(successor.url('common')).toBe(serving.url('common'));
  expect(await ask(successor.url('common'), 'select 1')).toEqual([1]);
  await successor.stop();
});

test('of several that start at once on a folder whose owner was killed, one serves and the others join', async () => {
  const folder = await dataFolder();
  await kill((await serveElsewhere(folder)).process);
  const started = await Promise.all([1, 2, 3, 4].map(() => engine({ folder })));
  expect(started.map(({ joined }) => joined).sort()).toEqual([false, true, true, true]);
  expect(new Set(started.map(({ port }) => port)).size).toBe(1);
});

test('an engine that starts on an empty folder makes it, and one killed while it did starts again', async () => {
  const folder = join(await temporaryFolder(), 'not', 'there', 'yet');
  const serving = spawnServer(folder);
  await until(
    () => existsSync(join(folder, 'template.new', 'data', 'PG_VERSION')) || existsSync(join(folder, 'template')),
  );
  await kill(serving);
  const started = await engine({ folder });
  expect(started.joined).toBe(false);
  expect(await ask(started.url('postgres'), 'select 1')).toEqual([1]);
});

test('a stopped engine leaves its data, and starts again with it', async () => {
  const folder = await dataFolder();
  const first = await engine({ folder });
  await ask(first.url('postgres'), 'create table kept as select 1 as one');
  await first.stop();
  const second = await engine({ folder });
  expect(second.joined).toBe(false);
  expect(await ask(second.url('postgres'), 'select one from kept')).toEqual([1]);
});
