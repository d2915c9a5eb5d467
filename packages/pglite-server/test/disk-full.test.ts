import { spawnSync } from 'node:child_process';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { ask, cleanUp, client, codeOf, engine, temporaryFolder } from './helpers.ts';

const MEGABYTE = 1024 * 1024;

/** A file system of its own in memory, where the user may mount one. */
const folder = await temporaryFolder();
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=180m', 'tmpfs', folder]).status === 0;
afterAll(async () => {
  if (mounted) spawnSync('umount', ['-l', folder]);
  await cleanUp();
});

(mounted ? test : test.skip)(
  'a full disk is an error for every statement that needs room, until there is room',
  async () => {
    const started = await engine({ folder: join(folder, 'data') });
    const url = started.url('postgres');
    await ask(url, 'create table filler (content text); create table kept as select 1 as one');
    const { bavail, bsize } = await statfs(folder);
    const ballast = join(folder, 'ballast');
    await writeFile(ballast, Buffer.alloc(bavail * bsize - 2 * MEGABYTE));
    const own = await client(url);
    const fill = `insert into filler select repeat(md5(i::text), 50) from generate_series(1, 20000) i`;
    for (let round = 0; round < 3; round++) expect(await codeOf(own.query(fill))).toBe('53100');
    // Its log needs another file: the backend ends, and can't be opened as long as there is no room.
    for (let round = 0; round < 3; round++) {
      const again = await client(url);
      const code = await codeOf(again.query(`select pg_switch_wal(); ${fill}; select pg_switch_wal(); checkpoint`));
      expect(code).toBe('53100');
    }
    await rm(ballast);
    expect(await ask(url, 'select one from kept')).toEqual([1]);
    expect(await ask(url, `${fill}; select count(*)::int from filler`)).toEqual([20000]);
    await started.stop();
  },
);
