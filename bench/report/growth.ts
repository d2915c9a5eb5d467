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

/** A tenfold table may cost one more level of each index; times are noisier than pages. */
const MORE = { pages: { factor: 2, least: 25 }, ms: { factor: 5, least: 5 } };

/** About a channel, which is drawn by chance, and is larger where there are more chunks: search is compared by class. */
const ASKED_OF_MORE = ['search-channel', 'count-channel-chunks', 'delete-channel'];

/**
 * Compares the same queries at sizes that are ten times apart, the smallest first: a typical user's, since the heaviest
 * user and the largest channel are larger where there is more of everything.
 */
export function growthOf(results: readonly Results[]): Growth[] {
  const newest = results.at(-1);
  if (!newest || results.length < 2) return [];
  const compared = newest.queries.filter(({ name, set }) => set === 'typical' && !ASKED_OF_MORE.includes(name));
  return compared.map(({ name, set, grows }) => {
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
  const rows = Math.max(1, now.rows / Math.max(1, before.rows));
  const more = (was: number, is: number, { factor, least }: { factor: number; least: number }): boolean =>
    is > was * factor * rows && is - was > least;
  return more(before.pages, now.pages, MORE.pages) || more(before.p50, now.p50, MORE.ms);
}
