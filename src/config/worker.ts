import { parentPort } from 'node:worker_threads';
import { loadConfig } from './load.ts';
import { sendable } from './sendable.ts';

// Modules cannot be unloaded: a fresh worker each time is what lets declarations be edited while a command runs.
parentPort?.once('message', async (path: string) => {
  try {
    parentPort?.postMessage({ config: sendable(await loadConfig(path)) });
  } catch (error) {
    parentPort?.postMessage({ failure: (error as Error).message });
  }
});
