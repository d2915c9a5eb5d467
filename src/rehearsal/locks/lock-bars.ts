import { type LockMode, strongest } from './lock-modes.ts';
import type { HeldLock, TimeSpan } from './observation.ts';

/** A stretch of time in which one mode was the strongest that was held. */
export interface LockBar extends TimeSpan {
  readonly mode: LockMode;
  /** What took it. */
  readonly by: string;
}

/** The locks of one table as bars that do not overlap: at each moment the strongest, neighbours of one mode and origin joined. */
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

/** Round moments for an axis: about `count` of them, 1, 2 or 5 times a power of ten apart. */
export function ticks(until: number, count = 8): number[] {
  if (!(until > 0)) return [0];
  const rough = until / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(until / step) + 1 }, (_, index) => index * step);
}
