/** How many near names a message lists at most. */
const MOST = 3;

/**
 * The names that somebody may have meant, the nearest first: those of which at most a third has to be changed, and those
 * that hold the written one.
 * @param names what is listed, and what is compared
 */
export function nearest(written: string, names: readonly (readonly [shown: string, compared: string])[]): string[] {
  const wanted = written.toLowerCase();
  const distances = names.map(([shown, compared]) => {
    const name = compared.toLowerCase();
    const holds = wanted.length > 2 && (name.includes(wanted) || wanted.includes(name));
    return { shown, distance: holds ? 1 : distance(wanted, name), allowed: Math.max(wanted.length, name.length) / 3 };
  });
  return distances
    .filter(({ distance: own, allowed }) => own <= allowed)
    .sort((one, other) => one.distance - other.distance)
    .slice(0, MOST)
    .map(({ shown }) => shown);
}

/**
 * How many characters have to be inserted, deleted or replaced to make one text of another: the Levenshtein distance, by the
 * algorithm of Wagner and Fischer (The String-to-String Correction Problem, 1974), a row at a time.
 */
function distance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [row, letter] of [...one].entries()) {
    const current = [row + 1];
    for (let at = 0; at < other.length; at++) {
      const replaced = (above[at] ?? 0) + (letter === other[at] ? 0 : 1);
      current.push(Math.min(replaced, (above[at + 1] ?? 0) + 1, (current[at] ?? 0) + 1));
    }
    above = current;
  }
  return above[other.length] ?? 0;
}
