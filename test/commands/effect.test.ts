import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { thorough } from '../support/databases.ts';
import { freshProject, type Project } from '../support/project.ts';

let project: Project;

beforeAll(async () => {
  project = await freshProject();
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
    alter table public.user_usage disable trigger audit_plan_changed;
    alter table public.videos drop constraint if exists videos_title_check;
    alter table public.videos add constraint videos_title_check check (length(title) < 100) not valid;
    revoke select (description) on public.videos from authenticated;
    create or replace rule keep_plans as on delete to public.plans do instead nothing;
  `);
  expect(output).toContain('audit_plan_changed on public.user_usage · trigger-enabled');
  expect(output).toContain('videos_title_check on public.videos · constraint-validated');
  expect(output).toContain('revoke select (description) on public.videos from authenticated');
  expect(output).toContain('authenticated still has SELECT on column description of public.videos');
  expect(output).toContain('keep_plans on public.plans · no-rewrite-rule');
});

thorough('a live database that was changed by hand is said to be, object by object', async () => {
  await writeFile(join(project.folder, 'migrations/current.sql'), '');
  expect(await project.rolecall(['migrate'])).toMatchObject({ code: 0 });
  const client = new pg.Client({ connectionString: project.url });
  await client.connect();
  await client.query(`
    alter table public.saved_answers disable trigger user;
    alter table public.plans alter column code drop not null;
    create index idx_extra on public.videos (title);`);
  await client.end();
  const { code, output } = await project.rolecall(['check', '--as-it-is']);
  expect(code).toBe(1);
  expect(output).toMatch(/trigger \w+ on public\.saved_answers is disabled/);
  expect(output).toContain('column code of public.plans may be null');
  expect(output).toContain('there is an index idx_extra on public.videos (btree (title))');
  expect(output).not.toContain('snapshots/structure.md snapshot');
});
