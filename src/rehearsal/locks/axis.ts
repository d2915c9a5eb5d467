/** Round moments for an axis from 0 to `until`: about `count` of them, 1, 2 or 5 times a power of ten apart. */
export function ticks(until: number, count = 8): number[] {
  if (!(until > 0)) return [0];
  const rough = until / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(until / step) + 1 }, (_, index) => index * step);
}
