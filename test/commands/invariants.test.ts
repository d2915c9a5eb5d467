import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { freshDatabase, type TestDatabase, thorough as test } from '../support/databases.ts';
import { legacyTemplate } from '../support/legacy.ts';
import { freshProject, type Project } from '../support/project.ts';
import { within } from '../support/time-limits.ts';

let project: Project;
let template: Awaited<ReturnType<typeof legacyTemplate>>;
const legacy: TestDatabase[] = [];
const file = (name: string): string => join(project.folder, 'spec/invariants', name);

beforeAll(async () => {
  project = await freshProject();
  template = await legacyTemplate('');
});
afterAll(async () => {
  await project.remove();
  for (const database of legacy) await database.drop();
  await template.drop();
});

/** A database from before the move. */
async function legacyUrl(): Promise<string> {
  const database = await freshDatabase(template.name);
  legacy.push(database);
  return database.url;
}

const BROKEN = '✗ invariant no-channels';
const breakOne = () =>
  writeFile(file('no-channels.sql'), '-- There is no channel.\n-- fix: Delete them.\nselect id from public.channels');

test('migrate says whether there is a way back before it moves anything, and which promises the rows break after it', async () => {
  await breakOne();
  const broken = await project.rolecall(['migrate']);
  expect(broken).toMatchObject({ code: 1, output: expect.stringContaining(BROKEN) });
  expect(broken.output).toContain('There is no channel.');
  expect(broken.output).toMatch(/^The way back is open: .*[\s\S]*Running migration '000001/m);

  await rm(file('no-channels.sql'));
  const again = await project.rolecall(['migrate']);
  expect(again).toMatchObject({ code: 0 });
  expect(again.output).not.toContain('way back');
});

test.each([
  ['check', ['check']],
  ['check of a database as it is', ['check', '--as-it-is']],
  ['a rehearsal', ['rehearse', '--no-locks', '--from']],
])(
  '%s says which promises the rows break',
  async (_, args) => {
    await breakOne();
    const from = args.at(-1) === '--from' ? [await legacyUrl()] : [];
    const broken = await project.rolecall([...args, ...from]);
    await rm(file('no-channels.sql'));
    expect(broken).toMatchObject({ code: 1, output: expect.stringContaining(BROKEN) });
  },
  within(240),
);

test(
  'commit refuses a migration after which rows break a promise, and the move while the app runs says so at its end',
  async () => {
    await breakOne();
    await appendFile(
      join(project.folder, 'migrations/current.sql'),
      "\ncomment on schema private is 'Not the API.';\n",
    );
    expect(await project.rolecall(['commit', '--message', 'a comment'])).toMatchObject({
      code: 1,
      output: expect.stringContaining(BROKEN),
    });
    const env = { DATABASE_URL: await legacyUrl() };
    expect(await project.rolecall(['online', 'prepare'], env)).toMatchObject({ code: 0 });
    expect(await project.rolecall(['online', 'switch'], env)).toMatchObject({
      code: 1,
      output: expect.stringContaining(BROKEN),
    });
    await rm(file('no-channels.sql'));
  },
  within(240),
);

test('a mistake in the file of an invariant is told before anything moves', async () => {
  await writeFile(file('mistaken.sql'), '-- It holds.\n-- fix: Nothing.\ndelete from public.channels');
  expect(await project.rolecall(['migrate'])).toMatchObject({
    code: 2,
    output: expect.stringMatching(/mistaken\.sql: it must have one SELECT/),
  });
  await rm(file('mistaken.sql'));
});
