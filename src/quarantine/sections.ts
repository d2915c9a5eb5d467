import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommittedMigration, inclusionsOf, readCommitted } from '../migrations/committed.ts';
import { readMigrationSettings } from '../migrations/graphile-migrate.ts';
import { renameIn } from '../sql/rename.ts';
import { RestoreError } from './model.ts';
import type { RestoreSettings } from './settings.ts';

/** The SQL that restores rows: the migrations' own, reading the stand-in schema instead of that of the old tables. */
export interface RestoreSections {
  readonly before: string;
  readonly carry: readonly string[];
  readonly after: string;
}

/**
 * Reads the SQL that restores rows: the sections from the committed migrations, the rest from its files.
 * @throws RestoreError when no committed migration includes a section, several do, or its names can't be rewritten
 * @throws an error of the file system when a file is missing
 */
export async function readSections(settings: RestoreSettings): Promise<RestoreSections> {
  const { migrationsFolder } = await readMigrationSettings();
  const read = (file: string): Promise<string> => readFile(join(migrationsFolder, file), 'utf8');
  const carry = await carrySections(await readCommitted(), settings);
  return { before: await read(settings.before), carry, after: await read(settings.after) };
}

/** @throws RestoreError as readSections() */
export async function carrySections(
  migrations: readonly CommittedMigration[],
  { sections, from, through }: RestoreSettings,
): Promise<string[]> {
  const name = (schema: string, table: string) => (schema === from ? ([through, table] as const) : undefined);
  return Promise.all(
    sections.map(async (file) => {
      const [found, ...more] = inclusionsOf(file, migrations);
      if (!found || more.length > 0)
        throw new RestoreError(
          `${found ? `${more.length + 1} committed migrations include` : 'No committed migration includes'} ${file}, which legacy.restore.sections names. Exactly one must include it: correct the name or the migrations.`,
        );
      return renameIn(found.section.text, { name }).catch((error: Error) => {
        throw new RestoreError(`${file} can't restore rows: ${error.message}`, { cause: error });
      });
    }),
  );
}
