import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readMigrationSettings } from '../migrations/graphile-migrate.ts';
import type { Restoring } from './restoring.ts';

/** The SQL that puts rows back: the migration's own, reading the schema that stands in for that of the old tables. */
export interface Sections {
  readonly before: string;
  readonly carry: readonly string[];
  readonly after: string;
}

/** Reads the sections from the fixtures of the migrations. @throws when a file is missing */
export async function readSections({ before, sections, after, from, through }: Restoring): Promise<Sections> {
  const { migrationsFolder } = await readMigrationSettings();
  const read = (file: string): Promise<string> => readFile(join(migrationsFolder, file), 'utf8');
  const old = new RegExp(`\\b${from}\\.`, 'g');
  return {
    before: await read(before),
    carry: (await Promise.all(sections.map(read))).map((text) => text.replaceAll(old, `${through}.`)),
    after: await read(after),
  };
}
