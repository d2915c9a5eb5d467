import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { withClient } from '../../src/database/connect.ts';
import { type ConnectionStrings, connectionStringsFrom } from '../../src/database/urls.ts';
import { committedMigration, committedMigrations } from '../../src/migrations/files.ts';
import { proveRerunnable } from '../../src/migrations/rerun.ts';
import { type FullProof, proveFromNothing } from '../../src/proof/from-nothing.ts';
import { compareFiles } from '../../src/report/snapshots.ts';
import { asRoot, freshDatabase, serverUrl, type TestDatabase } from '../support/databases.ts';

let main: TestDatabase;
let urls: ConnectionStrings;
let proof: FullProof;

beforeAll(async () => {
  main = await freshDatabase();
  urls = connectionStringsFrom({ DATABASE_URL: main.url, ROOT_DATABASE_URL: serverUrl }) as ConnectionStrings;
  const progress = {
    seconds: new Map(),
    step: async <T>(_: string, run: (tell: () => void) => Promise<T>) => run(() => {}),
  };
  const server = { kind: 'named' as const, where: 'the server under test', urls, stop: async () => {} };
  proof = await proveFromNothing(server, config, progress);
});

afterAll(async () => {
  await main.drop();
  await asRoot((root) =>
    root.query(`drop database if exists "${new URL(urls.shadow).pathname.slice(1)}" with (force)`),
  );
});

test('the database that the repository builds is as declared', () => {
  expect(proof.findings).toEqual({ deviations: [], notEvaluated: [] });
});

test('every snapshot that is checked in is what the database gives, none is missing and none is orphaned', async () => {
  // Roles belong to the whole server: those that other test files make meanwhile may be members of ours.
  const files = new Map(
    [...proof.files].map(([path, text]) => [path, text.replaceAll(/^role test_role_.*\n( .*\n)*/gm, '')]),
  );
  expect(await compareFiles(files, config.snapshots)).toEqual([]);
});

test('every persona was probed with every command on every class of rows, and each outcome is a clear one', () => {
  const lines = Object.values(config.access).flatMap((rows) => Object.keys(rows));
  expect(proof.cells).toHaveLength(lines.length * Object.keys(config.personas).length * 4);
  expect(new Set(proof.cells.map(({ outcome }) => outcome))).toEqual(
    new Set(['allowed', 'filtered', 'no grant', 'policy violation']),
  );
});

test('every legacy row is accounted for: carried, changed by a named rule, or set aside', () => {
  for (const { carried, changed, setAside, lost, altered, ...account } of proof.accounts) {
    expect({ table: account.table, sum: carried + changed + setAside, lost, altered }).toEqual({
      table: account.table,
      sum: account.in,
      lost: 0,
      altered: 0,
    });
  }
});

test('the legacy data had something of each fate', () => {
  const sum = (key: 'carried' | 'changed' | 'setAside') =>
    proof.accounts.reduce((total, account) => total + account[key], 0);
  expect([sum('carried'), sum('changed'), sum('setAside')].every((rows) => rows > 0)).toBe(true);
});

test('each committed migration can run again on the finished database', async () => {
  for (const name of await committedMigrations()) {
    const migration = await committedMigration(name, urls);
    const { deviations } = await withClient(urls.shadow, (client) => proveRerunnable(client, migration, config.world));
    expect(deviations).toEqual([]);
  }
});
