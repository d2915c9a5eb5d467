import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectionStrings } from '../database/urls.ts';
import { compile, readMigrationSettings } from './graphile-migrate.ts';
import type { CompiledMigration } from './rerun.ts';

/** The file names of the committed migrations, in the order in which they run. */
export async function committedMigrations(): Promise<string[]> {
  const { migrationsFolder } = await readMigrationSettings();
  const names = await readdir(join(migrationsFolder, 'committed'));
  return names.filter((name) => /^\d+.*\.sql$/.test(name)).sort();
}

/** The file of the migration that is being written. */
export async function currentPath(): Promise<string> {
  const { migrationsFolder } = await readMigrationSettings();
  return join(migrationsFolder, 'current.sql');
}

/** current.sql as it would run, or undefined when it has nothing but comments. */
export async function currentMigration(urls: ConnectionStrings): Promise<CompiledMigration | undefined> {
  const text = await readFile(await currentPath(), 'utf8');
  return isBlank(text) ? undefined : migration('current.sql', await compile(text, urls));
}

/** current.sql as it is written: includes and placeholders are not resolved. */
export async function writtenCurrent(): Promise<CompiledMigration> {
  return migration('current.sql', await readFile(await currentPath(), 'utf8'));
}

/** The variable in which `commit` names, for the gate in graphile-migrate's hook, the newest migration before it; empty for none. */
export const NEWEST_BEFORE = 'ROLECALL_NEWEST_BEFORE';

/** The name of the newest committed migration; empty when there is none. */
export async function newestCommitted(): Promise<string> {
  return (await committedMigrations()).at(-1) ?? '';
}

/**
 * The name of the committed migration that current.sql is becoming, which is so only during graphile-migrate's commit:
 * it writes the file before it empties current.sql.
 * @param before the newest migration before the commit, where that is known. Without it, the texts are compared.
 */
export async function migrationBeingCommitted(before: string | undefined): Promise<string | undefined> {
  const { migrationsFolder } = await readMigrationSettings();
  const newest = await newestCommitted();
  if (before !== undefined) return newest === before ? undefined : newest;
  const current = await readFile(await currentPath(), 'utf8');
  if (!newest || isBlank(current)) return undefined;
  const committed = await readFile(join(migrationsFolder, 'committed', newest), 'utf8');
  return asWritten(committed) === asWritten(current) ? newest : undefined;
}

/** Without what committing changes: header lines, the contents of includes, blanks. */
function asWritten(text: string): string {
  return text
    .replaceAll(/^--! Included (?<file>.+)$[\s\S]*?^--! EndIncluded \k<file>$/gm, '--! include $<file>')
    .replaceAll(/^--![ \t]*include[ \t]+/gm, '--! include ')
    .replaceAll(/^--! [A-Z].*$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** A committed migration as it would run: without the header that graphile-migrate put above it. */
export async function committedMigration(name: string, urls: ConnectionStrings): Promise<CompiledMigration> {
  const text = await committedText(name);
  return { name, sql: await compile(withoutMarks(text), urls), transaction: runsInTransaction(text) };
}

/** The committed migrations before one of them, as they would run. */
export async function committedBefore(name: string, urls: ConnectionStrings): Promise<CompiledMigration[]> {
  const names = (await committedMigrations()).filter((each) => each < name);
  return Promise.all(names.map((each) => committedMigration(each, urls)));
}

/** The texts of all committed migrations, one after another. */
export async function committedTexts(): Promise<string> {
  return (await Promise.all((await committedMigrations()).map(committedText))).join('\n');
}

async function committedText(name: string): Promise<string> {
  const { migrationsFolder } = await readMigrationSettings();
  return readFile(join(migrationsFolder, 'committed', name), 'utf8');
}

/** The includes are resolved in a committed file already, and their marks would be refused by a second compilation. */
const withoutMarks = (text: string): string => text.replaceAll(/^--! .*\n/gm, '');

function migration(name: string, sql: string): CompiledMigration {
  return { name, sql, transaction: runsInTransaction(sql) };
}

/** Whether graphile-migrate runs a migration in a transaction: the first line below its header decides, and no other. */
export function runsInTransaction(text: string): boolean {
  const body = text.replace(/^(?:--! [A-Z]\w*(?::.*)?\n)+/, '').trimStart();
  return !/^--!\s*no-transaction\b/.test(body.split('\n', 1)[0] ?? '');
}

/** Whether a text holds nothing that would run: only blanks, `-- …` and includes-free comments. */
function isBlank(text: string): boolean {
  return text
    .split('\n')
    .every((line) => line.trim() === '' || (/^\s*--/.test(line) && !/^--![ \t]*include/.test(line)));
}
