import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import type { Deviation } from './deviation.ts';
import { toRun } from './layout.ts';

/** Path → contents of each snapshot, as it would be written. */
export type Files = ReadonlyMap<string, string>;

/**
 * Compares snapshots with the files that are checked in, and writes nothing. A file that differs, is missing, or is a
 * snapshot of nothing any more, is a deviation.
 * @param folder in which every file is a snapshot
 */
export async function compareFiles(files: Files, folder: string): Promise<Deviation[]> {
  const deviations: Deviation[] = [];
  for (const [path, contents] of files) deviations.push(...(await compareFile(path, contents)));
  for (const path of await orphans(files, folder)) {
    deviations.push({
      check: 'snapshot',
      where: path,
      expected: 'an object of which it is a snapshot',
      seen: 'nothing',
      fix: `Run ${toRun('snapshot')}, which deletes it.`,
    });
  }
  return deviations;
}

/** Compares one snapshot with the file that is checked in: it deviates when it differs, or is missing. */
export async function compareFile(path: string, contents: string): Promise<Deviation[]> {
  const checkedIn = existsSync(path) ? await readFile(path, 'utf8') : undefined;
  if (checkedIn === contents) return [];
  return [
    {
      check: 'snapshot',
      where: path,
      expected: checkedIn === undefined ? 'a file that is checked in' : 'the same as what is checked in',
      seen: checkedIn === undefined ? 'missing' : 'a difference',
      ...(checkedIn === undefined ? {} : { evidence: patch(path, checkedIn, contents) }),
      fix: `If this is intended, run ${toRun('snapshot')} and have the change reviewed.`,
    },
  ];
}

/** Writes every snapshot, deletes those whose object no longer exists, and gives the paths that changed. */
export async function writeFiles(files: Files, folder: string): Promise<string[]> {
  const changed: string[] = [];
  for (const [path, contents] of files) {
    if (existsSync(path) && (await readFile(path, 'utf8')) === contents) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
    changed.push(path);
  }
  for (const path of await orphans(files, folder)) {
    await rm(path);
    changed.push(path);
  }
  return changed;
}

async function orphans(files: Files, folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const found = await readdir(folder);
  return found
    .map((name) => join(folder, name))
    .filter((path) => ![...files.keys()].some((known) => join(known) === path));
}

function patch(path: string, before: string, after: string): string {
  // The two leading lines name no files that a reader does not know already.
  return createTwoFilesPatch(path, path, before, after, 'checked in', 'now', { context: 2 })
    .split('\n')
    .slice(1)
    .join('\n')
    .trimEnd();
}
