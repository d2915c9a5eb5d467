import { count } from '../report/markup.ts';

/** Milliseconds for people: 12 ms, 1.93 s, 4 min 5 s. */
export function duration(ms: number): string {
  if (ms < 1) return '<1 ms';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 99_500) return `${(ms / 1_000).toFixed(ms < 9_995 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** 1 row, 2 000 rows. */
export function counted(times: number, one: string, many = `${one}s`): string {
  return `${count(times)} ${times === 1 ? one : many}`;
}
