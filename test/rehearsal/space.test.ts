import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test as anyTest, beforeAll, expect } from '@jest/globals';
import { withClient } from '../../src/database/connect.ts';
import { onRealServer } from '../support/databases.ts';
import { type OwnServer, serverPrograms, startOwnServer } from '../support/own-server.ts';
import { freshProject, type Project } from '../support/project.ts';
import { folder, plainDump } from './support.ts';

const disk = mkdtempSync(join(tmpdir(), 'rehearsal-disk-'));

/** A disk of one megabyte; who may not mount one does not evaluate what needs it. */
function mounted(): boolean {
  if (process.env.ROLECALL_TEST_REAL !== '1') return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const hasDisk = mounted();
const test = hasDisk ? onRealServer : anyTest.skip;
let server: OwnServer;
let project: Project;
let files: Awaited<ReturnType<typeof folder>>;

beforeAll(async () => {
  if (!hasDisk) return;
  server = await startOwnServer((await serverPrograms()) ?? '');
  // The tablespace belongs to whoever runs the server.
  const { uid, gid } = statSync(join(server.folder, 'data'));
  chownSync(disk, uid, gid);
  chmodSync(disk, 0o700);
  await withClient(server.url('postgres'), async (client) => {
    await client.query(`create tablespace small location '${disk}'`);
    await client.query('alter role postgres set default_tablespace = small');
  });
  project = await freshProject();
  files = await folder();
});

afterAll(async () => {
  if (hasDisk) {
    await server.remove();
    await project.remove();
    await files.remove();
    execFileSync('umount', [disk]);
  }
  rmSync(disk, { recursive: true, force: true });
});

test('a server without space for the copy: one line, exit code 2, and no database is left', async () => {
  const from = await files.file('large.sql', await plainDump());
  const env = { DATABASE_URL: server.url('mine'), ROOT_DATABASE_URL: server.url('postgres') };
  const { code, output } = await project.rolecall(['rehearse', '--from', from], env);
  expect({ code, last: output.trim().split('\n').at(-1) }).toEqual({
    code: 2,
    last: expect.stringMatching(
      /^rolecall: The copy cannot be made\. The server has no space left \(could not extend file .*No space left on device\)\. Free some/,
    ),
  });
  const names = await withClient(server.url('postgres'), (client) =>
    client.query(`select datname from pg_database where datname like '%rehearsal%'`),
  );
  expect(names.rows).toEqual([]);
});
