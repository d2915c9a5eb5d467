import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Deviation } from '../report/deviation.ts';
import { toRun } from '../report/layout.ts';
import { compare, type StructureDifference } from './compare.ts';
import { evidenceOf } from './evidence.ts';
import { parse } from './text.ts';
import { inWords } from './words.ts';

/**
 * In what a database differs from the structure that is checked in.
 * @param path of the file
 * @param contents as it would be written of the database
 * @returns nothing when both say the same, undefined when there is no file, or none that can be read
 */
export async function structureChanges(path: string, contents: string): Promise<StructureDifference[] | undefined> {
  if (!existsSync(path)) return undefined;
  const [before, after] = [parse(await readFile(path, 'utf8')), parse(contents)];
  return before && after && compare(before, after);
}

/** A difference as a deviation: in words, with a query that shows it. */
export function asDeviation(difference: StructureDifference, path: string): Deviation {
  const { where, was, is } = inWords(difference);
  return {
    check: 'structure',
    where,
    expected: `${was}, as in ${path}`,
    seen: is,
    evidence: evidenceOf(difference.object, difference.part),
    fix: `If a migration means it, run ${toRun('snapshot')} and have the change reviewed. If the database was changed otherwise, undo that, or write a migration.`,
  };
}
