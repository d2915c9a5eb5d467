// What was set aside comes back when its parent does, whole and once; what can't stays, with what is in its way.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { account } from '../../src/accounting/account.ts';
import { readContents } from '../../src/catalog/contents.ts';
import { readStructure } from '../../src/catalog/structure.ts';
import type { QuarantinedRow, RestoreChoice } from '../../src/quarantine/model.ts';
import { restoreQuarantined } from '../../src/quarantine/restore.ts';
import { readSections } from '../../src/quarantine/sections.ts';
import { BASE } from '../spec/legacy/drift/base.ts';
import { id } from '../spec/legacy/drift/case.ts';
import { known } from '../spec/legacy/drift/known.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { legacyTemplate, migrate } from '../support/legacy.ts';

/** An orphan video with a chunk, sessions without user or channel with messages, and more follows than a plan allows. */
const ASIDE = `
  ${BASE};
  ${known['orphans of every kind']?.sql};
  insert into public.user_creators (user_id, channel_id) select ${id('gone')}, id from public.channels;
  insert into public.chat_sessions (id, channel_id, user_id) values (${id('session of gone')}, 'UCdrift', ${id('gone')});
  insert into public.chat_messages (id, session_id, role, content) values (${id('message of gone')}, ${id('session of gone')}, 'user', 'x');
  insert into public.user_usage (id, user_id, plan_type) values (${id('usage of gone')}, ${id('gone')}, 'pro');`;

const CHANNEL_IS_BACK = `insert into public.channels (youtube_channel_id, channel_name, channel_url) values ('UCgone', 'Back', 'u')`;
const USER_IS_BACK = `insert into auth.users (id, email) values (${id('gone')}, 'gone@example.com')`;

let template: Awaited<ReturnType<typeof legacyTemplate>>;
let migrated: TestDatabase;
let database: TestDatabase;
beforeAll(async () => {
  template = await legacyTemplate(ASIDE);
  migrated = await freshDatabase(template.name);
  await migrate(migrated);
  await migrated.client.end();
});
afterAll(async () => {
  await template?.drop();
  await migrated?.drop().catch(() => {});
});
beforeEach(async () => {
  database = await freshDatabase(new URL(migrated.url).pathname.slice(1));
});
afterEach(() => database?.drop());

test('nothing comes back while no parent does, and then nothing changes', async () => {
  const before = await everything();
  const { restored, left } = await restore();
  expect(restored).toEqual([]);
  expect(left.length).toBeGreaterThan(15);
  expect(await everything()).toEqual(before);
});

test('a channel that is back brings its videos, their chunks and embeddings, its sessions, messages and limits', async () => {
  await database.client.query(CHANNEL_IS_BACK);
  const { restored, left } = await restore();
  expect(await names(restored)).toEqual([
    'chunk of orphan',
    'limit of nothing',
    'message of nothing',
    'orphan video',
    'session of nothing',
  ]);
  expect(left).not.toContainEqual(expect.objectContaining({ source: 'legacy.public_chat_limits' }));
  await accounted();
  const { rows } = await database.client.query(
    `select chunk_count from public.channels where youtube_channel_id = 'UCgone'`,
  );
  expect(rows).toEqual([{ chunk_count: 1 }]);
  expect((await restore()).restored).toEqual([]);
});

test('a user who is back has sessions, messages, and more follows than the plan allows; what they were given anew stays', async () => {
  await database.client.query(USER_IS_BACK);
  const { restored, left } = await restore();
  expect(await names(restored)).toEqual(expect.arrayContaining(['message of gone', 'session of gone']));
  const follows = restored.filter(({ source }) => source === 'legacy.user_creators');
  expect(follows.length).toBeGreaterThan(2);
  expect(left).toContainEqual({ source: 'legacy.user_usage', id: await uuid('usage of gone'), reason: 'duplicate' });
  const { rows } = await database.client.query(
    `select creators_added as added, (select tgenabled::text from pg_trigger where tgname = 'count_added_creators') as enabled
     from public.user_usage where user_id = ${id('gone')}`,
  );
  expect(rows).toEqual([{ added: follows.length, enabled: 'O' }]);
  const { rows: counts } = await database.client.query(
    `select
       (select row_count::int from private.user_row_counts where user_id = ${id('gone')} and table_name = 'chat_sessions')
         = (select count(*)::int from public.chat_sessions where user_id = ${id('gone')}) as sessions,
       (select row_count::int from private.user_row_counts where user_id = ${id('gone')} and table_name = 'chat_messages')
         = (select count(*)::int from public.chat_messages where user_id = ${id('gone')}) as messages,
       (select count(*)::int from pg_trigger where tgenabled <> 'O' and not tgisinternal) as disabled`,
  );
  expect(counts).toEqual([{ sessions: true, messages: true, disabled: 0 }]);
  await accounted();
});

test.each<[string, RestoreChoice, string[]]>([
  ['a table', { table: 'videos' }, ['chunk of orphan', 'orphan video']],
  ['a table, with its schema', { table: 'legacy.chat_sessions' }, ['message of nothing', 'session of nothing']],
  ['a reason', { reason: 'orphan-video' }, []],
])('of %s only those come back that were asked for, and those that wait for them', async (_, choice, expected) => {
  await database.client.query(CHANNEL_IS_BACK);
  const { restored, left } = await restore(choice);
  expect(await names(restored)).toEqual(expected);
  expect(
    left.every(({ source, reason }) => (choice.table ? source.endsWith(choice.table) : reason === choice.reason)),
  ).toBe(true);
});

test('the old tables are not needed for it', async () => {
  await database.client.query(`drop schema legacy cascade; ${CHANNEL_IS_BACK}`);
  expect(await names((await restore()).restored)).toContain('orphan video');
});

test('a dry run says the same and changes nothing', async () => {
  await database.client.query(CHANNEL_IS_BACK);
  const before = await everything();
  const dry = await restore({}, false);
  expect(await everything()).toEqual(before);
  expect(await restore()).toEqual(dry);
});

test('as a command: what is left makes it exit with 1, and nothing left with 0', async () => {
  await database.client.query(CHANNEL_IS_BACK);
  const dry = await rolecall('--table', 'videos', '--dry-run');
  expect(dry.output).toMatch(
    /legacy\.transcript_chunks +1 restored, 0 still quarantined\n.*legacy\.videos +1 restored, [01] still quarantined/,
  );
  expect(dry.output).toMatch(/database is unchanged/);
  const limits = await rolecall('--table', 'public_chat_limits', '--format', 'json');
  expect({ ...limits, output: JSON.parse(limits.output) }).toMatchObject({
    code: 0,
    output: { restored: [{ source: 'legacy.public_chat_limits' }], left: [], kept: true },
  });
  const again = await rolecall('--table', 'user_usage');
  expect(again).toMatchObject({ code: 1, output: expect.stringContaining('orphan-user') });
});

test('where no migration ran, or something is in the way, it says so', async () => {
  await database.client.query('create schema restoring');
  await expect(restore()).rejects.toThrow(
    'Schema restoring exists already, and this command creates one of that name. Rename it, and try again.',
  );
  await database.client.query('drop schema restoring; drop table private.quarantined_rows');
  await expect(restore()).rejects.toThrow('The database has no table private.quarantined_rows.');
});

async function restore(choice: RestoreChoice = {}, keep = true) {
  const { legacy } = config;
  if (!legacy?.restore) throw new Error('The configuration does not declare how rows are restored.');
  const sections = await readSections(legacy.restore);
  return restoreQuarantined(database.client, legacy.quarantine, legacy.restore, sections, choice, keep);
}

async function rolecall(...args: string[]): Promise<{ code: number; output: string }> {
  const env = { ...process.env, NO_COLOR: '1', DATABASE_URL: database.url };
  const command = ['bin/rolecall.js', 'restore-quarantined', ...args];
  return promisify(execFile)(process.execPath, command, { env }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
}

async function everything(): Promise<unknown> {
  const { client } = database;
  const aside = await readContents(client);
  return [await readStructure(client), [...aside].map(([table, rows]) => [table, [...rows]])];
}

async function accounted(): Promise<void> {
  const { legacy } = config;
  if (!legacy) throw new Error('There is no mapping.');
  const { expectedNewRows: _, ...declared } = legacy;
  expect((await account(database.client, declared)).findings.deviations).toEqual([]);
}

/** Of the rows that have one here. */
async function names(rows: readonly QuarantinedRow[]): Promise<string[]> {
  const known = new Map(await Promise.all(NAMES.map(async (name) => [await uuid(name), name] as const)));
  return rows.flatMap((row) => known.get(row.id) ?? []).sort();
}

const NAMES = [
  'orphan video',
  'chunk of orphan',
  'session of nothing',
  'message of nothing',
  'limit of nothing',
].concat([
  'session of gone',
  'message of gone',
  'orphan chunk',
  'orphan message',
  'session of nobody',
  'follow of nothing',
]);

async function uuid(name: string): Promise<string> {
  const { rows } = await database.client.query<{ id: string }>('select md5($1)::uuid as id', [name]);
  return rows[0]?.id ?? '';
}
