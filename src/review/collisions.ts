import type { TreeFile } from './git/trees.ts';

/** A number that both sides gave to a migration of their own. */
export interface Collision {
  readonly number: string;
  /** The file of the head. */
  readonly ours: string;
  /** The file of the base. */
  readonly theirs: string;
  /** The base, as the user named it. */
  readonly base: string;
}

/**
 * The numbers that head and base gave to different migrations since they went apart. Each runs on its own, and both together
 * do not.
 * @param fork the committed migrations of the commit from which both went apart
 */
export function collisionsOf(
  fork: readonly TreeFile[],
  tip: readonly TreeFile[],
  head: readonly TreeFile[],
  base: string,
): Collision[] {
  const old = new Set(fork.map(({ path, blob }) => `${blob} ${path}`));
  const isNew = ({ path, blob }: TreeFile): boolean => !old.has(`${blob} ${path}`);
  const theirs = new Map(tip.filter(isNew).map((file) => [numberOf(file), file]));
  return head.filter(isNew).flatMap((file): Collision[] => {
    const other = theirs.get(numberOf(file));
    if (!other || other.blob === file.blob) return [];
    return [{ number: numberOf(file), ours: nameOf(file), theirs: nameOf(other), base }];
  });
}

const nameOf = ({ path }: TreeFile): string => path.slice(path.lastIndexOf('/') + 1);
const numberOf = (file: TreeFile): string => /^\d+/.exec(nameOf(file))?.[0] ?? '';
