import { markdownTable } from 'markdown-table';

/** What took how long, each time it ran. */
export interface Measured {
  readonly what: string;
  readonly seconds: readonly number[];
  /** What the project promises, in seconds. */
  readonly limit?: number;
}

/** A measurement, summarised as it is printed. */
export interface Row {
  readonly what: string;
  readonly runs: number;
  readonly median: number;
  readonly max: number;
  readonly limit: number | null;
  /** Median / limit. */
  readonly ratio: number | null;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

export function summarise({ what, seconds, limit }: Measured): Row {
  const middle = median(seconds);
  return {
    what,
    runs: seconds.length,
    median: rounded(middle),
    max: rounded(Math.max(...seconds)),
    limit: limit ?? null,
    ratio: limit === undefined ? null : rounded(middle / limit),
  };
}

/** A table of rows as Markdown, so that it can be pasted into docs/speed.md as it is. */
export function tableOf(rows: readonly Row[]): string {
  const body = rows.map(({ what, runs, median, max, limit, ratio }) => [
    what,
    String(runs),
    inSeconds(median),
    inSeconds(max),
    limit === null ? '' : `${limit} s`,
    ratio === null ? '' : ratio.toFixed(2),
  ]);
  return markdownTable([['what', 'runs', 'median', 'max', 'limit', 'median ÷ limit'], ...body], {
    align: ['l', 'r', 'r', 'r', 'r', 'r'],
  });
}

/** Less than this is no time that anybody waits. */
const NOTHING = 0.05;

/** A table of the steps that take time: the medians of each of several measurements beside each other. */
export function stepsOf(columns: Readonly<Record<string, ReadonlyMap<string, number>>>): string {
  const names = Object.keys(columns);
  const slow = Object.values(columns).flatMap((column) => [...column].filter(([, seconds]) => seconds >= NOTHING));
  const steps = [...new Set(slow.map(([step]) => step))];
  const body = steps.map((step) => [
    step,
    ...names.map((name) => {
      const seconds = columns[name]?.get(step);
      return seconds === undefined ? '' : inSeconds(seconds);
    }),
  ]);
  return markdownTable([['step (median)', ...names], ...body], { align: ['l', ...names.map(() => 'r')] });
}

const inSeconds = (seconds: number): string => `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
const rounded = (value: number): number => Math.round(value * 1000) / 1000;
