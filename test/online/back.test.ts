import { readFile } from 'node:fs/promises';
import { afterEach, expect } from '@jest/globals';
import type pg from 'pg';
import { online } from '../../spec/online.ts';
import { account } from '../../src/accounting/account.ts';
import { BASE } from '../spec/legacy/drift/base.ts';
import { keys } from '../spec/legacy/drift/keys.ts';
import { known } from '../spec/legacy/drift/known.ts';
import { unknown } from '../spec/legacy/drift/unknown.ts';
import { freshDatabase, onRealServer, type TestDatabase } from '../support/databases.ts';
import { legacyTemplate } from '../support/legacy.ts';
import { GRAPHILE_MIGRATE, legacy, legacyDatabase, migrateInWindow } from './support.ts';

const open: TestDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

/** Written after the switch: by the new build, and by the old one through legacy_api. */
const SINCE = [
  `insert into public.chat_messages (id, user_id, session_id, role, content)
   select '00000000-0000-4000-8000-000000000011', user_id, id, 'user', 'since' from public.chat_sessions order by id limit 1`,
  `insert into legacy_api.chat_messages (id, session_id, role, content)
   select '00000000-0000-4000-8000-000000000012', id, 'user', 'since' from legacy_api.chat_sessions order by id limit 1`,
  "update public.channels set channel_name = 'since' where youtube_channel_id = (select min(youtube_channel_id) from public.channels)",
  'delete from public.videos where youtube_video_id = (select min(youtube_video_id) from public.videos)',
  "insert into public.error_logs (id, function_name, message) values ('00000000-0000-4000-8000-000000000013', 'chat', 'since')",
];

/** What the old app sees of it. */
const SEEN = [
  ["select content as seen from public.chat_messages where id = '00000000-0000-4000-8000-000000000011'", ['since']],
  ["select content as seen from public.chat_messages where id = '00000000-0000-4000-8000-000000000012'", ['since']],
  ['select channel_name as seen from public.channels order by channel_id collate "default" limit 1', ['since']],
  ["select error_message as seen from public.error_logs where id = '00000000-0000-4000-8000-000000000013'", ['since']],
] as const;

onRealServer.each(Object.entries({ known, keys, unknown }))(
  'a database with every drift of its kind (%s) comes back with every row that it had, and goes forward again',
  async (_, drifts) => {
    const template = await legacyTemplate(BASE);
    const database = await freshDatabase(template.name);
    open.push(database, { ...database, drop: template.drop });
    const { client } = database;
    for (const { sql } of Object.values(drifts)) await client.query(sql);
    await client.query(GRAPHILE_MIGRATE);
    const before = await idsIn(client);
    await migrateInWindow(database);
    await client.query(`begin; ${await readFile('migrations/online/back.sql', 'utf8')}; commit`);
    expect(await idsIn(client)).toEqual(before);
    await client.query('drop schema redesign cascade; drop schema legacy_api, private, legacy cascade');
    await migrateInWindow(database);
    expect((await account(client, legacy)).differences).toEqual([]);
  },
);

async function idsIn(client: pg.Client): Promise<Record<string, string[]>> {
  const ids: Record<string, string[]> = {};
  for (const [table, { optional }] of Object.entries(online.tables)) {
    // Whoever had no line of usage was given one.
    const made = online.targets.find((target) => target.table === `public.${table}`)?.naturalKey;
    if (optional || made) continue;
    const { rows } = await client.query<{ id: string }>(`select id::text from public.${table} order by 1`);
    ids[table] = rows.map(({ id }) => id);
  }
  return ids;
}

const chunks = 'select id, embedding::text from public.transcript_chunks where embedding is not null order by id';

onRealServer(
  'after the switch there is a way back to the old tables, with what was written since, and forward again',
  async () => {
    const database = await legacyDatabase();
    open.push(database);
    const { client } = database;
    const before = await client.query(chunks);
    const { rows: orphans } = await client.query('select count(*)::int as rows from public.chat_messages');
    await migrateInWindow(database);
    for (const sql of SINCE) await client.query(sql);
    await client.query(`begin; ${await readFile('migrations/online/back.sql', 'utf8')}; commit`);

    for (const [sql, expected] of SEEN) {
      const { rows } = await client.query<{ seen: string }>(sql);
      expect(rows.map(({ seen }) => seen)).toEqual(expected);
    }
    const { rows: messages } = await client.query('select count(*)::int as rows from public.chat_messages');
    expect(messages[0].rows).toBe(orphans[0].rows + 2);
    const embeddings = new Map(before.rows.map(({ id, embedding }) => [id, embedding]));
    const { rows: after } = await client.query(chunks);
    expect(after.length).toBeGreaterThan(0);
    expect(after.filter(({ id, embedding }) => embeddings.get(id) !== embedding)).toEqual([]);
    const { rows: session } = await client.query(
      'select id, user_id from public.chat_sessions order by created_at limit 1',
    );
    await client.query('begin; set local role authenticated');
    await client.query("select set_config('request.jwt.claims', $1, true)", [
      JSON.stringify({ sub: session[0].user_id }),
    ]);
    await client.query("insert into public.chat_messages (session_id, role, content) values ($1, 'user', 'as ever')", [
      session[0].id,
    ]);
    await client.query('commit');

    await client.query('drop schema redesign cascade; drop schema legacy_api, private, legacy cascade');
    await migrateInWindow(database);
    const { findings } = await account(client, legacy);
    expect(findings.deviations).toEqual([]);
  },
);
