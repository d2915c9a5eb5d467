import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { asRoot } from '../support/databases.ts';
import { freshNotebook, type Project } from '../support/project.ts';
import { freshRole } from '../support/roles.ts';

let project: Project;

beforeAll(async () => {
  project = await freshNotebook();
});

afterAll(() => project.remove());

const edit = (path: string, from: string, to: string) =>
  readFile(join(project.folder, path), 'utf8').then((text) =>
    writeFile(join(project.folder, path), text.replace(from, to)),
  );

test('start ends with exit code 0 and accounts for rows, cells and seconds', async () => {
  const { code, output } = await project.rolecall(['start', '--format', 'json']);
  const summary = JSON.parse(output);
  expect({ code, deviations: summary.deviations, notEvaluated: summary.notEvaluated }).toEqual({
    code: 0,
    deviations: [],
    notEvaluated: [],
  });
  expect(summary.cells.proven).toBe(summary.cells.total);
  expect(summary.legacyRows.length).toBeGreaterThan(0);
  expect(Object.keys(summary.seconds)).toContain('Prove access as each persona');
});

test('after start, the database that people work on has the legacy rows in the new tables', async () => {
  const client = new pg.Client({ connectionString: project.url });
  await client.connect();
  const { rows } = await client.query(
    'select (select count(*) from public.notes) > 0 as notes, (select count(*) from private.quarantined_rows) > 0 as quarantined',
  );
  await client.end();
  expect(rows).toEqual([{ notes: true, quarantined: true }]);
});

test('status tells with its exit code whether migrations are pending and whether current.sql is empty', async () => {
  expect(await project.rolecall(['status'])).toMatchObject({ code: 0 });
  await appendFile(join(project.folder, 'migrations/current.sql'), 'select 1;\n');
  expect(await project.rolecall(['status'])).toMatchObject({ code: 2 });
  await edit('migrations/current.sql', 'select 1;\n', '');
});

test('check finds an edited snapshot, an orphaned one, a changed intent and a statement without effect, says so in a diff, and writes nothing; snapshot mends the files', async () => {
  await edit('snapshots/schema.anon.graphql', 'type Query', 'type Edited');
  await edit('snapshots/api.anon.md', 'plans(…)', 'films(…)');
  await writeFile(join(project.folder, 'snapshots/schema.gone.graphql'), '');
  await edit('spec/access.ts', "'public.plans': { any: { anon: 'S'", "'public.plans': { any: { anon: '—'");
  const idle = 'alter table if exists public.nothing add column one integer;\n';
  await appendFile(join(project.folder, 'migrations/current.sql'), idle);
  const { code, output } = await project.rolecall(['check']);
  await edit('migrations/current.sql', idle, '');
  expect(code).toBe(1);
  expect(output).toContain('it changes nothing: there is no table "public"."nothing"');
  expect(output).toMatch(/-type Edited/);
  expect(output).toMatch(/-films\(…\): PlanConnection\n\s*\+plans\(…\): PlanConnection/);
  expect(output).toMatch(/schema\.gone\.graphql[\s\S]*expected {2}an object of which it is a snapshot/);
  expect(output).toContain('anon · select · public.plans (any)');
  expect(await readFile(join(project.folder, 'snapshots/schema.anon.graphql'), 'utf8')).toContain('type Edited');

  await edit('spec/access.ts', "'public.plans': { any: { anon: '—'", "'public.plans': { any: { anon: 'S'");
  expect(await project.rolecall(['snapshot'])).toMatchObject({ code: 0 });
  expect(await readFile(join(project.folder, 'snapshots/schema.anon.graphql'), 'utf8')).not.toContain('type Edited');
  expect(await readFile(join(project.folder, 'snapshots/api.anon.md'), 'utf8')).not.toContain('films');
});

test('check --as-it-is proves a database that was changed by hand, and leaves its rows alone', async () => {
  const client = new pg.Client({ connectionString: project.url });
  await client.connect();
  await client.query(
    'create policy "by hand" on public.notes for update to authenticated using (true); grant update on public.notes to authenticated',
  );
  const count = 'select count(*) from public.notes';
  const before = await client.query(count);
  const { code, output } = await project.rolecall(['check', '--as-it-is']);
  expect(code).toBe(1);
  expect(output).toContain("owner, stranger, moderator · update · public.notes (owner's)");
  expect((await client.query(count)).rows).toEqual(before.rows);
  await client.query('drop policy "by hand" on public.notes; revoke update on public.notes from authenticated');
  await client.end();
});

test('reset makes the database anew from legacy data; a server that is named must be asked for twice', async () => {
  const once = async (sql: string): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: project.url });
    await client.connect();
    const { rows } = await client.query(sql);
    await client.end();
    return rows;
  };
  const isKept = "select to_regclass('public.kept') is not null as kept";
  await once('create table public.kept ()');
  expect(await project.rolecall(['reset'])).toMatchObject({ code: 2, output: expect.stringContaining('--erase') });
  expect(await once(isKept)).toEqual([{ kept: true }]);
  expect(await project.rolecall(['reset', '--erase'])).toMatchObject({ code: 0 });
  expect(await once(isKept)).toEqual([{ kept: false }]);
  expect(await once('select count(*) > 0 as moved from legacy.notes')).toEqual([{ moved: true }]);
  expect(await project.rolecall(['migrate'])).toMatchObject({
    code: 0,
    output: expect.stringContaining('Already up to date'),
  });
});

test('a reset that fails leaves database, roles, settings and files as they were; one that works keeps the settings', async () => {
  const role = await freshRole();
  const name = new URL(project.url).pathname.slice(1);
  const state = async (): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: project.url });
    await client.connect();
    const { rows } = await client.query(
      `select to_regclass('public.kept') is not null as kept, rolconnlimit, current_setting('app.kept', true) as setting
         from pg_roles where rolname = $1`,
      [role.name],
    );
    await client.end();
    return rows;
  };
  const client = new pg.Client({ connectionString: project.url });
  await client.connect();
  await client.query(`create table public.kept (); alter database "${name}" set app.kept = 'yes'`);
  await client.end();
  const before = await state();
  const [shim, committed] = ['migrations/hooks/supabase-shim.sql', 'migrations/committed/000002-add-notes.sql'];
  const texts = await Promise.all([shim, committed].map((path) => readFile(join(project.folder, path), 'utf8')));
  await appendFile(join(project.folder, shim), `alter role ${role.name} connection limit 5;\n`);
  // graphile-migrate finds that its hash is wrong when the database is dropped already.
  await appendFile(join(project.folder, committed), 'select 1;\n');
  const { code, output } = await project.rolecall(['reset', '--erase']);
  expect(code).not.toBe(0);
  expect(output).toContain(`${name} is as it was`);
  expect({ state: await state(), before }).toEqual({ state: before, before });
  expect(before).toEqual([{ kept: true, rolconnlimit: -1, setting: 'yes' }]);

  await Promise.all([shim, committed].map((path, at) => writeFile(join(project.folder, path), texts[at] as string)));
  expect(await project.rolecall(['reset', '--erase'])).toMatchObject({ code: 0 });
  expect(await state()).toEqual([{ kept: false, rolconnlimit: -1, setting: 'yes' }]);
  await asRoot((root) => root.query(`alter database "${name}" reset app.kept`));
  await role.drop();
});

test('watch says after a save who can now do what, and Ctrl-C ends it', async () => {
  const watch = project.begin(['watch']);
  await watch.until('cells are as declared');
  const current = join(project.folder, 'migrations/current.sql');
  await writeFile(
    current,
    'drop policy if exists "open" on public.notes;\ncreate policy "open" on public.notes for select to authenticated using (true);\n',
  );
  const opened = await watch.until(/fix {7}Close it/);
  expect(opened).toContain("stranger, moderator · select · public.notes (owner's)");
  expect(opened).toContain('select 1 from public.notes where id =');

  await writeFile(
    current,
    'drop policy if exists "open" on public.notes;\ncreate table if not exists public.bookmarks (id uuid primary key default gen_random_uuid(), body text not null);\ngrant select, insert on public.bookmarks to anon;\n',
  );
  const bare = await watch.until(/fix {7}Enable row level security/);
  expect(bare).toContain('row level security is off; anon may select, insert');
  expect(bare).toMatch(/GraphQL, anon:[\s\S]*Type 'Bookmark' was added/);
  expect(bare).toContain('`npm run snapshot` writes anew: types/database.ts\n');
  expect(bare).not.toMatch(/✗ types/);

  await writeFile(current, 'select 1;\n');
  const left = await watch.until(/drop table public\.bookmarks;/);
  expect(left).toContain('nothing deviates but for what an earlier save left');
  expect(left).toMatch(/Left over from an earlier save[\s\S]*there is a table public\.bookmarks/);
  expect(left).not.toContain('Enable row level security');

  await writeFile(
    current,
    'drop table if exists public.bookmarks;\nalter table public.notes drop column if exists sources;\n',
  );
  const taken = await watch.until(/✗ GraphQL of authenticated, service_role graphql[\s\S]*fix/);
  expect(taken).toContain("Field 'sources' was removed from object type 'Note'");

  await writeFile(current, "select 1;\nselect set_config('app.left', 'x', false);\n");
  expect(await watch.until('app.left stays set')).toContain('current.sql · line 2');

  await writeFile(current, 'select 1;\ncreate tabel x ();\n');
  expect(await watch.until(/\| -+\^/)).toMatch(/line 2, column \d+ of "current.sql"/);

  // Saved again as soon as it ran, which is faster than a proof: a verdict comes nevertheless.
  await writeFile(current, 'select 1;\n');
  await watch.until('rolecall:');
  let meanwhile = '';
  for (let number = 2; !meanwhile.includes('rolecall:'); number++) {
    await writeFile(current, `select ${number};\n`);
    meanwhile += await watch.until(/\]: Finished \(|rolecall:/);
  }
  // The column that an earlier save dropped is still gone.
  expect(meanwhile).toContain('nothing deviates but for what an earlier save left');

  watch.interrupt();
  expect((await watch.finished).code).toBe(130);
});
