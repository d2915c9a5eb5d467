import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { thorough } from '../support/databases.ts';
import { freshProject, type Project } from '../support/project.ts';

let project: Project;

/** The blocks of the README's example of a new table: its SQL, the line of its effects, and the commands. */
async function example(): Promise<{ sql: string; effects: string; commands: string[][] }> {
  const readme = await readFile('README.md', 'utf8');
  const section = readme.slice(readme.indexOf('### A new table, step by step'));
  const block = (language: string): string =>
    new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(section)?.[1] ?? '';
  const commands = block('sh').trim().split('\n').map(argumentsOf);
  return { sql: block('sql'), effects: block('ts'), commands };
}

/** `npx rolecall declare x` or `npm run commit -- --message "x y"`, as rolecall's own arguments. */
function argumentsOf(line: string): string[] {
  const words = line.match(/"[^"]*"|\S+/g) ?? [];
  return words
    .slice(2)
    .filter((word) => word !== '--')
    .map((word) => word.replaceAll('"', ''));
}

/** Adds to the effects of deletions as the README says. */
async function declareEffects(line: string): Promise<void> {
  const path = join(project.folder, 'spec/access.ts');
  const before = await readFile(path, 'utf8');
  const last = 'public.public_chat_limits of nobody';
  const videos = /^ {4}'delete public\.videos': .*\n/m;
  const [replaced = ''] = videos.exec(before) ?? [];
  const after = before.replace(last, `${last}, public.bookmarks of others`).replace(videos, line);
  expect(after).toHaveLength(before.length + line.length - replaced.length + ', public.bookmarks of others'.length);
  expect(replaced).not.toBe('');
  await writeFile(path, after);
}

beforeAll(async () => {
  project = await freshProject();
});
afterAll(() => project.remove());

thorough('the README’s example of a new table holds, done as it is written', async () => {
  const { sql, effects, commands } = await example();
  const [declare = [], ...rest] = commands;
  expect([declare[0], ...rest.map(([name]) => name)]).toEqual(['declare', 'commit', 'snapshot', 'check']);

  const watch = project.begin(['watch']);
  await watch.until('cells are as declared');
  await writeFile(join(project.folder, 'migrations/current.sql'), sql);
  const missing = await watch.until(/public\.bookmarks plans|public\.bookmarks access/);
  expect(missing).toContain('a line in the access spec');

  const declared = await project.rolecall(declare);
  expect(declared).toMatchObject({ code: 0, output: expect.stringContaining('+ spec/queries/sizes.ts') });
  await watch.until(/rolecall: \d+ cells are as declared/);
  watch.interrupt();
  await watch.finished;

  await declareEffects(effects);
  const again = await project.rolecall(declare);
  expect(again).toMatchObject({ code: 1, output: expect.stringContaining('declared in spec/access.ts already') });
  for (const command of rest) {
    const { code, output } = await project.rolecall(command);
    expect({ command, code, output: code === 0 ? '' : output }).toEqual({ command, code: 0, output: '' });
  }
});
