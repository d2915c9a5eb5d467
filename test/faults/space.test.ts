/**
 * The server's disk is full while the migrations run: the database stays as it was or can be taken up again, and with
 * room made they end where an undisturbed run ends. A disk of its own needs root, to mount it; without, this is skipped.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { type Ground, groundOn, onOwnServer } from './support/migrating.ts';
import { walPosition, walSince } from './support/moments.ts';
import { differences } from './support/state.ts';

const DISK = 256 * 2 ** 20;
const disk = onOwnServer === test ? mounted() : undefined;
const onSmallDisk = disk ? test : test.skip;

let ground: Ground | undefined;
afterEach(async () => {
  await ground?.remove();
  ground = undefined;
  if (!disk) return;
  execFileSync('umount', ['--lazy', disk]);
  rmdirSync(disk);
});

onSmallDisk(
  'when the disk is full at any moment, it says so in one line; with room made, the migrations end the same',
  async () => {
    ground = await groundOn({ folder: disk as string });
    const { migrate, stateOf, copy, on, restart } = ground;
    const before = await on('postgres', walPosition);
    const first = await copy();
    await migrate(first).finished;
    const undisturbed = await stateOf(first);
    const whole = await on('postgres', (client) => walSince(client, before));
    const ballast = join(disk as string, 'ballast');
    let stopped = 0;
    for (const share of [0.1, 0.3, 0.5, 0.7]) {
      const database = await copy();
      await on('postgres', (client) => client.query('checkpoint'));
      const { bavail, bsize } = await statfs(disk as string);
      await writeFile(ballast, Buffer.alloc(Math.max(bavail * bsize - Math.ceil(whole * share), 0)));
      const { code, output } = await migrate(database).finished;
      if (code !== 0) {
        stopped++;
        expect({ share, code, output }).toEqual({
          share,
          code: 2,
          output: expect.stringMatching(/^rolecall: The migration of \w+ stopped\. .*(space|broke).*$/m),
        });
      }
      await rm(ballast);
      await restart();
      expect(await migrate(database).finished).toMatchObject({ code: 0 });
      expect([share, differences(undisturbed, await stateOf(database))]).toEqual([share, []]);
      await on('postgres', (client) => client.query(`drop database ${database}`));
    }
    expect(stopped).toBeGreaterThan(0);
  },
);

/** A small disk in memory, or undefined where nobody may mount one. */
function mounted(): string | undefined {
  const folder = mkdtempSync('/tmp/rolecall-disk-');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=777`, 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmdirSync(folder);
    return undefined;
  }
}
