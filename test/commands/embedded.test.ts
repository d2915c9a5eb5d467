import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { freshNotebook, type Project } from '../support/project.ts';

let project: Project;
/** Without a server named, the commands have the embedded engine, in the project's own folder. */
const embedded = { DATABASE_URL: '', ROOT_DATABASE_URL: '' };

beforeAll(async () => {
  project = await freshNotebook();
});

afterAll(() => project.remove());

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('Ctrl-C in the middle of a start leaves no process, and a folder that opens again', async () => {
  const start = project.begin(['start'], embedded);
  await start.until(/✔ Build a legacy database/);
  start.interrupt();
  expect((await start.finished).code).toBe(130);
  expect(alive(start.pid)).toBe(false);
  expect(await project.rolecall(['migrate'], embedded)).toMatchObject({ code: 0 });
});

test('db serves the folder in the foreground, other commands join it, and what was written is there after a restart', async () => {
  const first = project.begin(['db'], embedded);
  const url = /^DATABASE_URL=(.*)$/m.exec(await first.until('Ctrl-C'))?.[1];
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create table public.kept as select 1 as one');
  expect(await project.rolecall(['status'], embedded)).toMatchObject({ code: 0 });
  await client.end();
  first.interrupt();
  expect((await first.finished).code).toBe(130);

  const second = project.begin(['db'], embedded);
  const again = new pg.Client({ connectionString: /^DATABASE_URL=(.*)$/m.exec(await second.until('Ctrl-C'))?.[1] });
  await again.connect();
  const { rows } = await again.query('select one from public.kept');
  await again.query('drop table public.kept');
  await again.end();
  second.interrupt();
  await second.finished;
  expect(rows).toEqual([{ one: 1 }]);
});

test.each([
  ['is a file', (path: string) => writeFile(path, ''), 'Move that file away, or name another folder.'],
  ['cannot be written', (path: string) => symlink('/proc/rolecall', path), 'or name another folder.'],
])('when the engine’s folder %s, db says so and what to do in one line, and exits with 2', async (_, spoil, advice) => {
  const folder = join(project.folder, '.rolecall');
  await rename(folder, `${folder}.kept`);
  await spoil(folder);
  const { code, output } = await project.rolecall(['db'], embedded);
  await rm(folder);
  await rename(`${folder}.kept`, folder);
  expect(output).toMatch(/^rolecall: The embedded engine cannot start: \.rolecall .*\n$/);
  expect(output).toContain(advice);
  expect(code).toBe(2);
});

test('a watch whose engine another process ran goes on with its own when that process ends', async () => {
  const first = project.begin(['db'], embedded);
  await first.until('Ctrl-C');
  const second = project.begin(['watch'], embedded);
  await second.until('cells are as declared');
  first.interrupt();
  await first.finished;
  await second.until('This one runs it from now on.');
  await second.until('cells are as declared');
  await writeFile(
    join(project.folder, 'migrations/current.sql'),
    'drop policy if exists "open" on public.plans;\ncreate policy "open" on public.plans for update to anon using (true);\ngrant update on public.plans to anon;\n',
  );
  expect(await second.until(/fix {7}Close it/)).toContain('anon · update · public.plans (any)');
  second.interrupt();
  expect((await second.finished).code).toBe(130);
});
