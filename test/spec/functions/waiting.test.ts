// Deleting a channel goes from the channel down. Whoever writes chunks has to keep to that order, or the two wait for
// each other (40P01).
import { afterAll, beforeAll, expect } from '@jest/globals';
import type pg from 'pg';
import { onRealServer } from '../../support/databases.ts';
import { untilWaiting } from '../../support/waiting.ts';
import { type App, freshApp, together, withSessions } from './support.ts';

let app: App;
beforeAll(async () => {
  app = await freshApp();
  // A chunk that is written waits here: after its foreign key was checked, and before its channel counts it.
  await app.sql(`
    create function public.hold() returns trigger language plpgsql as
      'begin perform pg_advisory_xact_lock_shared(1); return null; end';
    create trigger hold after insert on public.transcript_chunks for each row execute function public.hold()`);
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
