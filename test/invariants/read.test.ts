import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readInvariants } from '../../src/invariants/read.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'invariants-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(files: Readonly<Record<string, string>>) {
  const own = await mkdtemp(join(folder, 'files-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(own, name), text);
  return readInvariants({ folder: own });
}

test('a file is a promise, what to do when it is broken, and a query', async () => {
  const [invariant] = await read({
    'no-negatives.sql':
      '-- No balance is\n-- negative.\n-- fix: Pay it back,\n-- at once.\nselect id -- of the account\nfrom t;\n',
  });
  expect(invariant).toMatchObject({
    id: 'no-negatives',
    sentence: 'No balance is negative.',
    fix: 'Pay it back, at once.',
    sql: 'select id -- of the account\nfrom t',
  });
});

test('all mistakes of all files are told at once, each with its file', async () => {
  const good = '-- It holds.\n-- fix: Nothing.\nselect 1;';
  const failure = await read({
    'a.sql': 'select 1;',
    'b.sql': '-- It holds.\nselect 1;',
    'c.sql': '-- It holds.\n-- fix: Nothing.\ndelete from t;',
    'd.sql': '-- It holds.\n-- fix: Nothing.\nselect 1; select 2;',
    'e.sql': '-- It holds.\n-- fix: Nothing.\nselect 1 into t;',
    'f.sql': '-- It holds.\n-- fix: Nothing.\nselect from where;',
    'g.sql': '-- It holds.\n-- fix: Nothing.',
    'good.sql': good,
  }).catch((error: Error) => error.message);
  for (const name of 'abcdefg') expect(failure).toContain(`${name}.sql: `);
  expect(failure).not.toContain('good.sql');
});

test('a folder without a query is a mistake, and no empty list that holds', async () => {
  await expect(read({})).rejects.toThrow(/There is no SQL file in/);
  await expect(readInvariants({ folder: join(folder, 'none') })).rejects.toThrow(/There is no SQL file in/);
});
