import { afterEach, expect } from '@jest/globals';
import { online } from '../../spec/online.ts';
import { lockOutOthers, mustNotBePreparing, stageOf } from '../../src/online/stage.ts';
import { freshDatabase, onRealServer, type TestDatabase } from '../support/databases.ts';
import { connected, legacyDatabase, withWorker } from './support.ts';

const open: TestDatabase[] = [];
const kept = (database: TestDatabase): TestDatabase => {
  open.push(database);
  return database;
};
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

onRealServer(
  'what is no old database, or has what the migrations make, is refused in words, and unchanged',
  async () => {
    const { client } = kept(await freshDatabase());
    await expect(stageOf(client, online)).rejects.toThrow('There is no auth.users here');
    await client.query('create schema auth; create table auth.users (id uuid primary key)');
    await expect(stageOf(client, online)).rejects.toThrow(
      'There is no table public.channels, videos, transcript_chunks',
    );

    const old = kept(await legacyDatabase());
    await old.client.query('create schema private');
    await expect(stageOf(old.client, online)).rejects.toThrow('The schema private exists already');
  },
);

onRealServer('each stage is told, one worker is at work, and nobody migrates under it', async () => {
  const database = kept(await legacyDatabase());
  const { client } = database;
  const at = async () => (await stageOf(client, online)).at;
  expect(await at()).toBe('old');
  await lockOutOthers(client);
  const second = await connected(database.url);
  await expect(lockOutOthers(second)).rejects.toThrow(
    'Another rolecall online, or a migration, is running on this database',
  );
  await second.end();
  await withWorker(database, async (worker) => {
    await worker.create();
    expect(await at()).toBe('preparing');
    await expect(mustNotBePreparing(client)).rejects.toThrow('rolecall online abort');
    await expect(client.query('truncate public.error_logs')).rejects.toThrow('a TRUNCATE would not be noticed');
    await worker.fill();
    expect(await worker.validate()).toEqual([]);
    expect(await at()).toBe('validated');
    await worker.switchOver();
    expect(await at()).toBe('switched');
    await worker.cleanUp();
    expect(await at()).toBe('new');
  });
  await mustNotBePreparing(client);
});
