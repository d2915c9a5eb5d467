// Snapshots that are equal, that differ, that are missing and that nothing needs are told apart.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readSnapshots, writeSnapshots } from '../../src/graphql/snapshot-files.ts';
import { compareSnapshots } from '../../src/graphql/snapshots.ts';

const OLD = 'type Query {\n  a: Int\n  b: Int\n}\n';
const NEW = 'type Query {\n  a: Int\n}\n';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-snapshots-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('each role is compared with its file', async () => {
  await writeFile(join(folder, 'schema.anon.graphql'), OLD.replaceAll('\n', '\r\n'));
  await writeFile(join(folder, 'schema.member.graphql'), OLD);
  await writeFile(join(folder, 'schema.gone.graphql'), OLD);
  await writeFile(join(folder, 'access.md'), 'not a schema');
  const built = [
    { role: 'member', sdl: NEW },
    { role: 'anon', sdl: OLD },
    { role: 'fresh', sdl: NEW },
  ];
  const [member, ...others] = await compareSnapshots(built, await readSnapshots(folder));
  expect(member).toMatchObject({
    role: 'member',
    state: 'differs',
    changes: [{ path: 'Query.b', criticality: 'BREAKING' }],
  });
  expect(member).toHaveProperty('patch', expect.stringContaining('\n-  b: Int\n'));
  expect(others).toEqual([
    { role: 'anon', file: 'schema.anon.graphql', state: 'equal' },
    { role: 'fresh', file: 'schema.fresh.graphql', state: 'missing' },
    { role: 'gone', file: 'schema.gone.graphql', state: 'orphaned' },
  ]);
});

test('writing leaves exactly the configured roles, and touches only what changed', async () => {
  await writeFile(join(folder, 'schema.gone.graphql'), OLD);
  await writeFile(join(folder, 'access.md'), 'kept');
  const built = [
    { role: 'anon', sdl: OLD },
    { role: 'odd/name', sdl: NEW },
  ];
  expect(await writeSnapshots(folder, built)).toEqual([
    'schema.anon.graphql',
    'schema.gone.graphql',
    'schema.odd%2Fname.graphql',
  ]);
  expect(await writeSnapshots(folder, built)).toEqual([]);
  expect(await readdir(folder)).toEqual(['access.md', 'schema.anon.graphql', 'schema.odd%2Fname.graphql']);
  expect(await readFile(join(folder, 'schema.anon.graphql'), 'utf8')).toBe(OLD);
});

test('a folder that does not exist holds no snapshots', async () => {
  expect(await readSnapshots(join(folder, 'nowhere'))).toEqual(new Map());
});
