/**
 * A configuration without the functions in it, as another thread can be sent it: functions can't be copied. What it
 * gives is what a verdict needs: it loads no legacy rows, and asks for no caller's settings.
 */
export function sendable<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sendable) as T;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, each]) => typeof each !== 'function');
  return Object.fromEntries(entries.map(([key, each]) => [key, sendable(each)])) as T;
}
