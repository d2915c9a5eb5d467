// Deleting a channel goes from the channel down. Whoever writes chunks has to keep to that order, or the two wait for
// each other (40P01).
import { afterAll, beforeAll, expect } from '@jest/globals';
import type pg from 'pg';
import { onRealServer } from '../../support/databases.ts';
import { untilSeen, untilWaiting } from '../../support/waiting.ts';
import { type App, freshApp, together, withSessions } from './support.ts';

let app: App;
beforeAll(async () => {
  app = await freshApp();
  // A chunk that is written waits here: after its foreign key was checked, and before its channel counts it.
  await app.sql(`
    create function public.hold() returns trigger language plpgsql as
      'begin perform pg_advisory_xact_lock_shared(1); return null; end';
    create trigger hold after insert on public.transcript_chunks for each row execute function public.hold();
    create trigger hold after insert on public.chat_messages for each row execute function public.hold()`);
});
afterAll(() => app?.drop());

const WRITES = {
  replaced: `select public.replace_transcript_chunks($1, '[{"text": "new"}]')`,
  inserted: `insert into public.transcript_chunks (channel_id, video_id, transcript_id, chunk_index, text)
             select channel_id, video_id, id, 1, 'x' from public.transcripts where id = $1`,
};

for (const [written, statement] of Object.entries(WRITES)) {
  onRealServer(`a channel can be deleted while its chunks are ${written}: one waits for the other`, async () => {
    const channel = await app.channel();
    const transcript = await app.transcript(channel);
    const outcomes = await withSessions(app, 3, 'service', async (sessions) => {
      const [holder, writer, deleter] = sessions as [pg.Client, pg.Client, pg.Client];
      await holder.query('select pg_advisory_lock(1)');
      const written = answerOf(writer.query(statement, [transcript]));
      await untilWaiting(holder);
      const deleted = answerOf(deleter.query(DELETE, [channel]));
      await untilWaiting(holder, { many: 2 });
      await holder.query('select pg_advisory_unlock(1)');
      return Promise.all([written, deleted]);
    });
    expect(outcomes).toEqual([1, 1]);
    expect(await app.sql('select from public.transcript_chunks')).toEqual([]);
  });
}

const DELETE = 'delete from public.channels where id = $1';

onRealServer('chunks of a channel are written while another is on its way out: nobody waits', async () => {
  const [kept, going] = (await app.channels(2)) as [string, string];
  const transcript = await app.transcript(kept);
  await withSessions(app, 2, 'service', async (sessions) => {
    const [deleter, writer] = sessions as [pg.Client, pg.Client];
    await deleter.query('begin');
    await deleter.query(DELETE, [going]);
    await writer.query(`set lock_timeout = '2s'`);
    for (const statement of Object.values(WRITES))
      expect(await answerOf(writer.query(statement, [transcript]))).toBe(1);
    await deleter.query('rollback');
  });
});

/** How many rows a statement was through with, or the SQLSTATE that it failed with. */
const answerOf = (running: Promise<pg.QueryResult>): Promise<number | string | null> =>
  running.then(
    ({ rowCount }) => rowCount,
    ({ code }) => code,
  );

for (const [written, statement] of Object.entries(WRITES)) {
  onRealServer(`channels come and go while their chunks are ${written} by many: nobody is turned away`, async () => {
    const channels = await app.channels(12);
    const transcripts = await Promise.all(channels.map((channel) => app.transcript(channel)));
    const failures = await together(app, 6, 'service', async (session, index) => {
      const codes: string[] = [];
      for (const [place, channel] of channels.entries()) {
        const [text, value] = index < 4 ? [statement, transcripts[place]] : [DELETE, channel];
        await session.query(text, [value]).catch(({ code }) => codes.push(code));
      }
      return codes;
    });
    // Gone with its channel, or there already: those are answers.
    expect(failures.flat().filter((code) => !['PT404', '23503', '23505'].includes(code))).toEqual([]);
  });
}

/** How often the server is asked the same, as the order in which it wakes those who wait is its own. */
const ROUNDS = 20;

interface Race {
  /** Rows of its own for a round: what is deleted, and where the writer writes. */
  readonly prepare: () => Promise<{ readonly parent: string; readonly place: string }>;
  readonly change: string;
  readonly write: string;
  readonly remove: string;
}

/** Somebody changes a parent, a writer is about to count below it, and somebody deletes it: in that order they wait. */
async function race({ prepare, change, write, remove }: Race): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { parent, place } = await prepare();
    await withSessions(app, 4, 'service', async (sessions) => {
      const [holder, changer, writer, deleter] = sessions as [pg.Client, pg.Client, pg.Client, pg.Client];
      const [{ pid }] = (await writer.query('select pg_backend_pid() as pid')).rows;
      // To see what others wait for.
      await holder.query('reset role');
      await holder.query('select pg_advisory_lock(1)');
      const written = answerOf(writer.query(write, [place]));
      await untilWaiting(holder);
      await changer.query('begin');
      await changer.query(change, [parent]);
      const removed = answerOf(deleter.query(remove, [parent]));
      await untilWaiting(holder, { many: 2 });
      await holder.query('select pg_advisory_unlock(1)');
      await untilSeen(
        holder,
        `select from pg_stat_activity where pid = $1 and wait_event_type in ('Lock', 'Timeout') and wait_event <> 'advisory'`,
        [pid],
      );
      await changer.query('commit');
      outcomes.push(await written, await removed);
    });
  }
  return outcomes;
}

onRealServer(
  'a channel is changed and deleted while its chunks are replaced: nobody waits for each other',
  async () => {
    const outcomes = await race({
      async prepare() {
        const parent = await app.channel();
        return { parent, place: await app.transcript(parent) };
      },
      change: 'update public.channels set ingestion_progress = 50 where id = $1',
      write: WRITES.replaced,
      remove: DELETE,
    });
    expect(outcomes).toEqual(Array(2 * ROUNDS).fill(1));
  },
);

onRealServer('a session is changed and deleted while a message is written: nobody waits for each other', async () => {
  const outcomes = await race({
    async prepare() {
      const rows = await app.sql(
        'insert into public.chat_sessions (user_id, channel_id) values ($1, $2) returning id',
        [await app.user(), await app.channel()],
      );
      return { parent: rows[0]?.id as string, place: rows[0]?.id as string };
    },
    change: `update public.chat_sessions set title = 'x' where id = $1`,
    write: `insert into public.chat_messages (user_id, session_id, role, content)
            select user_id, id, 'user', 'x' from public.chat_sessions where id = $1`,
    remove: 'delete from public.chat_sessions where id = $1',
  });
  expect(outcomes).toEqual(Array(2 * ROUNDS).fill(1));
});

const FIVE_CHUNKS = `select public.replace_transcript_chunks($1, (select jsonb_agg('{"text": "new"}'::jsonb) from generate_series(1, 5)))`;
/** Some have the number of one that is replaced, so that a key is waited for too. */
const ONE_CHUNK = `insert into public.transcript_chunks (channel_id, video_id, transcript_id, chunk_index, text)
  select channel_id, video_id, id, floor(random() * 10), 'x' from public.transcripts where id = $1`;

onRealServer(
  'chunks of one channel are replaced and inserted by six at once while it changes and is deleted',
  async () => {
    const failures: string[] = [];
    for (let round = 0; round < 2 * ROUNDS; round++) {
      const channel = await app.channel();
      const transcripts = await Promise.all(Array.from({ length: 3 }, () => app.transcript(channel)));
      await together(app, 8, 'service', async (session, index) => {
        for (let turn = 0; turn < 6; turn++) {
          const transcript = transcripts[(index + turn) % 3];
          const [text, values] =
            index === 7
              ? [turn === 4 ? DELETE : 'select $1', [channel]]
              : index === 6
                ? ['update public.channels set ingestion_progress = $2 where id = $1', [channel, turn]]
                : [index % 2 === 0 ? FIVE_CHUNKS : ONE_CHUNK, [transcript]];
          const answer = await answerOf(session.query(text, values));
          if (typeof answer === 'string' && !['PT404', '23503', '23505'].includes(answer)) failures.push(answer);
        }
      });
    }
    expect(failures).toEqual([]);
  },
);
