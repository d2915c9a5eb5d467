import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { otherFiles } from './compare.ts';
import { SupabaseError } from './error.ts';
import { type ExportedFile, isExported } from './export.ts';
import { versionIn } from './names.ts';

/** The paths that an export wrote, deleted, and left alone because somebody else wrote them. */
export interface WrittenExport {
  readonly wrote: readonly string[];
  readonly deleted: readonly string[];
  readonly others: readonly string[];
}

/**
 * Writes the exported migrations, and deletes those whose migration is not committed any more. Files that it did not export stay.
 * @throws SupabaseError, before anything is written, when such a file has the name or the version of an exported one
 */
export async function writeExported(folder: string, files: readonly ExportedFile[]): Promise<WrittenExport> {
  const others = await otherFiles(folder, files);
  const foreign = others.filter(({ exported }) => !exported);
  const before = new Map<string, string>();
  for (const { path, name } of files) {
    const twin = foreign.find((other) => versionIn(other.name) === versionIn(name));
    if (twin)
      throw new SupabaseError(
        `${twin.path} has the same version as ${name}, and Supabase's command line runs one of them only. Rename it, or move its SQL to current.sql; nothing was written.`,
      );
    if (!existsSync(path)) continue;
    const text = await readFile(path, 'utf8');
    if (!isExported(text))
      throw new SupabaseError(
        `${path} was not exported by rolecall, and an exported migration has its name. Rename it, or move its SQL to current.sql; nothing was written.`,
      );
    before.set(path, text);
  }
  await mkdir(folder, { recursive: true });
  const wrote = files.filter(({ path, text }) => before.get(path) !== text);
  for (const { path, text } of wrote) await writeFile(path, text);
  const deleted = others.filter(({ exported }) => exported);
  for (const { path } of deleted) await rm(path);
  return {
    wrote: wrote.map(({ path }) => path),
    deleted: deleted.map(({ path }) => path),
    others: foreign.map(({ path }) => path),
  };
}
