import type { Measured, QueryResult } from '../measure/queries.ts';
import type { Results } from './results.ts';

/** What a query took at each size, and whether that grew with the table rather than with its answer. */
export interface Growth {
  readonly name: string;
  readonly set: QueryResult['set'];
  /** In the order of the sizes; undefined where it was not measured. */
  readonly at: readonly (Measured | undefined)[];
  readonly verdict: 'holds' | 'grows' | 'meant to';
  /** Why it may. */
  readonly reason: string | null;
}

/** A tenfold table may cost one more level of each index, and what noise is. */
const MORE = { factor: 2, pages: 25, ms: 2 };

/** Compares the same queries at sizes that are ten times apart, the smallest first. */
export function growthOf(results: readonly Results[]): Growth[] {
  const newest = results.at(-1);
  if (!newest || results.length < 2) return [];
  return newest.queries.map(({ name, set, grows }) => {
    const at = results.map(({ queries }) => queries.find((each) => each.name === name && each.set === set)?.target);
    const does = at.some((now, index) => {
      const before = at[index - 1];
      return before !== undefined && now !== undefined && outgrows(before, now);
    });
    return { name, set, at, verdict: does ? (grows ? 'meant to' : 'grows') : 'holds', reason: does ? grows : null };
  });
}

/** Whether the pages or the time grew by more than the rows did. */
function outgrows(before: Measured, now: Measured): boolean {
  const allowed = MORE.factor * Math.max(1, now.rows / Math.max(1, before.rows));
  const pages = now.pages > before.pages * allowed && now.pages - before.pages > MORE.pages;
  const time = now.p50 > before.p50 * allowed && now.p50 - before.p50 > MORE.ms;
  return pages || time;
}
