import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../../src/database/embedded/index.ts';
import { connectionStringsFrom } from '../../src/database/urls.ts';

/** One server for the whole suite: the one DATABASE_URL names, or one embedded engine in a folder of its own. */
export default async function globalSetup(): Promise<void> {
  const named = connectionStringsFrom(process.env);
  if (named) {
    process.env.ROLECALL_TEST_SERVER = named.root;
    process.env.ROLECALL_TEST_REAL = '1';
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
