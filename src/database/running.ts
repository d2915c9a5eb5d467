/** Functions that stop what is running: they must be called before the process ends, even early (on a signal). */
const running = new Set<() => Promise<void>>();

/** Remembers how to stop something that was started; the returned function stops it, once. */
export function untilStopped(stop: () => Promise<void>): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  const once = (): Promise<void> => {
    running.delete(once);
    stopped ??= stop();
    return stopped;
  };
  running.add(once);
  return once;
}

/** Stops everything that is still running, the latest first: what uses a thing before the thing itself. */
export async function stopAll(): Promise<void> {
  for (const stop of [...running].reverse()) await stop().catch(() => {});
}
