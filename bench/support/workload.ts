import pg from 'pg';
import type { LegacyOptions } from '../../spec/legacy/make.ts';
import { operations } from '../../spec/legacy/operations/index.ts';
import { type Parameters, parametersOf } from '../../spec/legacy/operations/parameters.ts';
import { send } from '../../spec/legacy/operations/send.ts';
import { type Entry, type Ground, groundsOf, type Shape, writesOf } from './ledger.ts';

/** A statement that was answered: what it was, when it was sent (as `performance.now()`), and how long it took, in ms. */
export interface Answered {
  readonly what: string;
  readonly at: number;
  readonly took: number;
}

/** The app, in real sessions: what it waited, and what it was promised. */
export interface Workload {
  readonly reads: readonly Answered[];
  readonly writes: readonly Answered[];
  readonly promises: readonly Entry[];
  /** Statements that were sent again, since the tables had changed their shape, or after a deadlock. */
  readonly again: number;
  stop(): Promise<void>;
}

/** What says that the tables have another shape now: unknown names, other types, a key that is missing, other rights. */
const RESHAPED = new Set(['42703', '42P01', '42883', '42804', '22P02', '23502', '42501']);

/** A writer whose tables are locked one after the other may be chosen to give way. */
const DEADLOCK = '40P01';

/** A session that always has a statement under way would measure the machine: a person reads what came. */
const READING = 20;

/** As what the sessions can be told apart on the server. */
export const NAMES = { reader: 'bench reader', writer: 'bench writer' };

/** How many different things the readers ask about. */
const TURNS = 60;

/**
 * Starts so many readers, who do what the app's users and edge functions read, and as many writers, who write to every
 * table. Whoever is told that the tables have another shape sends the same again in that shape, as a new build would.
 */
export async function startWorkload(url: string, made: LegacyOptions, sessions: number): Promise<Workload> {
  const reads: Answered[] = [];
  const writes: Answered[] = [];
  const promises: Entry[] = [];
  const state = { on: true, again: 0 };
  const of = parametersOf(made);
  const connect = async (name?: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url, ...(name ? { application_name: name } : {}) });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  // Made before: making them takes time, which somebody would be seen to wait for.
  const given = Array.from({ length: TURNS }, (_, turn) => of(turn));
  const first = await connect();
  const grounds = await groundsOf(first, sessions);
  const begun = grounds.flatMap((ground, index) => [read(index), write(ground)]);
  await first.end();

  async function read(index: number): Promise<void> {
    const client = await connect(NAMES.reader);
    const able = operations.filter(({ writes }) => !writes);
    let shape: Shape = 'old';
    for (let turn = index; state.on; turn += sessions) {
      const operation = able[turn % able.length];
      if (!operation) break;
      const at = performance.now();
      try {
        if (shape === 'old')
          await send(client, operation, given[turn % given.length] as Parameters, { schema: 'public' });
        else
          await client.query(
            'select c.*, (select count(*) from public.videos v where v.channel_id = c.id) from public.channels c order by id limit 5',
          );
      } catch (error) {
        if (!state.on) break;
        const { code = '' } = error as { code?: string };
        if (code !== DEADLOCK && !RESHAPED.has(code)) throw error;
        if (code !== DEADLOCK) shape = 'new';
        state.again++;
      }
      reads.push({ what: operation.name, at, took: performance.now() - at });
      await pause();
    }
    await client.end();
  }

  async function write(ground: Ground): Promise<void> {
    const client = await connect(NAMES.writer);
    let shape: Shape = 'old';
    for (const { sql, values, promise } of writesOf(ground)) {
      if (!state.on) break;
      const what = sql.old;
      const at = performance.now();
      for (;;) {
        try {
          await client.query(sql[shape], [...values]);
          break;
        } catch (error) {
          const { code = '' } = error as { code?: string };
          if (code !== DEADLOCK && (shape === 'new' || !RESHAPED.has(code))) throw error;
          if (code !== DEADLOCK) shape = 'new';
          state.again++;
        }
      }
      writes.push({ what, at, took: performance.now() - at });
      promises.push(promise);
      await pause();
    }
    await client.end();
  }

  return {
    reads,
    writes,
    promises,
    get again() {
      return state.again;
    },
    async stop() {
      state.on = false;
      await Promise.all(begun);
    },
  };
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, READING));

/** Those that were under way between two moments, the slowest first. */
export function slowestFirst(answered: readonly Answered[], from: number, to: number): Answered[] {
  return answered.filter(({ at, took }) => at + took >= from && at <= to).toSorted((a, b) => b.took - a.took);
}
