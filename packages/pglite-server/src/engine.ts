import { Worker } from 'node:worker_threads';
import { HOST, THREAD_FLAGS } from './constants.ts';

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

export type FromRouter = { type: 'ready'; port: number; joined: boolean } | { type: 'failed'; error: Error };

/** Starts the engine on a data folder, or joins the process that serves it already. */
export async function startEngine({ folder, port, waitFor = 5_000 }: EngineOptions): Promise<Engine> {
  const workerData: RouterOptions = { folder, port, waitFor };
  const router = new Worker(new URL('./router.ts', import.meta.url), {
    workerData,
    execArgv: THREAD_FLAGS,
    // The parser must never run out of it: see sql/statements.ts.
    resourceLimits: { stackSizeMb: STACK },
  });
  const ended = new Promise<void>((resolve) => router.once('exit', () => resolve()));
  const ready = await new Promise<FromRouter & { type: 'ready' }>((resolve, reject) => {
    const failed = (cause: unknown) =>
      reject(
        new Error(`The embedded engine cannot start on ${folder}: ${cause instanceof Error ? cause.message : cause}`, {
          cause,
        }),
      );
    router.once('error', failed);
    router.once('exit', () => failed('its thread ended'));
    router.once('message', (message: FromRouter) =>
      message.type === 'ready' ? resolve(message) : failed(message.error),
    );
  });
  router.removeAllListeners('error');
  return {
    host: HOST,
    port: ready.port,
    joined: ready.joined,
    url: (database) => `postgres://postgres@${HOST}:${ready.port}/${encodeURIComponent(database)}`,
    async stop() {
      if (!ready.joined) router.postMessage('stop');
      await ended;
    },
  };
}
