import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { checkSupabase } from '../../src/supabase/check.ts';
import { freshProject, type Project } from '../support/project.ts';
import { within } from '../support/time-limits.ts';

const SETTINGS = { migrations: 'supabase/migrations' };
const LAST = '20261116100600_add_legacy_api.sql';
let project: Project;
const here = process.cwd();

beforeEach(async () => {
  project = await freshProject();
}, within(60));

afterEach(async () => {
  process.chdir(here);
  await project.remove();
});

const at = (name: string): string => join(project.folder, SETTINGS.migrations, name);
const exported = (): Promise<{ code: number | null; output: string }> => project.rolecall(['export', 'supabase']);

/** Where and how the files of the project differ from its committed migrations. */
async function found(): Promise<[where: string, seen: string][]> {
  process.chdir(project.folder);
  const { deviations } = await checkSupabase(SETTINGS);
  process.chdir(here);
  return deviations.map(({ where, seen }) => [where, seen]);
}

test('the exported migrations that are checked in are those that are committed, and the hosted service runs them', async () => {
  expect(await found()).toEqual([]);
  expect(await exported()).toEqual({ code: 0, output: '6 exported migrations are unchanged.\n' });
});

test('a stale, a missing and an extra file deviate, and the export puts all of them right', async () => {
  await writeFile(at(LAST), (await readFile(at(LAST), 'utf8')).replaceAll('\n', '\r\n'));
  await rm(at('20261116100500_add_functions.sql'));
  await writeFile(at('20261201000000_gone.sql'), await readFile(at('20261116100100_legacy_baseline.sql')));
  expect((await found()).map(([where]) => where)).toEqual([
    'supabase/migrations/20261116100500_add_functions.sql',
    `supabase/migrations/${LAST}`,
    'supabase/migrations/20261201000000_gone.sql',
  ]);
  expect((await exported()).output.split('\n').sort().slice(1)).toEqual([
    'deleted supabase/migrations/20261201000000_gone.sql',
    'wrote supabase/migrations/20261116100500_add_functions.sql',
    `wrote supabase/migrations/${LAST}`,
  ]);
  expect(await found()).toEqual([]);
});

test('a file that somebody wrote is never deleted or overwritten, and deviates', async () => {
  await writeFile(at('20261120000000_by_hand.sql'), 'create table public.by_hand ();\n');
  await writeFile(at('README.md'), 'notes');
  expect(await exported()).toMatchObject({
    code: 0,
    output: expect.stringContaining('left supabase/migrations/20261120000000_by_hand.sql as it is'),
  });
  expect(await readdir(at('.'))).toEqual(expect.arrayContaining(['20261120000000_by_hand.sql', 'README.md']));
  expect(await found()).toEqual([
    ['supabase/migrations/20261120000000_by_hand.sql', 'a migration that rolecall did not export'],
  ]);
});

test('a copy of an exported file that somebody edited counts as theirs, and one at its own place is written anew', async () => {
  const text = await readFile(at(LAST), 'utf8');
  await writeFile(at('20261120000000_copy.sql'), `${text}select 1;\n`);
  await writeFile(at(LAST), `${text}select 1;\n`);
  expect(await exported()).toMatchObject({
    code: 0,
    output: expect.stringContaining('left supabase/migrations/20261120000000_copy.sql'),
  });
  expect(await readFile(at('20261120000000_copy.sql'), 'utf8')).toBe(`${text}select 1;\n`);
  expect(await readFile(at(LAST), 'utf8')).toBe(text);
});

test.each([LAST, '20261116100600_other.sql'])(
  'a file of somebody else that stands where an export goes is kept: %s',
  async (name) => {
    await writeFile(at(name), 'select 1;\n');
    expect(await exported()).toMatchObject({ code: 2, output: expect.stringContaining('nothing was written') });
    expect(await readFile(at(name), 'utf8')).toBe('select 1;\n');
  },
);

test('a committed migration that was edited is refused, by the export and by the check', async () => {
  const path = join(project.folder, 'migrations/committed/000006-add-legacy-api.sql');
  await chmod(path, 0o644);
  await writeFile(path, `${await readFile(path, 'utf8')}select 1;\n`);
  expect(await exported()).toMatchObject({
    code: 2,
    output: expect.stringContaining('000006-add-legacy-api.sql was changed after it was committed'),
  });
  expect(await found()).toEqual([
    ['supabase/migrations', expect.stringContaining('was changed after it was committed')],
  ]);
});

test('a project without the setting is not bothered', async () => {
  expect(await checkSupabase(undefined)).toEqual({ deviations: [], notEvaluated: [] });
});
