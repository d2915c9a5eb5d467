import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { thorough as test } from '../support/databases.ts';
import { freshProject, type Project } from '../support/project.ts';

let project: Project;
const file = (name: string): string => join(project.folder, 'spec/invariants', name);

beforeAll(async () => {
  project = await freshProject();
});
afterAll(() => project.remove());

test('migrate says which promises the rows break, after everything has moved', async () => {
  await writeFile(
    file('no-channels.sql'),
    '-- There is no channel.\n-- fix: Delete them.\nselect id from public.channels',
  );
  const broken = await project.rolecall(['migrate']);
  expect(broken).toMatchObject({ code: 1, output: expect.stringContaining('✗ invariant no-channels') });
  expect(broken.output).toContain('There is no channel.');

  await rm(file('no-channels.sql'));
  expect(await project.rolecall(['migrate'])).toMatchObject({ code: 0 });
});

test('a mistake in the file of an invariant is told before anything moves', async () => {
  await writeFile(file('mistaken.sql'), '-- It holds.\n-- fix: Nothing.\ndelete from public.channels');
  expect(await project.rolecall(['migrate'])).toMatchObject({
    code: 2,
    output: expect.stringMatching(/mistaken\.sql: it must have one SELECT/),
  });
  await rm(file('mistaken.sql'));
});
