// squawk finds nothing in the committed migrations but what is justified where it stands, and each justification is needed.
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { committedMigrations } from '../../src/migrations/files.ts';
import { readSquawk, squawkOn } from './tools.ts';

const IGNORE = /-- squawk-ignore(-file)? (.*)$/;

let folder: string;
let files: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-squawk-'));
  files = (await committedMigrations()).map((name) => `migrations/committed/${basename(name)}`);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** What is ignored and would not be found: squawk itself says so only of names that no rule has. */
async function needlessIn(name: string, text: string): Promise<string[]> {
  const path = join(folder, name);
  await writeFile(path, text.replaceAll(new RegExp(IGNORE, 'gm'), '--'));
  const found = await squawkOn([path]);
  return text.split('\n').flatMap((content, at) => {
    const [, whole, rules = ''] = IGNORE.exec(content) ?? [];
    // It is about its own line, or the one below.
    const about = (line: number) => whole !== undefined || line === at + 1 || line === at + 2;
    return rules
      .split(/,\s*/)
      .filter((rule) => rule !== '' && !found.some((finding) => finding.rule === rule && about(finding.line)))
      .map((rule) => `${name}:${at + 1}: ${rule}`);
  });
}

/** Lines with a squawk-ignore that no comment stands above: one comment may serve the lines that follow each other. */
function withoutReason(text: string): string[] {
  const lines = text.split('\n');
  return lines.filter((line, at) => {
    if (!IGNORE.test(line)) return false;
    let above = at - 1;
    while (IGNORE.test(lines[above] ?? '')) above--;
    return !/^\s*-- \S/.test(lines[above] ?? '');
  });
}

test('squawk finds nothing that is not justified, and knows each rule that is ignored', async () => {
  expect(files.length).toBeGreaterThan(5);
  expect(await squawkOn(files)).toEqual([]);
});

test('each rule that is ignored would find something there', async () => {
  const needless = await Promise.all(
    files.map(async (file) => needlessIn(basename(file), await readFile(file, 'utf8'))),
  );
  expect(needless.flat()).toEqual([]);
});

test('each justification has its reason above it', async () => {
  const lacking = await Promise.all(files.map(async (file) => withoutReason(await readFile(file, 'utf8'))));
  expect(lacking.flat()).toEqual([]);
});

test('the configuration leaves no rule out', async () => {
  const settings = (await readFile('.squawk.toml', 'utf8')).split('\n').filter((line) => /^\s*[^#\s]/.test(line));
  expect(settings).toEqual(['pg_version = "15"', 'assume_in_transaction = true']);
});

describe('it is noticed', () => {
  const TABLES = 'migrations/committed/000002-redesign-database-schema.sql';
  const INDEXES = 'migrations/committed/000003-add-performance-indexes.sql';

  /** The rules that squawk finds in a migration, after a change of its text. */
  async function rulesAfter(file: string, change: (text: string) => string): Promise<string[]> {
    const path = join(folder, `changed-${basename(file)}`);
    await copyFile(file, path);
    const text = await readFile(path, 'utf8');
    expect(change(text)).not.toBe(text);
    await writeFile(path, change(text));
    return [...new Set((await squawkOn([path])).map(({ rule }) => rule))].sort();
  }

  test('when a justification is taken out', async () => {
    expect(await rulesAfter(TABLES, (text) => text.replace(' -- squawk-ignore prefer-bigint-over-int', ''))).toEqual([
      'prefer-bigint-over-int',
    ]);
    expect(await rulesAfter(INDEXES, (text) => text.replaceAll(new RegExp(IGNORE, 'gm'), '--'))).toEqual([
      'require-concurrent-index-creation',
      'require-lock-timeout',
      'require-statement-timeout',
    ]);
  });

  test('when one is added that nothing needs, on a line or for a file', async () => {
    const tables = await readFile(TABLES, 'utf8');
    const column = 'youtube_video_id text not null,';
    const line = tables.split('\n').findIndex((text) => text.includes(column)) + 1;
    const needless = tables.replace(column, `${column} -- squawk-ignore prefer-bigint-over-int`);
    expect(await needlessIn('needless.sql', needless)).toEqual([`needless.sql:${line}: prefer-bigint-over-int`]);
    const text = `-- Why.\n-- squawk-ignore-file ban-char-field\n${await readFile(INDEXES, 'utf8')}`;
    expect(await needlessIn('needless.sql', text)).toEqual(['needless.sql:2: ban-char-field']);
    expect(await rulesAfter(TABLES, (whole) => whole.replace(column, `${column} -- squawk-ignore no-such`))).toEqual([
      'unused-ignore',
    ]);
  });

  test('when one has no reason', () => {
    expect(
      withoutReason('create table a (\n  -- Small.\n  b int, -- squawk-ignore x\n  c int -- squawk-ignore x\n)'),
    ).toEqual([]);
    expect(withoutReason('create table a (\n  b int -- squawk-ignore x\n)')).toEqual(['  b int -- squawk-ignore x']);
  });

  test('when a statement is added that rewrites a table, or that can’t be read', async () => {
    expect(
      await rulesAfter(TABLES, (text) => `${text}\nalter table public.videos alter column title type varchar(80);\n`),
    ).toEqual(expect.arrayContaining(['changing-column-type']));
    expect(await rulesAfter(TABLES, (text) => `${text}\nalter tabel public.videos;\n`)).toContain('syntax-error');
  });
});

describe('a squawk that could not look is no clean file', () => {
  test('no file, or one that is not there', async () => {
    await expect(squawkOn([])).rejects.toThrow('squawk was given no file');
    await expect(squawkOn([join(folder, 'not-there.sql')])).rejects.toThrow("The answer of squawk can't be read");
  });

  test.each([
    ['no answer', { code: 0, stdout: '', stderr: '' }],
    ['no JSON', { code: 0, stdout: 'Found 0 issues', stderr: '' }],
    ['another form', { code: 1, stdout: '[{"rule":"x"}]', stderr: '' }],
    ['a failure without a finding', { code: 1, stdout: '[]', stderr: 'panicked' }],
    [
      'findings, and an end as if there were none',
      { code: 0, stdout: '[{"file":"a","line":1,"rule_name":"x","message":"y"}]', stderr: '' },
    ],
  ])('%s', (_, ended) => {
    expect(() => readSquawk(ended)).toThrow(/squawk/);
  });
});
