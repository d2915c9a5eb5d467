import { type LockMode, strongest } from './lock-modes.ts';
import type { HeldLock, TimeSpan } from './observation.ts';

/** A span in which one mode was the strongest of a table's locks. */
export interface LockBar extends TimeSpan {
  readonly mode: LockMode;
  /** The migration and the number of the statement that took it. */
  readonly by: string;
}

/**
 * The locks of one table as bars that do not overlap: at each moment the strongest lock. Adjacent bars of the same mode and
 * statement are joined.
 */
export function lockBarsOf(locks: readonly HeldLock[]): LockBar[] {
  const moments = [...new Set(locks.flatMap(({ from, to }) => [from, to]))].sort((one, other) => one - other);
  const bars: LockBar[] = [];
  for (const [index, from] of moments.entries()) {
    const to = moments[index + 1];
    if (to === undefined) break;
    const holding = locks.filter((lock) => lock.from <= from && lock.to >= to);
    const mode = strongest(holding.map((lock) => lock.mode));
    const lock = holding.find((one) => one.mode === mode);
    if (!mode || !lock) continue;
    const by = `${lock.migration} ${lock.statement}`;
    const last = bars.at(-1);
    if (last?.to === from && last.mode === mode && last.by === by) bars[bars.length - 1] = { ...last, to };
    else bars.push({ from, to, mode, by });
  }
  return bars;
}
