import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { toRun } from '../report/layout.ts';
import { compare, type StructureDifference } from '../structure/compare.ts';
import type { StructureObject } from '../structure/model.ts';
import { parse } from '../structure/text.ts';
import { MutateError } from './error.ts';
import type { Mutant } from './mutant.ts';

/**
 * Finds out in what a database differs from the last commit, by the structure that is checked in there.
 * @param file of the structure, below the current folder
 * @throws MutateError when there is no commit, or none with that file
 */
export async function changesSinceCommit(
  file: string,
  now: readonly StructureObject[],
): Promise<readonly StructureDifference[]> {
  const committed = await promisify(execFile)('git', ['show', `HEAD:./${file}`], { maxBuffer: 2 ** 26 }).catch(
    (error: Error & { stderr?: string }) => {
      throw new MutateError(
        `What changed since the last commit is read from ${file} in it, and git cannot show that: ${(error.stderr || error.message).trim()}. Commit the file that ${toRun('snapshot')} writes, or leave out --changed.`,
        { cause: error },
      );
    },
  );
  const before = parse(committed.stdout);
  if (!before)
    throw new MutateError(
      `${file} of the last commit cannot be read. Commit the file that ${toRun('snapshot')} writes, or leave out --changed.`,
    );
  return compare(before, now);
}

/** Tells of a mutant whether what it changes differs from the last commit. */
export const isOfChanged =
  (differences: readonly StructureDifference[]) =>
  ({ object, concerns, sql }: Mutant): boolean =>
    differences.some(({ object: { name }, part }) => {
      const changed = concerns[0] ?? object;
      if (bare(name) !== bare(changed) && !mentions(object, name)) return false;
      if (!part) return true;
      const isGrant = sql.toLowerCase().startsWith('grant ') || sql.toLowerCase().startsWith('revoke ');
      return (part.kind === 'grant to') === isGrant && (mentions(object, part.name) || mentions(sql, part.name));
    });

/** The structure quotes a name where SQL needs it, and ids are without quotes. */
const bare = (name: string): string => name.replaceAll('"', '');

const mentions = (text: string, name: string): boolean => bare(text).includes(bare(name));
