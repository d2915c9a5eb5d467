import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { thorough } from '../support/databases.ts';
import { freshNotebook, type Project } from '../support/project.ts';

let project: Project;

beforeAll(async () => {
  project = await freshNotebook();
});

afterAll(() => project.remove());

/** What the gate says of a migration that it refuses. */
async function refused(sql: string): Promise<string> {
  await writeFile(join(project.folder, 'migrations/current.sql'), sql);
  const { code, output } = await project.rolecall(['commit', '--message', 'a test']);
  expect(code).toBe(1);
  return output;
}

test('a migration that leaves behind what does not act, or does not do what it says, is refused', async () => {
  const output = await refused(`
    alter table public.notes disable trigger notes_unchanged;
    alter table public.notes drop constraint if exists notes_body_check;
    alter table public.notes add constraint notes_body_check check (length(body) < 100) not valid;
    revoke select (body) on public.notes from authenticated;
    create or replace rule keep_plans as on delete to public.plans do instead nothing;
  `);
  expect(output).toContain('notes_unchanged on public.notes · trigger-enabled');
  expect(output).toContain('notes_body_check on public.notes · constraint-validated');
  expect(output).toContain('revoke select (body) on public.notes from authenticated');
  expect(output).toContain('authenticated still has SELECT on column body of public.notes');
  expect(output).toContain('keep_plans on public.plans · no-rewrite-rule');
});

thorough('a live database that was changed by hand is said to be, object by object', async () => {
  await writeFile(join(project.folder, 'migrations/current.sql'), '');
  expect(await project.rolecall(['migrate'])).toMatchObject({ code: 0 });
  const client = new pg.Client({ connectionString: project.url });
  await client.connect();
  await client.query(`
    alter table public.notes disable trigger user;
    alter table public.plans alter column code drop not null;
    create index idx_extra on public.notes (body);`);
  await client.end();
  const { code, output } = await project.rolecall(['check', '--as-it-is']);
  expect(code).toBe(1);
  expect(output).toMatch(/trigger \w+ on public\.notes is disabled/);
  expect(output).toContain('column code of public.plans may be null');
  expect(output).toContain('there is an index idx_extra on public.notes (btree (body))');
  expect(output).not.toContain('snapshots/structure.md snapshot');
});
