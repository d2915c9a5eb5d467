/** A number with its thousands apart: 2 000. */
export const count = (value: number): string => value.toLocaleString('en').replaceAll(',', '\u202f');

/** A number of things: 1 row, 2 000 rows. */
export function counted(times: number, one: string, many = `${one}s`): string {
  return `${count(times)} ${times === 1 ? one : many}`;
}

/** Bytes for people, in powers of 1000: 12 bytes, 1.5 MB. */
export function bytes(size: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = size < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(size) / 3));
  const scaled = size / 1_000 ** power;
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power]}`;
}

/** Milliseconds for people: 12 ms, 1.93 s, 4 min 5 s. */
export function duration(ms: number): string {
  if (ms < 1) return '<1 ms';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 99_500) return `${(ms / 1_000).toFixed(ms < 9_995 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
