import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { headlinesOf, itemsOf, type Reviewed, type ReviewProject, reviewProject, titlesOf } from './project.ts';

let project: ReviewProject;

beforeAll(async () => {
  project = await reviewProject();
});

afterAll(() => project.remove());

/** Commits a migration on a branch of its own, and reviews it against main. */
async function reviewed(name: string, sql: string, replaced = {}): Promise<Reviewed> {
  await project.branch(name, { migrations: { [`000002-${name}`]: sql }, replaced });
  return project.review('--base', 'main');
}

const UNCHANGED = {
  Access: expect.stringMatching(/^no change in 24 cells$/),
  'API per role': 'no change for anon, authenticated',
  Structure: expect.stringMatching(/^no change in \d+ objects$/),
};

test('a policy that is widened by mistake refuses the change, with the statement that shows it', async () => {
  const widened = await reviewed(
    'widened',
    `drop policy if exists "Everybody reads notes" on public.notes;
     create policy "Everybody reads notes" on public.notes for select to authenticated using (true);`,
  );
  expect(widened.code).toBe(1);
  const [first] = itemsOf(widened, 'Access');
  expect(first).toMatchObject({
    level: 'stop',
    title: 'stranger now may select public.notes (owner)',
    refusal: 'undeclared opening',
    evidence: expect.stringContaining('select 1 from public.notes where id = 1;'),
  });
  expect(first?.evidence).toContain(`select set_config('app.user', 'eve', true);`);
  // Callers that no configuration has are asked too.
  expect(titlesOf(widened, 'Access')).toContainEqual(
    expect.stringMatching(/^stop: authenticated without settings; .* now may select public\.notes \(owner\)$/),
  );
  expect(itemsOf(widened, 'Structure')).toEqual([
    expect.objectContaining({
      level: 'note',
      title: 'policy "Everybody reads notes" on public.notes: added',
      sql: { after: expect.stringContaining('using (true)') },
    }),
  ]);
  expect(await readFile(join(project.folder, widened.data?.pages.markdown ?? ''), 'utf8')).toContain(
    '**Must not be merged: 3 findings.',
  );
  expect(await readFile(join(project.folder, widened.data?.pages.html ?? ''), 'utf8')).toContain('<title>Notes: ');
});

test('an opening to a persona that is no outsider refuses the change, too', async () => {
  const added = await reviewed(
    'writable',
    `grant insert on public.tags to authenticated;
     drop policy if exists "Owners write tags" on public.tags;
     create policy "Owners write tags" on public.tags for insert to authenticated with check (current_setting('app.user', true) = 'ada');`,
  );
  expect(added.code).toBe(1);
  expect(itemsOf(added, 'Access')[0]).toMatchObject({
    level: 'stop',
    title: 'owner now may insert public.tags (any)',
    refusal: 'undeclared opening',
  });
});

test('a view in a schema that nobody declared refuses the change, with who reads it', async () => {
  const outside = await reviewed(
    'outside',
    `create schema if not exists aside; create or replace view aside.copies as select * from public.notes;
     grant usage on schema aside to anon; grant select on aside.copies to anon;`,
  );
  expect(outside.code).toBe(1);
  expect(itemsOf(outside, 'Access')).toEqual([
    expect.objectContaining({
      level: 'stop',
      title: expect.stringMatching(/^anon · SELECT · view aside\.copies: /),
      refusal: 'undeclared opening',
    }),
  ]);
});

test('the same view, known in the spec of the change, is there to look at and refuses nothing', async () => {
  const known = await reviewed(
    'known',
    `create schema if not exists aside; create or replace view aside.copies as select * from public.notes;
     grant usage on schema aside to anon; grant select on aside.copies to anon;`,
    {
      'rolecall.config.ts': [
        "snapshots: 'snapshots',",
        "snapshots: 'snapshots', known: { 'schema aside': 'Copies are for all.' },",
      ],
    },
  );
  expect(known.code).toBe(0);
  expect(titlesOf(known, 'Access')).toEqual([expect.stringMatching(/^look: anon · SELECT · view aside\.copies/)]);
});

test('what was not asked of the databases is told from what did not change', async () => {
  const definer = await reviewed('definer', 'alter function public.count_tags() security definer;');
  expect(headlinesOf(definer)['What functions do']).toMatch(/^not evaluated/);
  const unasked = definer.data?.sections.filter(({ isUnasked }) => isUnasked).map(({ title }) => title);
  expect(unasked).toEqual(['What functions do', 'Plans', 'Mutants']);
});

test('the same opening, declared in the spec of the change, is there to look at and refuses nothing', async () => {
  const declared = await reviewed(
    'declared',
    `drop policy if exists "Everybody reads notes" on public.notes;
     create policy "Everybody reads notes" on public.notes for select to authenticated using (true);`,
    { 'spec/access.ts': ["owner: 'S I U D', stranger: '—'", "owner: 'S I U D', stranger: 'S'"] },
  );
  expect(declared.code).toBe(0);
  expect(titlesOf(declared, 'Access')).toContain('look: stranger now may select public.notes (owner)');
});

test('a nullable column is an addition to the API and to the structure, and refuses nothing', async () => {
  const column = await reviewed('column', 'alter table public.notes add column if not exists note text;');
  expect(column.code).toBe(0);
  expect(headlinesOf(column)).toMatchObject({
    Access: UNCHANGED.Access,
    Rows: 'no statement of 000002-column.sql touches rows',
    Migration: expect.stringContaining('000002-column.sql runs, and can run again'),
  });
  expect(titlesOf(column, 'API per role')).toContain(
    "note: safe for authenticated: Field 'note' was added to object type 'Note'",
  );
  expect(itemsOf(column, 'Structure')).toEqual([
    expect.objectContaining({
      title: 'column note of public.notes: added',
      sql: { after: 'alter table public.notes add column if not exists note text;' },
    }),
  ]);
});

test('a dropped column comes first, breaks clients, and is told to be for good', async () => {
  const dropped = await reviewed('dropped', 'alter table public.notes drop column if exists body;', {
    'spec/access.ts': [
      "values: { id: 1, owner: 'ada', body: 'one' },\n    insert: { id: 2, owner: 'ada', body: 'new' },\n    update: { body: 'two' },",
      "values: { id: 1, owner: 'ada' },\n    insert: { id: 2, owner: 'ada' },\n    update: { id: 3 },",
    ],
  });
  expect(titlesOf(dropped, 'Structure')[0]).toBe('look: column body of public.notes: dropped');
  expect(titlesOf(dropped, 'API per role')[0]).toMatch(/^look: breaking for authenticated: /);
  expect(titlesOf(dropped, 'Migration')).toContain(
    'look: cannot be taken back: drop column body of public.notes (000002-dropped.sql)',
  );
  expect(dropped.code).toBe(0);
});

test('rows that are deleted refuse the change, until the migration declares it', async () => {
  const deleted = await reviewed('deleted', 'delete from public.tags where id = 100;');
  expect(deleted.code).toBe(1);
  expect(itemsOf(deleted, 'Rows')).toEqual([
    expect.objectContaining({ level: 'stop', title: 'public.tags: 1 row deleted', refusal: 'undeclared loss' }),
  ]);
  const told = await reviewed(
    'told',
    '-- deletes rows of public.tags: nobody uses it\ndelete from public.tags where id = 100;',
  );
  expect(told.code).toBe(0);
  expect(itemsOf(told, 'Rows')).toEqual([
    expect.objectContaining({
      level: 'look',
      title: 'public.tags: 1 row deleted',
      details: ['000002-told.sql declares it: -- deletes rows of public.tags: nobody uses it'],
    }),
  ]);
});

test('an index changes the structure, and a function body shows both definitions', async () => {
  const both = await reviewed(
    'body',
    `create index if not exists notes_owner_idx on public.notes (owner);
     create or replace function public.count_tags() returns bigint language sql stable set search_path = '' as
       'select count(*) from public.tags where id > 0';`,
  );
  expect(both.code).toBe(0);
  expect(headlinesOf(both)).toMatchObject({ Access: UNCHANGED.Access, Structure: '1 changed, 1 added' });
  const [body, index] = itemsOf(both, 'Structure');
  expect(body).toMatchObject({ level: 'look', title: 'function public.count_tags(): changed' });
  expect(body?.sql?.before).not.toContain('where id > 0');
  expect(body?.sql?.after).toContain('where id > 0');
  expect(index).toMatchObject({ level: 'note', title: 'index notes_owner_idx on public.notes: added' });
});

test('a rename is one thing, and not something dropped and something added', async () => {
  const renamed = await reviewed(
    'renamed',
    `do $$ begin
       if exists (select from information_schema.columns where table_name = 'tags' and column_name = 'name') then
         execute 'alter table public.tags rename column name to word';
       end if;
     end $$;`,
    {
      'spec/access.ts': [
        "values: { id: 1, name: 'red' },\n    insert: { id: 2, name: 'new' },\n    update: { name: 'blue' },",
        "values: { id: 1, word: 'red' },\n    insert: { id: 2, word: 'new' },\n    update: { word: 'blue' },",
      ],
    },
  );
  expect(titlesOf(renamed, 'Structure')).toContain(
    'look: column name of public.tags is now column word of public.tags',
  );
  expect(headlinesOf(renamed)).toMatchObject({
    Access: UNCHANGED.Access,
    Structure: expect.stringContaining('1 renamed'),
  });
});

test('two branches whose migrations have the same number are told how to go on', async () => {
  await project.branch('theirs', { migrations: { '000002-theirs': 'create index a on public.notes (owner);' } });
  await project.branch('ours', { migrations: { '000002-ours': 'create index b on public.notes (owner);' } });
  const both = await project.review('--base', 'theirs');
  expect(both.code).toBe(1);
  expect(itemsOf(both, 'Migration')[0]).toMatchObject({
    level: 'stop',
    title: 'number 000002 is 000002-ours.sql here, and 000002-theirs.sql on theirs',
    fix: expect.stringMatching(/uncommit`, `git rebase theirs`, and .* commit` again/),
    refusal: 'colliding migrations',
  });
  // Where both were merged, nothing can be built, and nothing is said to be dropped.
  project.git('merge', '--quiet', '--no-edit', 'theirs');
  const merged = await project.review('--base', 'theirs');
  expect(merged.code).toBe(1);
  expect(headlinesOf(merged)).toMatchObject({ Access: 'not evaluated', Structure: 'not evaluated' });
  expect(itemsOf(merged, 'Migration')[0]).toMatchObject({
    title: expect.stringMatching(/^000002-ours\.sql and 000002-theirs\.sql: 2 migrations of number 2/),
    refusal: 'colliding migrations',
  });
  expect(both.data?.notes).toEqual([expect.stringMatching(/^theirs went on since: compared with [0-9a-f]{7}/)]);
});

test('a change of nothing says so in one line, and builds nothing', async () => {
  await project.branch('nothing', { replaced: { 'README.md': ['Notes', 'Notes of somebody'] } });
  const nothing = await project.review('--base', 'main');
  expect(nothing).toMatchObject({ code: 0, data: { sections: [], notes: [] } });
  const page = await readFile(join(project.folder, nothing.data?.pages.markdown ?? ''), 'utf8');
  expect(page.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    expect.stringMatching(/^\*\*Nothing changed: .*\*\* nothing \([0-9a-f]{7}\) against main \([0-9a-f]{7}\)\.$/),
  ]);
});

test('a head whose migrations fail says where, and the report still shows the rest', async () => {
  const fails = await reviewed('fails', 'create index i on public.notes (owner);\n\nselect nothing_of_this_name;');
  expect(fails.code).toBe(1);
  expect(itemsOf(fails, 'Migration')[0]).toMatchObject({
    level: 'stop',
    title: expect.stringMatching(/^000002-fails\.sql, line 6: column "nothing_of_this_name" does not exist/),
    refusal: 'failing migration',
  });
  expect(headlinesOf(fails)).toMatchObject(UNCHANGED);
});

test('uncommitted changes stand under a heading of their own', async () => {
  await project.branch('clean', {});
  await project.write('migrations/current.sql', 'grant select on table public.notes to anon;\n');
  try {
    const dirty = await project.review('--base', 'main');
    expect(dirty.code).toBe(0);
    expect(dirty.data?.sections.flatMap(({ items }) => items)).toEqual([]);
    const structure = dirty.data?.uncommitted?.find(({ title }) => title === 'Structure');
    expect(structure?.items.map(({ title }) => title)).toEqual(['grant on table public.notes to anon: added']);
    expect(project.git('status', '--short')).toBe('M migrations/current.sql');
  } finally {
    project.git('checkout', '--quiet', '.');
  }
});

test('a base that is not there is one line, and exit code 2', async () => {
  expect(await project.review('--base', 'origin/nowhere')).toMatchObject({
    code: 2,
    output:
      'rolecall: There is no commit "origin/nowhere" in this clone (--base). Fetch it: `git fetch origin nowhere`.\n',
  });
});

test('of a base whose spec cannot be loaded, it is said, and the report is made of the head', async () => {
  await project.branch('broken', { replaced: { 'spec/access.ts': ['export const access', 'export const acces'] } });
  await project.branch('mended', { from: 'broken', replaced: { 'spec/access.ts': ['const acces ', 'const access '] } });
  const mended = await project.review('--base', 'broken');
  expect(mended.code).toBe(0);
  expect(mended.data?.notes).toEqual([
    expect.stringMatching(/^broken \([0-9a-f]{7}\) could not be read, .*: rolecall\.config\.ts could not be loaded: /),
  ]);
  expect(headlinesOf(mended)).toMatchObject({
    Access: 'nothing is open that the spec does not declare',
    Structure: 'not evaluated',
  });
});

test('of a base without a configuration, it is said that it predates rolecall', async () => {
  project.git('checkout', '--quiet', '--orphan', 'ancient');
  project.git('rm', '-rfq', '--cached', '.');
  project.git('add', 'README.md');
  project.git('commit', '--quiet', '--message', 'ancient');
  project.git('checkout', '--quiet', '--force', 'main');
  const first = await project.review('--base', 'ancient');
  expect(first).toMatchObject({
    code: 0,
    data: { notes: expect.arrayContaining([expect.stringMatching(/^ancient \(.*it predates rolecall here/)]) },
  });
});
