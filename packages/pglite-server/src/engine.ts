import { Worker } from 'node:worker_threads';
import { HOST, THREAD_FLAGS } from './constants.ts';
import { EngineError, type EngineErrorCode, explain } from './error.ts';
import { servingOwner } from './folder-lock.ts';

const STACK = 16;

export interface EngineOptions {
  /** The data folder; made when it is missing. */
  folder: string;
  /** The port to listen on; else the one that the folder had before, or any. */
  port?: number;
  /** How long a client waits, in milliseconds, while another's open transaction does nothing. */
  waitFor?: number;
}

/** A running embedded PostgreSQL: any client can connect to it as to a server. */
export interface Engine {
  host: string;
  port: number;
  /** Another process serves the folder, and this one only uses it. */
  joined: boolean;
  /** The connection string of a database. */
  url(database: string): string;
  /** Ends all sessions and closes the databases; does nothing when joined. */
  stop(): Promise<void>;
}

export interface RouterOptions {
  folder: string;
  port: number | undefined;
  waitFor: number;
}

export type FromRouter =
  | { type: 'ready'; port: number; joined: boolean }
  | { type: 'failed'; code: EngineErrorCode; message: string };

/**
 * Starts the engine on a data folder, or joins the process that serves it already.
 * @throws EngineError, whose message says in one line what is wrong and what to do
 */
export async function startEngine({ folder, port, waitFor = 5_000 }: EngineOptions): Promise<Engine> {
  // To join takes no thread, whose code takes longer to load than most questions take to answer.
  const owner = await servingOwner(folder);
  if (owner) return { ...servedAt(owner.port), joined: true, stop: async () => {} };
  const workerData: RouterOptions = { folder, port, waitFor };
  const router = new Worker(new URL('./router.ts', import.meta.url), {
    workerData,
    execArgv: THREAD_FLAGS,
    // The parser must never run out of it: see sql/statements.ts.
    resourceLimits: { stackSizeMb: STACK },
  });
  const ended = new Promise<void>((resolve) => router.once('exit', () => resolve()));
  const ready = await new Promise<FromRouter & { type: 'ready' }>((resolve, reject) => {
    router.once('error', (error) => reject(explain(error, folder)));
    router.once('exit', () => reject(explain('its thread ended', folder)));
    router.once('message', (message: FromRouter) =>
      message.type === 'ready' ? resolve(message) : reject(new EngineError(message.code, message.message)),
    );
  });
  router.removeAllListeners('error');
  return {
    ...servedAt(ready.port),
    joined: ready.joined,
    async stop() {
      if (!ready.joined) router.postMessage('stop');
      await ended;
    },
  };
}

const servedAt = (port: number): Pick<Engine, 'host' | 'port' | 'url'> => ({
  host: HOST,
  port,
  url: (database) => `postgres://postgres@${HOST}:${port}/${encodeURIComponent(database)}`,
});
