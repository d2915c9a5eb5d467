import { afterAll, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { rolledBack } from '../../src/database/connect.ts';
import { type CitusCheck, checkCitus } from '../../src/scale/check.ts';
import { scriptOf } from '../../src/scale/script.ts';
import type { Distribution } from '../../src/scale/settings.ts';
import { type MigratedDatabase, migratedDatabase } from '../support/migrated.ts';

const distribution = config.distribution as Distribution;
let database: MigratedDatabase;
let check: CitusCheck;

beforeAll(async () => {
  database = await migratedDatabase();
  await database.seed();
  check = await rolledBack(database.client, () => checkCitus(database.client, distribution));
});
afterAll(() => database.drop());

test('every table of ours has a place, and everything that Citus refuses is settled', () => {
  expect(check.deviations).toEqual([]);
});

test('what the script does before Citus runs over rows, and leaves nothing that lacks the distribution column', async () => {
  await rolledBack(database.client, async () => {
    const [, first = ''] = /\nbegin;\n(.*)\ncommit;\n/s.exec(scriptOf(config.name, check)) ?? [];
    expect(first).toContain('add constraint transcripts_pkey primary key (id, channel_id);');
    await database.client.query(first);
    const again = await checkCitus(database.client, { ...distribution, settled: [] });
    const open = again.findings.filter(({ status, rule }) => status !== 'holds' && rule !== 'function');
    // What stays to be said is that triggers on the row itself need a setting.
    expect(new Set(open.map(({ rule }) => rule))).toEqual(new Set(['trigger']));
    expect(new Set(open.map(({ status }) => status))).toEqual(new Set(['changed']));
  });
});

test('only the keys that are named here change, beside primary keys', () => {
  const others = check.findings.filter(
    ({ rule, status, says }) => status !== 'holds' && /^(foreign )?key$/.test(rule) && !says.startsWith('primary key'),
  );
  expect(others.map(({ object }) => object)).toEqual([
    'chat_messages_session_id_id_key on public.chat_messages',
    'saved_answers_channel_id_user_id_session_id_fkey on public.saved_answers',
    'saved_answers_session_id_message_id_fkey on public.saved_answers',
    'transcript_chunks_transcript_id_chunk_index_key on public.transcript_chunks',
    'transcripts_video_id_key on public.transcripts',
    'videos_youtube_video_id_key on public.videos',
  ]);
});

test('the script distributes every table that is not local, and says what is lost and the way back', () => {
  const script = scriptOf(config.name, check);
  const placed = [...check.input.places].filter(([, { kind }]) => kind !== 'local').map(([id]) => id);
  for (const id of placed) {
    expect(script).toMatch(new RegExp(`^select create_(reference|distributed)_table\\('${RegExp.escape(id)}'`, 'm'));
    expect(script).toContain(`-- select undistribute_table('${id}');`);
  }
  for (const { instead } of distribution.settled) expect(script).toContain(instead);
});
