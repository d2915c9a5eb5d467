import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { inBrowser, violationsIn, withPage } from '../support/browser.ts';
import { freshProject, type Project } from '../support/project.ts';

let project: Project;
let client: pg.Client;
let folder: string;

beforeAll(async () => {
  project = await freshProject();
  folder = await mkdtemp(join(tmpdir(), 'rolecall-access-'));
  await project.rolecall(['reset', '--erase']);
  client = new pg.Client({ connectionString: project.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await project.remove();
  await rm(folder, { recursive: true });
});

test('one question is answered with the outcome, what is declared and the statement, and exit code 0', async () => {
  const { code, output } = await project.rolecall(['access', '--as', 'owner', '--table', 'chat_messages']);
  expect(output).toMatch(/^public\.chat_messages as owner \(role authenticated\)\n\n {2}owner's rows\n/);
  expect(output).toMatch(
    /✔ select {2}allowed on every column, as declared\n {6}select 1 from public\.chat_messages where id = /,
  );
  expect(output).toMatch(/✔ update {2}no grant, as declared\n {6}update .*;\n {6}42501: permission denied/);
  expect(output).toMatch(/public\.chat_messages holds: 4 cells as declared\.\n$/);
  expect(code).toBe(0);
});

test('the statements can be pasted into psql as that persona', async () => {
  const { output } = await project.rolecall([
    'access',
    '--as',
    'owner',
    '--table',
    'chat_messages',
    '--format',
    'json',
  ]);
  const { cells } = JSON.parse(output) as { cells: { command: string; statement: string }[] };
  const select = cells.find(({ command }) => command === 'select')?.statement ?? '';
  const psql = await project.rolecall(['psql', '--as', 'owner', '--', '-At', '-c', `${select};`]);
  expect(psql.output).toMatch(/^1$/m);
});

test('a persona or a table that is none is told with the near names, and exit code 2', async () => {
  expect(await project.rolecall(['access', '--as', 'ownr', '--table', 'chat_messages'])).toMatchObject({
    code: 2,
    output: expect.stringContaining('Did you mean owner?'),
  });
  expect(await project.rolecall(['access', '--table', 'chat_mesages'])).toMatchObject({
    code: 2,
    output: expect.stringContaining('Near it: public.chat_messages'),
  });
  expect(await project.rolecall(['access', '--table', 'plans', '--explain', 'plans'])).toMatchObject({ code: 2 });
});

test('the rule is explained in text, JSON, Markdown and HTML with the same facts', async () => {
  const outputs = await Promise.all(
    (['text', 'json', 'markdown', 'html'] as const).map(async (format) => {
      const { code, output } = await project.rolecall(['access', '--explain', 'chat_messages', '--format', format]);
      expect(code).toBe(0);
      return output;
    }),
  );
  for (const output of outputs) {
    expect(output).toContain('Users can write messages of their own');
    expect(output).toContain('service_role has BYPASSRLS');
    expect(output).toContain('anon lacks SELECT on public.chat_messages.');
  }
  await writeFile(join(folder, 'rule.html'), outputs[3] ?? '');
  const { explanation } = JSON.parse(outputs[1] ?? '') as { explanation: { personas: { persona: string }[] } };
  expect(explanation.personas.map(({ persona }) => persona)).toEqual([
    'anon',
    'owner',
    'stranger',
    'moderator',
    'admin',
    'service',
  ]);
});

test('the matrix is one page below 2 MB, and its marks are those of the snapshot', async () => {
  const { code, output } = await project.rolecall(['access', '--format', 'html']);
  expect(code).toBe(0);
  expect(Buffer.byteLength(output)).toBeLessThan(2_000_000);
  const markdown = await project.rolecall(['access', '--format', 'markdown']);
  const [matrix = ''] = (await readFile('snapshots/access.md', 'utf8')).split('## Columns');
  expect(markdown.output).toContain(matrix.trim());
});

inBrowser('axe finds nothing in the page of a rule', () =>
  withPage(join(folder, 'rule.html'), async (page) => {
    expect(await violationsIn(page)).toEqual([]);
  }),
);

test('a table that somebody opened deviates, with the policy that did it, and exit code 1', async () => {
  await client.query('create policy opened on public.chat_messages for select to authenticated using (true)');
  const question = await project.rolecall(['access', '--as', 'stranger', '--table', 'chat_messages']);
  expect(question.code).toBe(1);
  expect(question.output).toContain('✗ select  allowed on every column, declared: denied');
  expect(question.output).toMatch(
    /public\.chat_messages deviates: 1 of 4 cells not as declared, 1 deviation in all\.\n$/,
  );
  const owner = await project.rolecall(['access', '--as', 'owner', '--table', 'chat_messages']);
  expect(owner.code).toBe(0);
  const rule = await project.rolecall(['access', '--explain', 'chat_messages', '--as', 'stranger']);
  expect(rule.output).toContain('Let through by “opened”.');
  expect(rule.code).toBe(1);
  await client.query('drop policy opened on public.chat_messages');
});
