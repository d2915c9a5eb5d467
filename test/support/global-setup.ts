import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from 'pglite-server';
import { withClient } from '../../src/database/connect.ts';
import { connectionStringsFrom } from '../../src/database/urls.ts';

/** One server for the whole suite: the one DATABASE_URL names, or one embedded engine in a folder of its own. */
export default async function globalSetup(): Promise<void> {
  const template = `test_migrated_${randomUUID().slice(0, 8)}`;
  process.env.ROLECALL_TEST_TEMPLATE = template;
  const named = connectionStringsFrom(process.env);
  if (named) {
    process.env.ROLECALL_TEST_SERVER = named.root;
    process.env.ROLECALL_TEST_REAL = '1';
    globalThis.stopTestServer = () =>
      withClient(named.root, async (root) => {
        await root.query(`drop database if exists "${template}" with (force)`);
      });
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-test-'));
  const engine = await startEngine({ folder });
  process.env.ROLECALL_TEST_SERVER = engine.url('postgres');
  globalThis.stopTestServer = async () => {
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

declare global {
  var stopTestServer: (() => Promise<void>) | undefined;
}
