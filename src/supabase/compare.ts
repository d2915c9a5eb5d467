import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deviation } from '../report/deviation.ts';
import { toRun } from '../report/layout.ts';
import { compareFile } from '../report/snapshots.ts';
import { type ExportedFile, isIntact } from './export.ts';
import { versionIn } from './names.ts';

/** A migration in the folder of the exported ones that is none of them. */
export interface OtherFile {
  readonly path: string;
  readonly name: string;
  /** Whether it was exported, from a migration that is not committed any more, and nobody changed it since. */
  readonly exported: boolean;
}

/** The migrations of a folder that are not among these. Files that Supabase's command line passes over are none. */
export async function otherFiles(folder: string, files: readonly ExportedFile[]): Promise<OtherFile[]> {
  if (!existsSync(folder)) return [];
  const own = new Set(files.map(({ name }) => name));
  const names = (await readdir(folder)).filter((name) => versionIn(name) !== undefined && !own.has(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, name, exported: isIntact(await readFile(path, 'utf8')) };
    }),
  );
}

/** Holds the exported migrations that are checked in against the committed ones: one that is stale, missing or extra deviates. */
export async function compareExported(folder: string, files: readonly ExportedFile[]): Promise<Deviation[]> {
  const compared = await Promise.all(files.map(({ path, text }) => compareFile(path, text)));
  return [
    ...compared.flat().map((deviation) => ({
      ...deviation,
      check: 'supabase' as const,
      expected: 'the committed migration, as it is exported',
      fix: `Run ${toRun('export supabase')}, and have the change reviewed.`,
    })),
    ...(await otherFiles(folder, files)).map(({ path, exported }) => ({
      check: 'supabase' as const,
      where: path,
      expected: 'migrations that are committed, and no others',
      seen: exported
        ? 'it was exported, and its migration is not committed'
        : 'a migration that rolecall did not export',
      fix: exported
        ? `Run ${toRun('export supabase')}, which deletes it.`
        : `Move its SQL to current.sql, run ${toRun('commit')}, and delete the file: a database gets the same from both histories then.`,
    })),
  ];
}
