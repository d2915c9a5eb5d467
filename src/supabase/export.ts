import { join } from 'node:path';
import { type ExportedMigration, readForExport } from './committed.ts';
import { SupabaseError } from './error.ts';
import { exportedName } from './names.ts';
import { runOf } from './run.ts';
import type { SupabaseSettings } from './settings.ts';
import { timesOf } from './times.ts';

/** A file for Supabase's command line, and the migration that it holds. */
export interface ExportedFile {
  readonly path: string;
  readonly name: string;
  readonly text: string;
  readonly migration: ExportedMigration;
}

/** Begins the line by which an exported file is known from one that somebody wrote. */
const MARK = '-- Exported by rolecall from ';

/**
 * The committed migrations as Supabase's command line takes them, in their order.
 * @throws SupabaseError in one sentence when one can't be exported
 */
export async function exportedFiles({ migrations: folder }: SupabaseSettings): Promise<ExportedFile[]> {
  const migrations = await readForExport();
  const times = timesOf(migrations);
  return Promise.all(
    migrations.map(async (migration, index) => {
      const name = exportedName(migration.file, times[index] ?? 0);
      return { path: join(folder, name), name, text: await textOf(migration), migration };
    }),
  );
}

async function textOf(migration: ExportedMigration): Promise<string> {
  const { before, after, note } = await runOf(migration);
  const { file, hash, body } = migration;
  const mark = `${MARK}migrations/committed/${file} (${hash}): edit nothing here, and run \`rolecall export supabase\`.`;
  return `${[...before, mark, ...note].join('\n')}\n\n${body.trim()}\n${after}`;
}

/** Whether a file was exported, whatever became of it since. */
export const isExported = (text: string): boolean => text.split(/\r?\n/, 3).some((line) => line.startsWith(MARK));

/** @throws SupabaseError when the project has no such setting */
export function mustExport(settings: SupabaseSettings | undefined, config: string): SupabaseSettings {
  if (settings) return settings;
  throw new SupabaseError(
    `${config} has no \`supabase\`. Add \`supabase: { migrations: 'supabase/migrations' }\` to export the committed migrations.`,
  );
}
