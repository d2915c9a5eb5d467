import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Config } from './schema.ts';

/** The configuration as its files are now, without its functions; or why it can't be used. */
export type ConfigRead = { readonly config: Config } | { readonly failure: string };

/** A worker that reads the configuration once, as soon as it is asked to: the modules of this process stay as they were loaded. */
export const configReader = (): Worker => new Worker(new URL('./worker.ts', import.meta.url));

/** Reads the configuration as its files are now, whatever of it was loaded before. */
export async function readAfresh(path: string, reader = configReader()): Promise<ConfigRead> {
  try {
    reader.postMessage(path);
    const [read] = (await once(reader, 'message')) as [ConfigRead];
    return read;
  } finally {
    void reader.terminate();
  }
}
