import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import type pg from 'pg';
import { online } from '../../spec/online.ts';
import { account } from '../../src/accounting/account.ts';
import { readStructure } from '../../src/catalog/structure.ts';
import { additions } from '../spec/legacy/drift/additions.ts';
import { BASE } from '../spec/legacy/drift/base.ts';
import { id } from '../spec/legacy/drift/case.ts';
import { keys } from '../spec/legacy/drift/keys.ts';
import { known } from '../spec/legacy/drift/known.ts';
import { unknown } from '../spec/legacy/drift/unknown.ts';
import { narrower, values } from '../spec/legacy/drift/values.ts';
import { freshDatabase, onRealServer, type TestDatabase } from '../support/databases.ts';
import { legacyTemplate } from '../support/legacy.ts';
import { GRAPHILE_MIGRATE, legacy, legacyDatabase, migrateInWindow } from './support.ts';

let template: Awaited<ReturnType<typeof legacyTemplate>>;
beforeAll(async () => {
  template = await legacyTemplate(BASE);
});
afterAll(() => template?.drop());

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

/** A row in each old table, for an account that is new too; and a channel goes, with all that belongs to it. */
const MORE = [
  `insert into auth.users (id, email) values (${id('newcomer')}, 'newcomer@example.com')`,
  `insert into public.channels (id, youtube_channel_id, channel_name, channel_url) values
     (${id('new channel')}, 'UCnew', 'New', 'https://www.youtube.com/channel/UCnew')`,
  `insert into public.videos (id, channel_id, youtube_video_id, title) values (${id('new video')}, ${id('new channel')}, 'vnew', 'New')`,
  `insert into legacy_api.transcript_chunks (id, video_id, channel_id, chunk_index, text, embedding) values
     (${id('new chunk')}, 'vnew', 'UCnew', 0, 'New', array_fill(0.1, array[1536])::extensions.vector)`,
  `insert into public.user_creators (id, user_id, channel_id) values (${id('new follow')}, ${id('newcomer')}, ${id('new channel')})`,
  `insert into public.chat_sessions (id, user_id, channel_id) values (${id('new session')}, ${id('newcomer')}, ${id('new channel')})`,
  `insert into public.chat_messages (id, user_id, session_id, role, content) values
     (${id('new message')}, ${id('newcomer')}, ${id('new session')}, 'user', 'New')`,
  `insert into public.public_chat_limits (id, channel_id, identifier) values (${id('new limit')}, ${id('new channel')}, 'new')`,
  `insert into public.error_logs (id, function_name, message) values (${id('same error')}, 'chat', 'since')`,
  `delete from public.channels where id = ${id('quiet')}`,
];

const NEW_ROWS = `
  select 'channels ' || channel_name as row from public.channels where id = ${id('new channel')}
  union all select 'videos ' || channel_id from public.videos where id = ${id('new video')}
  union all select 'transcript_chunks ' || (embedding is not null) from public.transcript_chunks where id = ${id('new chunk')}
  union all select 'user_creators ' || (channel_id = ${id('new channel')}) from public.user_creators where id = ${id('new follow')}
  union all select 'chat_sessions ' || channel_id from public.chat_sessions where id = ${id('new session')}
  union all select 'chat_messages ' || content from public.chat_messages where id = ${id('new message')}
  union all select 'user_usage ' || plan_type from public.user_usage where user_id = ${id('newcomer')}
  union all select 'public_chat_limits ' || channel_id from public.public_chat_limits where id = ${id('new limit')}
  union all select 'a channel that went' from public.channels where id = ${id('quiet')}
  order by 1`;

/** What the old app sees of it. */
const SEEN = [
  ["select content as seen from public.chat_messages where id = '00000000-0000-4000-8000-000000000011'", ['since']],
  ["select content as seen from public.chat_messages where id = '00000000-0000-4000-8000-000000000012'", ['since']],
  ['select channel_name as seen from public.channels order by channel_id collate "default" limit 1', ['since']],
  ["select error_message as seen from public.error_logs where id = '00000000-0000-4000-8000-000000000013'", ['since']],
] as const;

const drifts = { ...values, ...known, ...narrower, ...unknown, ...keys, ...additions };

/** What a row that is written since breaks is not as it was, and is said. */
const BROKEN: Readonly<Record<string, { readonly differs: RegExp; readonly says: readonly RegExp[] }>> = {
  'NOT NULL columns without a default': {
    differs: /^constraint error_logs_nonempty_check/,
    says: [
      /rows of public\.channels: In the 1 that are new, code is '0', mood is 'calm', tags is '{}'/,
      /rows of public\.chat_messages: In the 3 that are new, seen_at is 'epoch', short is '0', extra is '{}'/,
      /rows of public\.error_logs: In the \d that are new, nonempty is ''/,
      /constraint error_logs_nonempty_check of legacy\.error_logs: .* it holds for rows to come only/,
    ],
  },
  'NOT NULL columns that are a key or a reference, and one that has a default': {
    differs: /chat_sessions.number|user_creators.tenant/,
    says: [/CHECK \(number IS NOT NULL\)/, /CHECK \(tenant IS NOT NULL\)/],
  },
  'defaults, checks and indexes that what is written since breaks': {
    differs: /^constraint (named|never_since) /,
    says: [
      /constraint named of legacy\.channels: /,
      /constraint never_since of legacy\.chat_messages: /,
      /row \S+ of public\.error_logs: It was not written: duplicate key .* "one_error_since"\. It is in redesign\.error_logs/,
    ],
  },
};
const allBroken = {
  differs: new RegExp(
    Object.values(BROKEN)
      .flatMap(({ differs }) => differs.source)
      .join('|'),
  ),
  says: Object.values(BROKEN).flatMap(({ says }) => says),
};

describe('going back, with rows written since, brings back every row and the catalogs as they were', () => {
  for (const [name, { sql }] of Object.entries(drifts)) onRealServer(name, () => comesBack(sql, BROKEN[name]), 60_000);
  onRealServer('all of them at once', () =>
    comesBack(
      Object.values(drifts)
        .map(({ sql }) => sql)
        .join(';\n'),
      allBroken,
    ),
  );
});

async function comesBack(
  sql: string,
  { differs, says }: { readonly differs: RegExp; readonly says: readonly RegExp[] } = { differs: /^$/, says: [] },
): Promise<void> {
  const database = await freshDatabase(template.name);
  open.push(database);
  const { client } = database;
  await client.query(sql);
  await client.query(GRAPHILE_MIGRATE);
  const [structure, ids] = [await structureOf(client), await idsIn(client)];
  await migrateInWindow(database);
  for (const statement of [...SINCE, ...MORE]) await client.query(statement);
  const expected = new Map<string, Awaited<ReturnType<typeof goneSince>>>();
  for (const table of ids.keys()) expected.set(table, await goneSince(client, table));
  const warnings = await goBack(client);

  const now = await structureOf(client);
  const unlike = (one: typeof now, other: typeof now) =>
    [...one].filter(([object, definition]) => other.get(object) !== definition && !differs.test(object));
  expect({ lost: unlike(structure, now), added: unlike(now, structure) }).toEqual({ lost: [], added: [] });
  for (const words of says) expect(warnings.join('\n')).toMatch(words);
  if (says.length === 0) expect(warnings).toEqual([]);
  const { rows } = await client.query<{ row: string }>(NEW_ROWS);
  expect(rows.map(({ row }) => row)).toEqual([
    'channels New',
    'chat_messages New',
    'chat_sessions UCnew',
    'public_chat_limits UCnew',
    'transcript_chunks true',
    'user_creators true',
    'user_usage free',
    'videos UCnew',
  ]);
  const kept = await idsIn(client);
  for (const [table, before] of ids) {
    const { gone, withChannel } = expected.get(table) ?? { gone: [], withChannel: [] };
    const lost = before.filter((one) => !kept.get(table)?.includes(one) && !withChannel.includes(one));
    expect([table, lost]).toEqual([table, gone]);
  }
}

/** The old rows that were carried and are in no new table any more, and those that were set aside and may go with their channel. */
async function goneSince(client: pg.Client, table: string): Promise<{ gone: string[]; withChannel: string[] }> {
  const aside = `select source_id from private.quarantined_rows where source_table = 'legacy.${table}'`;
  const { rows } = await client.query<{ gone: string[]; withChannel: string[] }>(
    `select array(select id::text from legacy.${table} where id not in (select id from legacy_api.${table})
                    and id not in (${aside}) order by 1) as gone,
            array(select source_id::text from (${aside} and row_data ->> 'channel_id' in ('UCquiet', ${id('quiet')}::text)) q) as "withChannel"`,
  );
  return rows[0] ?? { gone: [], withChannel: [] };
}

describe('a database with every drift of its kind comes back with every row that it had, and goes forward again', () => {
  for (const [kind, group] of Object.entries({ known, keys, unknown, additions, values }))
    onRealServer(kind, async () => {
      const database = await freshDatabase(template.name);
      open.push(database);
      const { client } = database;
      for (const { sql } of Object.values(group)) await client.query(sql);
      await client.query(GRAPHILE_MIGRATE);
      const before = await idsIn(client);
      await migrateInWindow(database);
      expect(await goBack(client)).toEqual([]);
      expect(await idsIn(client)).toEqual(before);
      await forgetTheMove(client);
      await migrateInWindow(database);
      const columns = Object.values(group).flatMap((drift) => drift.columns ?? []);
      const { findings } = await account(client, legacy);
      expect(findings.deviations.map(({ where }) => where).sort()).toEqual(columns.sort());
    });
});

/** @returns the warnings */
async function goBack(client: pg.Client): Promise<string[]> {
  const warnings: string[] = [];
  const listen = ({
    severity,
    message = '',
  }: {
    severity?: string | undefined;
    message?: string | undefined;
  }): void => {
    // Of servers that replicate nothing.
    if (severity === 'WARNING' && !message.startsWith('wal_level')) warnings.push(message);
  };
  client.on('notice', listen);
  await client.query(`begin; ${await readFile('migrations/online/back.sql', 'utf8')}; commit`);
  client.off('notice', listen);
  const { rows } = await client.query<{ note: string }>(
    `select subject || ': ' || note as note from redesign.not_as_before`,
  );
  expect(rows.map(({ note }) => note).sort()).toEqual(warnings.toSorted());
  return warnings;
}

async function forgetTheMove(client: pg.Client): Promise<void> {
  await client.query('drop schema redesign cascade; drop schema legacy_api, private, legacy cascade');
}

/** Every object but those of the migrations. An access list that says what is so without it is none. */
async function structureOf(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const lines = await readStructure(client);
  return new Map(
    lines
      .filter(({ object }) => !/\b(redesign|private|legacy_api)\b|^schema legacy$/.test(object))
      .map(({ object, definition }) => [object, definition.replaceAll(/ acl \{"?postgres=\w+\/postgres"?\}/g, ' acl')]),
  );
}

async function idsIn(client: pg.Client): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = new Map<string, string[]>();
  for (const [table, { optional }] of Object.entries(online.tables)) {
    // Whoever had no line of usage was given one.
    const made = online.targets.find((target) => target.table === `public.${table}`)?.naturalKey;
    if (optional || made) continue;
    const { rows } = await client.query<{ id: string }>(`select id::text from public.${table} order by 1`);
    ids.set(
      table,
      rows.map((row) => row.id),
    );
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
    await goBack(client);

    for (const [sql, expected] of SEEN) {
      const { rows } = await client.query<{ seen: string }>(sql);
      expect(rows.map(({ seen }) => seen)).toEqual(expected);
    }
    const { rows: messages } = await client.query('select count(*)::int as rows from public.chat_messages');
    expect(messages[0].rows).toBe(orphans[0].rows + 2);
    const embeddings = new Map(before.rows.map((row) => [row.id, row.embedding]));
    const { rows: after } = await client.query(chunks);
    expect(after.length).toBeGreaterThan(0);
    expect(after.filter((row) => embeddings.get(row.id) !== row.embedding)).toEqual([]);
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

    await forgetTheMove(client);
    await migrateInWindow(database);
    const { findings } = await account(client, legacy);
    expect(findings.deviations).toEqual([]);
  },
);
