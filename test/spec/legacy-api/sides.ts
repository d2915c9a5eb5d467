import type { Answer } from '../../../spec/legacy/operations/send.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type Told = Record<string, unknown>;

/** Before, it went up with every call of increment_creator_count, and never down; after, it says what is followed. */
const COUNTED_ANEW = 'creators_added';

/**
 * What one of the two databases said, in words that both would use. Only what each makes up by itself is replaced: an id
 * that it generated is the n-th new one, a moment since `began` is now.
 * @param known the ids that were there before, or that the app chose
 */
export function side(known: ReadonlySet<string>, began: Date) {
  const generated = new Map<string, string>();
  const word = (value: unknown): unknown => {
    if (value instanceof Date) return value >= began ? '(now)' : value.toISOString();
    if (typeof value !== 'string' || !UUID.test(value) || known.has(value)) return value;
    const name = generated.get(value) ?? `(new id ${generated.size + 1})`;
    generated.set(value, name);
    return name;
  };
  const isNew = (value: unknown): boolean =>
    (value instanceof Date && value >= began) || (typeof value === 'string' && UUID.test(value) && !known.has(value));
  const content = (row: Told): string => JSON.stringify(Object.values(row).map((value) => (isNew(value) ? '' : value)));
  const byContent = (one: Told, other: Told): number => (content(one) < content(other) ? -1 : 1);
  /**
   * Where a statement asks for no order, that of what the rows hold; and so for those of this moment where it does, since
   * two may be of the same and then only their ids decide.
   */
  const inOrder = (rows: readonly Told[], ordered: boolean): readonly Told[] => {
    if (!ordered) return rows.toSorted(byContent);
    const fresh = rows.filter(({ created_at }) => isNew(created_at)).toSorted(byContent);
    return rows.map((row) => (isNew(row.created_at) ? (fresh.shift() ?? row) : row));
  };
  return (
    { sql, rowCount, rows }: Answer,
    ordered: boolean,
    hidden: readonly string[] = [],
  ): { sql: string; rowCount: number; rows: Told[] } => {
    const told = inOrder(rows, ordered).map((row) =>
      Object.fromEntries(
        Object.entries(row)
          .filter(([name]) => name !== COUNTED_ANEW && !hidden.includes(name))
          .map(([name, value]) => [name, word(value)]),
      ),
    );
    return { sql, rowCount, rows: told };
  };
}

/** How far a similarity, and a number of an embedding, may be off: embeddings are kept in half precision. */
const HALF_PRECISION = 0.0005;

/** The rows with the expected numbers in place of those that half precision explains. */
export function closeTo(expected: readonly Told[], rows: readonly Told[]): Told[] {
  return rows.map((row, index) => {
    const other = expected[index] ?? {};
    const mended = Object.entries(row).map(([name, value]) => {
      const wanted = other[name];
      const [numbers, wantedNumbers] = [numbersOf(value), numbersOf(wanted)];
      const close =
        numbers.length > 0 &&
        numbers.length === wantedNumbers.length &&
        numbers.every((number, at) => Math.abs(number - (wantedNumbers[at] ?? Number.NaN)) <= HALF_PRECISION);
      return [name, (name === 'similarity' || name === 'embedding') && close ? wanted : value];
    });
    return Object.fromEntries(mended);
  });
}

function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'string' && /^\[-?\d/.test(value) ? (JSON.parse(value) as number[]) : [];
}
