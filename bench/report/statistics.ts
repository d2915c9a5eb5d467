/** The value below which this share of the values lies: the nearest that was measured, never one in between. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** What is said of the times of one statement, in ms. */
export interface Times {
  readonly runs: number;
  readonly p50: number;
  readonly p95: number;
}

export function timesOf(values: readonly number[]): Times {
  return { runs: values.length, p50: rounded(quantile(values, 0.5)), p95: rounded(quantile(values, 0.95)) };
}

/** To three digits that count. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
