/**
 * A configuration without its functions, which can't be copied to another thread. The
 * result suffices for a verdict: it loads no legacy rows, and needs no caller's settings.
 */
export function sendable<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sendable) as T;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, each]) => typeof each !== 'function');
  return Object.fromEntries(entries.map(([key, each]) => [key, sendable(each)])) as T;
}
