import { createHash } from 'node:crypto';
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
  const [above, below] = [before.map((line) => `${line}\n`).join(''), `${note.join('\n')}\n\n${body.trim()}\n${after}`];
  const mark = `${MARK}migrations/committed/${file} (${hash}, ${digestOf(above + below)}): edit nothing here, and run \`rolecall export supabase\`.`;
  return `${above}${mark}${below}`;
}

const digestOf = (text: string): string => `text ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;

/** The line that says where an exported file is from, which is among the first ones. */
const markIn = (text: string): string | undefined => text.split(/\r?\n/, 3).find((line) => line.startsWith(MARK));

/** Whether a file was exported, whatever became of it since. */
export const isExported = (text: string): boolean => markIn(text) !== undefined;

/** Whether a file is as it was exported, but for the ends of its lines: nobody loses work when it is deleted. */
export function isIntact(text: string): boolean {
  const mark = markIn(text);
  return mark?.includes(digestOf(text.replaceAll('\r\n', '\n').replace(mark, ''))) ?? false;
}

/** @throws SupabaseError when the project has no such setting */
export function mustExport(settings: SupabaseSettings | undefined, config: string): SupabaseSettings {
  if (settings) return settings;
  throw new SupabaseError(
    `${config} has no \`supabase\`. Add \`supabase: { migrations: 'supabase/migrations' }\` to export the committed migrations.`,
  );
}
