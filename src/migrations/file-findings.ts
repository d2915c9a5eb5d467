import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Deviation, Findings } from '../report/deviation.ts';
import { toRun } from '../report/layout.ts';
import { committedMigrations, currentPath } from './files.ts';
import { readMigrationSettings } from './graphile-migrate.ts';

/** A file with its text. */
export interface MigrationFile {
  readonly name: string;
  readonly text: string;
}

/** Reads the committed migrations, and finds what keeps their files from being run elsewhere in the same order. */
export async function migrationFileFindings(): Promise<Findings> {
  const { migrationsFolder } = await readMigrationSettings();
  const names = await committedMigrations();
  const files = await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(migrationsFolder, 'committed', name), 'utf8') })),
  );
  return { deviations: [...sequenceDeviations(files), ...lineDeviations(files)], notEvaluated: [] };
}

/**
 * Two branches that were merged may each have committed a migration of one number, or one on top of a migration that is
 * not its predecessor any more. git merges both without a conflict; graphile-migrate runs neither.
 * @param files the committed migrations, in the order of their names
 */
export function sequenceDeviations(files: readonly MigrationFile[]): Deviation[] {
  const numbers = Map.groupBy(files, ({ name }) => Number.parseInt(name, 10));
  const twice = [...numbers].filter(([, own]) => own.length > 1);
  if (twice.length > 0)
    return twice.map(([number, own]) => ({
      check: 'migrations',
      where: own.map(({ name }) => name).join(' and '),
      expected: 'one migration of each number',
      seen: `${own.length} migrations of number ${number}: two branches were merged that each had committed one`,
      fix: REBASE,
    }));
  return files.flatMap(({ name, text }, index): Deviation[] => {
    const before = files[index - 1];
    const previous = header(text, 'Previous') ?? '-';
    const expected = before ? header(before.text, 'Hash') : '-';
    if (expected === undefined || previous === expected) return [];
    return [
      {
        check: 'migrations',
        where: name,
        expected: before ? `a migration that was committed after ${before.name} (${expected})` : 'the first migration',
        seen: `it was committed after another one (${previous})`,
        fix: REBASE,
      },
    ];
  });
}

const REBASE = `Keep the one that the main branch has. On your own branch, before the merge, run ${toRun('uncommit')} for yours, rebase on the main branch, and commit it again: it then gets the next number, and is proved on top of the others.`;

const header = (text: string, key: string): string | undefined =>
  new RegExp(`^--! ${key}: (\\S+)`, 'm').exec(text)?.[1];

/** Files whose hash another clone would not find: git may write other line ends, and editors drop a byte order mark. */
export function lineDeviations(files: readonly MigrationFile[]): Deviation[] {
  return files.flatMap(({ name, text }) => {
    const seen = oddities(text);
    if (seen.length === 0) return [];
    return [
      {
        check: 'migrations' as const,
        where: name,
        expected: 'line feeds alone at the ends of lines, and no byte order mark',
        seen: `${seen.join(' and ')}: its hash does not hold in a checkout that changes them`,
        fix: `Run ${toRun('uncommit')} for it and commit it again, which writes the file plainly. If your git changed it, set \`* text=auto eol=lf\` in .gitattributes and check it out anew.`,
      },
    ];
  });
}

const oddities = (text: string): string[] => [
  ...(text.includes('\r') ? ['carriage returns'] : []),
  ...(text.startsWith('\uFEFF') ? ['a byte order mark'] : []),
];

/**
 * Writes current.sql, and the files that it can include, with line feeds alone and without byte order marks, before
 * their hash is taken.
 * @returns the files that were changed, relative to the working directory
 */
export async function writePlainly(): Promise<string[]> {
  const { migrationsFolder } = await readMigrationSettings();
  const fixtures = join(migrationsFolder, 'fixtures');
  const entries = await readdir(fixtures, { recursive: true, withFileTypes: true }).catch(() => []);
  const included = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const changed: string[] = [];
  for (const path of [await currentPath(), ...included]) {
    const text = await readFile(path, 'utf8');
    if (oddities(text).length === 0) continue;
    await writeFile(path, text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n'));
    changed.push(relative('.', path));
  }
  return changed;
}
