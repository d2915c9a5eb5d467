import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { slownessOf } from '../support/time-limits.ts';
import { deadLinks, type Page } from './links.ts';

const manifest = JSON.parse(await readFile('package.json', 'utf8')) as {
  license: string;
  version: string;
  scripts: Record<string, string>;
  'scripts-info': Record<string, string>;
};

/** What is not the project's own: dependencies, and what commands leave behind. */
const FOREIGN = /(^|\/)node_modules(\/|$)|^(\.git|\.rolecall|coverage)(\/|$)/;
const entries = await filesBelow('.');

test('every npm script has one line in `npm run help`, and no line is for a script that is gone', () => {
  expect(Object.keys(manifest['scripts-info'])).toEqual(Object.keys(manifest.scripts));
  for (const text of Object.values(manifest['scripts-info'])) expect(text).toMatch(/^\S.{5,99}$/);
});

test('every npm script that the pages name is there', async () => {
  const named = (await pages()).flatMap(({ path, text }) =>
    [...text.matchAll(/npm run ([a-z][a-z:]*)/g)].map(([, script = '']) => ({ path, script })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ script }) => !(script in manifest.scripts))).toEqual([]);
});

test('the license of the package is that of the file', async () => {
  expect(manifest.license).toBe('MIT');
  expect(await readFile('LICENSE', 'utf8')).toMatch(/^MIT License\n\nCopyright \(c\) 2026 ChannelChat contributors\n/);
});

test('the changelog begins with what is not released yet, and knows the version of the package', async () => {
  const headings = [...(await readFile('CHANGELOG.md', 'utf8')).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(headings[0]).toBe('Unreleased');
  expect(await readFile('CHANGELOG.md', 'utf8')).toContain(manifest.version);
});

test('editors indent and wrap as the formatter does', async () => {
  const { formatter } = JSON.parse(await readFile('biome.json', 'utf8')) as {
    formatter: { indentStyle: string; lineWidth: number };
  };
  const settings = (await readFile('.editorconfig', 'utf8')).split('\n');
  expect(settings).toContain(`indent_style = ${formatter.indentStyle}`);
  expect(settings).toContain(`max_line_length = ${formatter.lineWidth}`);
});

test('every link between our pages leads to a file and a heading that are there', async () => {
  expect(deadLinks(await pages(), new Set(entries))).toEqual([]);
});

test('a link to a file or a heading that is not there is found; one in code is none', () => {
  const text = '# A & B\n[x](b.md) [y](#a--b) [z](#c) `[q](q.md)`\n```\n[r](r.md)\n```\n[s](../up.md "Up")';
  expect(deadLinks([{ path: 'docs/a.md', text }], new Set(['docs/a.md']))).toEqual([
    'docs/a.md: b.md',
    'docs/a.md: #c',
    'docs/a.md: ../up.md',
  ]);
});

test('tests wait for events: only the helper for what PostgreSQL tells nobody looks again and again', async () => {
  const waiting = /\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b|timers\/promises|\bpg_sleep\b|jest\.setTimeout/;
  const tests = entries.filter((path) => /^test\/.*\.(ts|sql)$/.test(path) && path !== 'test/project/habits.test.ts');
  const texts = await Promise.all(tests.map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
  expect(texts.length).toBeGreaterThan(100);
  expect(texts.filter(({ text }) => waiting.test(text)).map(({ path }) => path)).toEqual(['test/support/waiting.ts']);
});

test('commands end by themselves: process.exit can wait for ever', async () => {
  const sources = entries.filter((path) => /^src\/.*\.ts$/.test(path));
  const texts = await Promise.all(sources.map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
  const exits = texts.flatMap(({ path, text }) =>
    [...text.matchAll(/\bprocess\.(?:exit|reallyExit)\(/g)].map(() => path),
  );
  // In src/cli.ts it is for a signal, in the midst of a command.
  expect(exits).toEqual(['src/cli.ts', 'src/end.ts']);
});

test('the time limit of a test grows with the load of a processor, from 5 times to 20 times', () => {
  expect([slownessOf(0, 2), slownessOf(4, 2), slownessOf(10, 2), slownessOf(10, 8), slownessOf(900, 2)]).toEqual([
    5, 5, 10, 5, 20,
  ]);
});

/** All files and folders below one, as paths from the project's folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = relative('.', join(folder, entry.name)).replaceAll('\\', '/');
    if (FOREIGN.test(path)) continue;
    found.push(path);
    if (entry.isDirectory()) found.push(...(await filesBelow(path)));
  }
  return found;
}

async function pages(): Promise<Page[]> {
  const paths = entries.filter((path) => path.endsWith('.md'));
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
}
