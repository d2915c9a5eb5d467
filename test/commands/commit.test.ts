import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asRoot, thorough } from '../support/databases.ts';
import { freshNotebook, type Project } from '../support/project.ts';

let project: Project;

beforeAll(async () => {
  project = await freshNotebook();
});

afterAll(() => project.remove());

const current = (): string => join(project.folder, 'migrations/current.sql');
const committed = async (): Promise<string[]> => readdir(join(project.folder, 'migrations/committed'));

const exported = async (): Promise<string[]> => (await readdir(join(project.folder, 'supabase/migrations'))).sort();

/** Tries to commit, and gives the output of a refusal after seeing that nothing else happened. */
async function refused(sql: string): Promise<string> {
  const before = await committed();
  await writeFile(current(), sql);
  const { code, output } = await project.rolecall(['commit', '--message', 'a test']);
  expect({ code, current: await readFile(current(), 'utf8'), committed: await committed() }).toEqual({
    code: 1,
    current: sql,
    committed: before,
  });
  return output;
}

describe('a migration with several faults', () => {
  let output: string;

  beforeAll(async () => {
    output = await refused(`--! include policies/notes.sql
drop policy if exists "Everybody can view notes" on public.notes;
create policy "Everybody can view notes" on public.notes for select to authenticated using (true);
alter table public.notes add column if not exists odd pg_lsn;
comment on table public.notes is null;
`);
  });

  test('is refused for what it opens and the access spec keeps closed, with who may do what', () => {
    expect(output).toContain("stranger, moderator · select · public.notes (owner's)");
    expect(output).toContain('the gate refuses this migration');
  });

  test('is refused for a GraphQL schema that cannot be built without warnings', () => {
    expect(output).toMatch(/the schema of authenticated[\s\S]*odd/);
  });

  test('is refused for a rule of the catalogs that it breaks, with the page that says why', () => {
    expect(output).toContain('public.notes · table-comment');
    expect(output).toContain('docs/checks/table-comment.md');
  });
});

describe('a migration that takes away what is needed', () => {
  let output: string;

  beforeAll(async () => {
    // A file name with a blank, as nobody else's include has: the gate has to run for it too.
    await writeFile(
      join(project.folder, 'migrations/fixtures/take away.sql'),
      'drop index if exists public.idx_notes_user_id_created_at;\ndelete from public.notes;\n',
    );
    output = await refused('--! include take away.sql\n');
  });

  test('is refused for rows that it deletes and does not declare', () => {
    expect(output).toMatch(/public\.notes: \d+ rows? deleted/);
    expect(output).toContain('`-- deletes rows of public.notes: <reason>`');
    expect(output).toMatch(/rolecall: rows of public\.notes: \d+ rows? deleted/);
  });

  test('is refused for the index that a query needs, with the name of the query', () => {
    expect(output).toMatch(/latest-notes · owner[\s\S]*idx_notes_user_id_created_at/);
    expect(output).toContain('the gate refuses this migration');
  });

  test('is refused unrun when it ends its transaction below a mark that is not its header', async () => {
    const unrun = await refused('select 1;\n--! no-transaction\ncommit;\n');
    expect(unrun).toContain('it commits its own transaction');
    expect(unrun).not.toContain('graphile-migrate');
  });
});

thorough('a migration that cannot run again is refused, and the header it had is kept', async () => {
  const output = await refused('--! Message: a header\n\nalter table public.plans add column again integer;\n');
  expect(output).toContain('column "again" of relation "plans" already exists');
  expect(output).toContain('create … if not exists');
});

thorough('a syntax error is refused with file, line and caret', async () => {
  const output = await refused('select 1;\ncreate tabel x ();\n');
  expect(output).toMatch(/line 2, column \d+ of "\d+\.sql"/);
  expect(output).toMatch(/\| -+\^/);
  expect(output).not.toMatch(/^\s+at .*node_modules/m);
});

test('a migration that the hosted service would refuse is refused before anything runs', async () => {
  const output = await refused('do $$ begin alter role anon bypassrls; end $$;\n');
  expect(output).toContain('no-superuser');
  expect(output).not.toContain('the gate');
});

test('a migration that holds is committed, uncommitted with its include, and committed to the same hash', async () => {
  const sql = '--! Message: say it again\n\n--!include policies/plans.sql\n';
  // As an editor on Windows saves it: git would write other line ends than those of which the hash was taken.
  await writeFile(current(), `\uFEFF${sql.replaceAll('\n', '\r\n')}`);
  expect(await project.rolecall(['commit'])).toMatchObject({
    code: 0,
    output: expect.stringMatching(
      /no byte order mark is there: migrations\/current\.sql\.[\s\S]*the migration can run again/,
    ),
  });
  const [name] = (await committed()).slice(-1);
  expect(name).toMatch(/^\d{6}-say-it-again\.sql$/);
  const text = await readFile(join(project.folder, 'migrations/committed', name as string), 'utf8');
  const file = (await exported()).at(-1);
  expect(file).toMatch(/^\d{14}_say_it_again\.sql$/);

  expect(await project.rolecall(['uncommit'])).toMatchObject({ code: 0 });
  // The time stays with it, so that the file that Supabase's command line runs keeps its name.
  const [time = 'no time'] = /^--! Time: .*\n/m.exec(text) ?? [];
  expect(await readFile(current(), 'utf8')).toBe(sql.replace('\n\n', `\n${time}\n`));
  expect(await exported()).not.toContainEqual(expect.stringMatching(/_say_it_again\.sql$/));
  expect(await project.rolecall(['commit'])).toMatchObject({ code: 0 });
  expect(await readFile(join(project.folder, 'migrations/committed', name as string), 'utf8')).toBe(text);
  expect((await exported()).at(-1)).toBe(file);

  // Of what a commit makes beside the shadow database, the copy for the next one stays and nothing else.
  const shadow = `${new URL(project.url).pathname.slice(1)}_shadow`;
  const { rows } = await asRoot((root) =>
    root.query('select datname from pg_database where starts_with(datname, $1) order by 1', [shadow]),
  );
  expect(rows.map(({ datname }) => datname.replaceAll(/[0-9a-f]{10}/g, '…'))).toEqual([
    shadow.replaceAll(/[0-9a-f]{10}/g, '…'),
    `${shadow}_committed_…_…`,
  ]);
});

thorough(
  'the newest migration can be uncommitted, and committed to the same hash, where no database is yet',
  async () => {
    const fresh = await freshNotebook();
    const [newest] = (await readdir(join(fresh.folder, 'migrations/committed'))).sort().slice(-1);
    const path = join(fresh.folder, 'migrations/committed', newest as string);
    const text = await readFile(path, 'utf8');
    expect(await fresh.rolecall(['uncommit'])).toMatchObject({ code: 0 });
    expect(await fresh.rolecall(['commit'])).toMatchObject({ code: 0 });
    expect(await readFile(path, 'utf8')).toBe(text);
    await fresh.remove();
  },
);

test('Ctrl-C in the middle of a commit leaves the files as they were', async () => {
  const before = await committed();
  const sql = '--! Message: never\n\n--!include policies/plans.sql\n';
  await writeFile(current(), sql);
  const commit = project.begin(['commit']);
  await commit.until(/New migration '\d+-never\.sql' created/);
  commit.interrupt();
  expect((await commit.finished).code).toBe(130);
  expect({ current: await readFile(current(), 'utf8'), committed: await committed() }).toEqual({
    current: sql,
    committed: before,
  });
});

test.each(['status', 'check', 'migrate'])('%s names two migrations of one number, and what to do', async (command) => {
  const folder = join(project.folder, 'migrations/committed');
  const newest = (await committed()).sort().at(-1) as string;
  const other = newest.replace('.sql', '-of-another-branch.sql');
  await cp(join(folder, newest), join(folder, other));
  const { code, output } = await project.rolecall([command]);
  await rm(join(folder, other));
  expect(code).toBe(1);
  expect(output).toContain(`${other} and ${newest}`);
  expect(output).toMatch(/run `npm run uncommit` for yours, rebase on the main branch, and commit it again/);
});
