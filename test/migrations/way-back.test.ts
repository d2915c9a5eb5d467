import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { readContents } from '../../src/catalog/contents.ts';
import { readStructure } from '../../src/catalog/structure.ts';
import { readBefore, readWayBack, tryWayBack, wayBackText } from '../../src/migrations/way-back.ts';
import { additions } from '../spec/legacy/drift/additions.ts';
import { BASE } from '../spec/legacy/drift/base.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { legacyTemplate, migrate } from '../support/legacy.ts';

const files = config.legacy?.wayBack ?? { conditions: '', script: '' };

let template: Awaited<ReturnType<typeof legacyTemplate>>;
beforeAll(async () => {
  template = await legacyTemplate(BASE);
});
afterAll(() => template?.drop());

const open: TestDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

async function oldDatabase(sql: string): Promise<TestDatabase> {
  const database = await freshDatabase(template.name);
  open.push(database);
  await database.client.query(sql);
  return database;
}

/** Values that the new tables have more of than the old ones allow. */
const ALWAYS = [
  'constraint channels_ingestion_status_check of public.channels',
  'constraint user_usage_plan_type_check of public.user_usage',
];

test('before the move: the way back is open, and values that only the new tables know are named', async () => {
  const { client } = await oldDatabase('');
  const notes = await readWayBack(client, files);
  expect(notes.map(({ subject, closes }) => [subject, closes])).toEqual(ALWAYS.map((subject) => [subject, false]));
  expect(wayBackText(notes, files)).toMatch(/^The way back is open: online\/back.sql brings the old database back/);
});

test('before the move: what somebody added and a later row can break is named, each with what becomes of it', async () => {
  const { client } = await oldDatabase(
    Object.values(additions)
      .map(({ sql }) => sql)
      .join(';\n'),
  );
  const notes = await readWayBack(client, files);
  expect(
    notes.map(({ subject, note }) => `${subject} ${/check that holds|is empty|NOT VALID|unique/.exec(note)}`),
  ).toEqual([
    'column public.channels.code is empty',
    'column public.channels.mood is empty',
    'column public.channels.tags is empty',
    'column public.chat_messages.extra is empty',
    'column public.chat_messages.seen_at is empty',
    'column public.chat_messages.short is empty',
    'column public.chat_sessions.number check that holds',
    'column public.error_logs.nonempty is empty',
    'column public.user_creators.tenant check that holds',
    `${ALWAYS[0]} NOT VALID`,
    'constraint error_logs_nonempty_check of public.error_logs NOT VALID',
    'constraint named of public.channels NOT VALID',
    'constraint never_since of public.chat_messages NOT VALID',
    `${ALWAYS[1]} NOT VALID`,
    'index public.chat_sessions_number_key unique',
    'index public.one_error_since unique',
    'index public.user_usage_number_key unique',
  ]);
});

test('before the move: a schema in the way closes the way back, and that is said first', async () => {
  const { client } = await oldDatabase('create schema redesign');
  const text = wayBackText(await readWayBack(client, files), files).split('\n');
  expect(text[0]).toMatch(/^The way back is CLOSED/);
  expect(text[1]).toMatch(/schema redesign: It exists already/);
});

test('after the move: the way back is tried, and changes nothing', async () => {
  const database = await oldDatabase('');
  const { client } = database;
  const before = await readBefore(client);
  await migrate(database);
  const state = async () => [await readStructure(client), [...(await readContents(client))]];
  const moved = await state();
  expect(await tryWayBack(client, files, before)).toEqual({
    failure: null,
    warnings: [],
    objects: before.length,
    unlike: [],
  });
  expect(await state()).toEqual(moved);
});

test('after the move: a way back that is closed says why, and what is not as before is named', async () => {
  const database = await oldDatabase('');
  const { client } = database;
  const before = await readBefore(client);
  await migrate(database);
  await client.query(
    `update private.legacy_definitions set definition = 'select no' where subject = 'policy "Anyone can view videos" on public.videos'`,
  );
  const { unlike, warnings } = await tryWayBack(client, files, before);
  expect(unlike).toEqual(['policy "Anyone can view videos" on public.videos']);
  expect(warnings).toEqual([
    expect.stringMatching(/^policy "Anyone can view videos" .* It was not made again \(column "no"/),
  ]);
  await client.query('drop schema legacy_api cascade');
  const { failure } = await tryWayBack(client, files, before);
  expect(failure).toMatch(/^There is no way back: legacy_api\.channels, .* is gone\.$/);
});
