import { parentPort } from 'node:worker_threads';
import { verdictOf } from './verdict.ts';

// What a verdict needs is loaded while nobody waits for it; the project's own files only when one is asked for, so that
// each verdict reads spec/ as it is then.
await Promise.all([import('../graphql/schema.ts'), import('../types/generate.ts')]);

parentPort?.once('message', async ({ url, configPath }: { url: string; configPath: string }) => {
  try {
    parentPort?.postMessage({ verdict: await verdictOf(url, configPath) });
  } catch (error) {
    parentPort?.postMessage({ failure: (error as Error).message });
  }
});
