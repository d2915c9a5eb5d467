import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asRoot } from '../support/databases.ts';
import { freshProject, type Project } from '../support/project.ts';
import { folder, plainDump } from './support.ts';

let project: Project;
let files: Awaited<ReturnType<typeof folder>>;

beforeAll(async () => {
  project = await freshProject();
  files = await folder();
});

afterAll(async () => {
  await project.remove();
  await files.remove();
});

/** The databases that rehearsals of this project left behind. */
async function leftovers(): Promise<string[]> {
  const name = new URL(project.url).pathname.slice(1);
  const { rows } = await asRoot((root) =>
    root.query<{ name: string }>(
      `select datname::text as name from pg_database where starts_with(datname::text, $1) and datname::text like '%rehearsal%'`,
      [name],
    ),
  );
  return rows.map((row) => row.name);
}

test('a plain dump, zipped: every value is accounted for, a page is written, and the copy is gone', async () => {
  const from = await files.file('legacy.sql.gz', gzipSync(await plainDump()));
  const page = files.path('report.html');
  const { code, output } = await project.rolecall(['rehearse', '--from', from, '--html', page]);
  expect(output).toMatch(/ChannelChat holds\. Every row and every value is accounted for\.\n$/);
  expect(code).toBe(0);
  expect(await leftovers()).toEqual([]);
  expect(await readFile(page, 'utf8')).toMatch(/^<!doctype html>[\s\S]*Every row and every value is accounted for/);
});

test('as JSON: of every column the parts add up to the rows, and the checksums before and after are equal', async () => {
  const from = await files.file('legacy.sql', await plainDump());
  const { code, output } = await project.rolecall(['rehearse', '--from', from, '--format', 'json']);
  expect(code).toBe(0);
  const { accounts, measured } = JSON.parse(output) as {
    accounts: { table: string; in: number; columns: Record<string, number>[] }[];
    measured: { name: string; measure: { rows: number } }[];
  };
  expect(accounts.reduce((sum, table) => sum + table.in, 0)).toBeGreaterThan(50);
  for (const { table, in: rows, columns } of accounts) {
    expect(measured.find(({ name }) => name === table)?.measure.rows ?? 0).toBe(rows);
    for (const column of columns) {
      const { unchanged = 0, changed = 0, setAside = 0, nulls = 0, altered, lost } = column;
      expect({ table, column: column.column, sum: unchanged + changed + setAside + nulls, altered, lost }).toEqual({
        ...{ table, column: column.column, sum: rows, altered: 0, lost: 0 },
      });
      const sums = column.checksums as unknown as { before: string; after: string } | null;
      expect(sums?.after).toBe(sums?.before);
    }
  }
});
