import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { onRealServer } from '../../support/databases.ts';
import { untilClosed } from '../../support/waiting.ts';
import { type App, freshApp, type Row, together } from './support.ts';

let app: App;
beforeAll(async () => {
  app = await freshApp();
});
afterAll(() => app?.drop());

const claim = 'select * from public.claim_transcripts($1, $2)';
const states = () =>
  app.sql(
    `select id, extraction_status::text as status, retry_count, next_retry_at > now() as leased from public.transcripts order by created_at, id`,
  );
const lapse = `update public.transcripts set next_retry_at = now() - interval '1 second' where extraction_status = 'processing'`;
let channel: string;
const fresh = async (...rows: Row[]): Promise<string[]> => {
  await app.sql('delete from public.videos');
  channel = await app.channel();
  const ids: string[] = [];
  for (const [index, row] of rows.entries())
    ids.push(
      await app.transcript(channel, {
        created_at: `2024-01-01T00:00:${String(index % 60).padStart(2, '0')}Z`,
        ...row,
      }),
    );
  return ids;
};

test('takes the oldest that wait, leases them, and passes over what is done, leased or not due', async () => {
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  const due = new Date(Date.now() - 60_000).toISOString();
  const ids = await fresh(
    { extraction_status: 'completed' },
    { extraction_status: 'failed' },
    { next_retry_at: soon },
    { next_retry_at: due, retry_count: 2 },
    { language: 'de' },
    {},
    { extraction_status: 'processing', next_retry_at: soon },
  );
  const rows = await app.as('service', claim, [2, 60]);
  expect(rows.map((row) => row.transcript_id)).toEqual([ids[4], ids[5]]);
  expect(rows[0]).toMatchObject({
    channel_id: channel,
    youtube_video_id: expect.any(String),
    language: 'de',
    retry_count: 0,
  });
  expect((await states()).slice(4, 6)).toEqual(
    [ids[4], ids[5]].map((id) => ({ id, status: 'processing', retry_count: 0, leased: true })),
  );
  expect(await app.as('service', claim, [10, 60])).toMatchObject([{ transcript_id: ids[3], retry_count: 2 }]);
  expect(await app.as('service', claim, [10, 60])).toEqual([]);
});

test('a lease that lapses is a try that failed; after five it is given up', async () => {
  const [id] = await fresh({});
  for (let tried = 0; tried < 5; tried++) {
    expect(await app.as('service', claim, [1, 60])).toMatchObject([{ transcript_id: id, retry_count: tried }]);
    await app.sql(lapse);
  }
  expect(await app.as('service', claim, [1, 60])).toEqual([]);
  expect(
    await app.sql('select extraction_status::text, retry_count, next_retry_at, error_message from public.transcripts'),
  ).toEqual([
    { extraction_status: 'failed', retry_count: 5, next_retry_at: null, error_message: 'No worker finished it.' },
  ]);
});

test('a worker that was too slow does not overwrite the one that took over', async () => {
  const [id] = await fresh({});
  const finish = `update public.transcripts set extraction_status = 'completed' where id = $1 and next_retry_at = $2 returning true as done`;
  const [slow] = await app.as('service', claim, [1, 60]);
  await app.sql(lapse);
  const [fast] = await app.as('service', claim, [1, 60]);
  expect(await app.as('service', finish, [id, slow?.leased_until])).toEqual([]);
  expect(await app.as('service', finish, [id, fast?.leased_until])).toEqual([{ done: true }]);
});

test("refuses a lease that is none, and is the service's", async () => {
  for (const seconds of [0, 86_401, null])
    expect(await app.failure('service', claim, [1, seconds])).toMatchObject({
      code: 'PT400',
      error: 'invalid_lease',
    });
  expect(await app.failure({ user: await app.user('admin') }, claim, [1, 60])).toMatchObject({ code: '42501' });
});

onRealServer('16 workers take none twice, and miss none', async () => {
  const ids = await fresh(...Array.from({ length: 300 }, () => ({})));
  const taken = await together(app, 16, 'service', async (session) => {
    const mine: string[] = [];
    // As long as others hold rows that are not committed, a worker may come back with less than there is.
    for (let empty = 0; empty < 3; ) {
      const { rows } = await session.query(claim, [7, 600]);
      if (rows.length === 0) empty++;
      mine.push(...rows.map((row) => row.transcript_id as string));
    }
    return mine;
  });
  expect(taken.flat().toSorted()).toEqual(ids.toSorted());
});

onRealServer('16 workers finish each once, although four of them die with what they claimed', async () => {
  const ids = await fresh(...Array.from({ length: 200 }, () => ({})));
  const finish = `update public.transcripts set extraction_status = 'completed', next_retry_at = null where id = $1 and next_retry_at = $2`;
  const finished: string[] = [];
  /** Tells those that found nothing to claim that there may be something again, or that all is done. */
  const claims = new EventEmitter().setMaxListeners(0);
  await together(app, 16, 'service', async (session, index) => {
    const dies = index % 4 === 0;
    const [{ pid } = { pid: 0 }] = (await session.query<{ pid: number }>('select pg_backend_pid() as pid')).rows;
    // Half of them before anybody else could know of their claim.
    if (index % 8 === 0) await session.query('begin');
    while (finished.length < ids.length) {
      const changed = once(claims, 'change');
      const { rows } = await session.query(claim, [dies ? 7 : 3, 600]);
      if (dies) {
        const gone = untilClosed(session);
        await app.sql('select pg_terminate_backend($1)', [pid]);
        await gone;
        // Time passes, and nobody comes back to what was claimed. What was not committed was not.
        if (index % 8 !== 0) await app.sql(`${lapse} and id = any ($1)`, [rows.map((row) => row.transcript_id)]);
        return void claims.emit('change');
      }
      for (const { transcript_id: id, leased_until } of rows)
        if ((await session.query(finish, [id, leased_until])).rowCount === 1) finished.push(id);
      if (rows.length === 0 && finished.length < ids.length) await changed;
    }
    claims.emit('change');
  });
  expect(finished.toSorted()).toEqual(ids.toSorted());
});
