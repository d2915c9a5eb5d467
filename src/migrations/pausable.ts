// Loaded in graphile-migrate's process before its watch. Runs of current.sql wait while the parent process has them paused
// (pause.ts); the newest text runs afterwards.
import { createRequire } from 'node:module';

type MakeRunner = (...args: readonly unknown[]) => () => Promise<void>;

const runners = createRequire(import.meta.url)('graphile-migrate/dist/currentRunner.js') as {
  makeCurrentMigrationRunner: MakeRunner;
};
const make = runners.makeCurrentMigrationRunner;

let allowed = Promise.resolve();
let resume = (): void => {};
let running: Promise<unknown> = Promise.resolve();
let waiting: Promise<void> | undefined;

// graphile-migrate begins a run while another is under way. One that waits reads the text when it begins, so that one is
// enough for all saves until then.
runners.makeCurrentMigrationRunner = (...args) => {
  const run = make(...args);
  const whenAllowed = async (): Promise<void> => {
    await running;
    await allowed;
    waiting = undefined;
    const own = run();
    running = own.catch(() => {});
    return own;
  };
  return () => {
    waiting ??= whenAllowed();
    return waiting;
  };
};

process.on('message', async (message) => {
  if (message !== 'pause') return resume();
  const paused = Promise.withResolvers<void>();
  [allowed, resume] = [paused.promise, paused.resolve];
  await running;
  process.send?.('paused');
});
// Alone, the wish to hear of a pause keeps no process running.
process.channel?.unref();
