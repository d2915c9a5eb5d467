import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The module that is loaded in the process of graphile-migrate's watch, so that it can be paused. */
export const PAUSABLE = new URL('./pausable.ts', import.meta.url);

/**
 * Waits until graphile-migrate's watch runs no current.sql, and lets no other run begin.
 * @param child its process, which was started with PAUSABLE and a channel for messages
 * @returns what lets them begin again; the newest text runs then
 */
export async function pauseRuns(child: ChildProcess | undefined): Promise<() => void> {
  if (!child?.connected) return () => {};
  const over = new AbortController();
  const { signal } = over;
  const answered = Promise.race([once(child, 'message', { signal }), once(child, 'exit', { signal })]);
  child.send('pause');
  await answered;
  over.abort();
  return () => void (child.connected && child.send('resume'));
}
