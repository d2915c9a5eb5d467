import { parentPort } from 'node:worker_threads';
import { loadConfig } from '../config/load.ts';

// Modules cannot be unloaded: a fresh worker each time is what lets spec/ be edited while `watch` runs.
parentPort?.once('message', async (path: string) => {
  try {
    // What concerns legacy data and queries holds functions, which cannot be sent, and no verdict needs it.
    const { legacy: _, queries: __, ...config } = await loadConfig(path);
    parentPort?.postMessage({ config });
  } catch (error) {
    parentPort?.postMessage({ failure: (error as Error).message });
  }
});
