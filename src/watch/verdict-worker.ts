import { parentPort } from 'node:worker_threads';
import type { Config } from '../config/schema.ts';
import { verdictOf } from './verdict.ts';

export interface VerdictQuestion {
  readonly url: string;
  readonly config: Config;
}

// The code of a verdict is loaded before the first question. The worker stays: code that has run before runs faster.
await Promise.all([
  import('../graphql/postgraphile.ts').then(({ loadPostGraphile }) => loadPostGraphile()),
  import('../types/generate.ts'),
]);

parentPort?.on('message', async ({ url, config }: VerdictQuestion) => {
  try {
    const verdict = await verdictOf(url, config);
    parentPort?.postMessage(verdict ? { verdict } : { overtaken: true });
  } catch (error) {
    parentPort?.postMessage({ failure: (error as Error).message });
  }
});
