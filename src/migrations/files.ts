import { randomUUID } from 'node:crypto';
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

/**
 * The name of the committed migration that current.sql is becoming, which is so only during graphile-migrate's commit:
 * it writes the file before it empties current.sql.
 */
export async function migrationBeingCommitted(): Promise<string | undefined> {
  const { migrationsFolder } = await readMigrationSettings();
  const newest = (await committedMigrations()).at(-1);
  const current = await readFile(await currentPath(), 'utf8');
  if (!newest || isBlank(current)) return undefined;
  const committed = await readFile(join(migrationsFolder, 'committed', newest), 'utf8');
  return asWritten(committed) === asWritten(current) ? newest : undefined;
}

/** Without what committing changes: header lines, the contents of includes, blanks. */
function asWritten(text: string): string {
  return text
    .replaceAll(/^--! Included (?<file>\S+)$[\s\S]*?^--! EndIncluded \k<file>$/gm, '--! include $<file>')
    .replaceAll(/^--![ \t]*include[ \t]+/gm, '--! include ')
    .replaceAll(/^--! [A-Z].*$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** A committed migration as it would run: without the header that graphile-migrate put above it. */
export async function committedMigration(name: string, urls: ConnectionStrings): Promise<CompiledMigration> {
  return migration(name, await compile(await committedText(name), urls));
}

/** The committed migrations before one of them, as they would run. */
export async function committedBefore(name: string, urls: ConnectionStrings): Promise<CompiledMigration[]> {
  const names = (await committedMigrations()).filter((each) => each < name);
  const texts = await Promise.all(names.map(committedText));
  // One child process for all: compiling replaces placeholders only, so that a line of our own stays between them.
  const boundary = `\n-- ${randomUUID()}\n`;
  const compiled = (await compile(texts.join(boundary), urls)).split(boundary);
  return names.map((each, index) => migration(each, compiled[index] ?? ''));
}

/** The includes are resolved in a committed file already, and their marks would be refused by a second compilation. */
async function committedText(name: string): Promise<string> {
  const { migrationsFolder } = await readMigrationSettings();
  const text = await readFile(join(migrationsFolder, 'committed', name), 'utf8');
  return text.replaceAll(/^--! .*\n/gm, (line) => (/no-transaction/.test(line) ? line : ''));
}

function migration(name: string, sql: string): CompiledMigration {
  return { name, sql, transaction: !/^--! no-transaction\b/m.test(sql) };
}

/** Whether a text holds nothing that would run: only blanks, `-- …` and includes-free comments. */
function isBlank(text: string): boolean {
  return text
    .split('\n')
    .every((line) => line.trim() === '' || (/^\s*--/.test(line) && !/^--![ \t]*include/.test(line)));
}
