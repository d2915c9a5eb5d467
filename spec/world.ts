import type { WorldRow } from '../src/index.ts';
import { legacyApiWorld } from './legacy-api/world.ts';
import { people } from './people.ts';
import { PAST, states } from './states.ts';

/** An id of the world: never one that a real row has. */
const id = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

const publicChannel = id(0xc1);
const channel = id(0xc2);
const otherChannel = id(0xc3);
const publicVideo = id(0xd1);
const video = id(0xd2);
const otherVideo = id(0xd3);
const transcript = id(0xe1);
const chunk = id(0xf1);
const bareChunk = id(0xf2);
const session = id(0x51);
const message = id(0x61);
const answer = id(0x62);
const otherAnswer = id(0x63);
const plan = id(0x41);

const vector = (value: number): string => `[${Array<number>(1536).fill(value).join(',')}]`;

/** Somebody whose profile and usage row are gone. */
export const bareUser = id(0xa5);

const users: WorldRow[] = Object.entries({ ...people, bare: bareUser }).map(([name, userId]) => ({
  table: 'auth.users',
  values: { id: userId, email: `${name}@example.com`, ...(userId === bareUser ? { created_at: PAST } : {}) },
}));

const plans: WorldRow[] = [
  {
    table: 'public.plans',
    row: 'any',
    values: { id: plan, code: 'world', creators_limit: 2, videos_per_creator_limit: 10, messages_per_day_limit: 18 },
    insert: { code: 'new', creators_limit: 1000, videos_per_creator_limit: 1000, messages_per_day_limit: 1000 },
    update: { creators_limit: 1000 },
  },
];

/** What every new account gets from the database itself. */
const accounts: WorldRow[] = [
  { table: 'public.profiles', existing: 'removed', values: { id: bareUser } },
  { table: 'public.user_usage', existing: 'removed', values: { user_id: bareUser } },
  {
    table: 'public.profiles',
    row: "owner's",
    existing: true,
    values: { id: people.owner },
    insert: { id: bareUser, display_name: 'Another' },
    update: { display_name: 'Renamed' },
  },
  {
    table: 'public.user_roles',
    row: "owner's",
    existing: true,
    values: { user_id: people.owner, role: 'user' },
    insert: { user_id: people.owner, role: 'admin' },
    update: { role: 'admin' },
  },
  { table: 'public.user_roles', values: { id: id(0x12), user_id: people.moderator, role: 'moderator' } },
  { table: 'public.user_roles', values: { id: id(0x13), user_id: people.admin, role: 'admin' } },
  {
    table: 'public.user_usage',
    row: "owner's",
    existing: true,
    values: { user_id: people.owner },
    insert: { user_id: bareUser, plan_id: plan },
    update: { messages_sent_today: 0, creators_added: 1 },
  },
  {
    table: 'public.usage_daily',
    row: "owner's",
    values: { id: id(0x32), user_id: people.owner, day: '2020-01-01', messages_sent: 3 },
    insert: { user_id: people.owner, day: '2020-01-02', messages_sent: 0 },
    update: { messages_sent: 0 },
  },
];

const content: WorldRow[] = [
  {
    table: 'public.channels',
    row: 'public',
    values: {
      id: publicChannel,
      youtube_channel_id: 'UCworldpublic',
      channel_name: 'A public channel',
      channel_url: 'https://www.youtube.com/channel/UCworldpublic',
      public_slug: 'world-public',
    },
    insert: {
      youtube_channel_id: 'UCworldnewpublic',
      channel_name: 'New',
      channel_url: 'https://www.youtube.com/channel/UCworldnewpublic',
      public_slug: 'world-new',
    },
    update: { channel_name: 'Renamed' },
  },
  {
    table: 'public.channels',
    row: 'not public',
    values: {
      id: channel,
      youtube_channel_id: 'UCworld',
      channel_name: 'A channel',
      channel_url: 'https://www.youtube.com/channel/UCworld',
    },
    insert: {
      youtube_channel_id: 'UCworldnew',
      channel_name: 'New',
      channel_url: 'https://www.youtube.com/channel/UCworldnew',
    },
    update: { channel_name: 'Renamed' },
  },
  {
    table: 'public.channels',
    values: {
      id: otherChannel,
      youtube_channel_id: 'UCworldother',
      channel_name: 'One that nobody follows yet',
      channel_url: 'https://www.youtube.com/channel/UCworldother',
    },
  },
  {
    table: 'public.videos',
    row: 'of a public channel',
    values: { id: publicVideo, channel_id: publicChannel, youtube_video_id: 'worldpublic', title: 'A public video' },
    insert: { channel_id: publicChannel, youtube_video_id: 'worldnewpublic', title: 'New' },
    update: { title: 'Renamed' },
  },
  {
    table: 'public.videos',
    row: 'of another channel',
    values: { id: video, channel_id: channel, youtube_video_id: 'world', title: 'A video' },
    insert: { channel_id: channel, youtube_video_id: 'worldnew', title: 'New' },
    update: { title: 'Renamed' },
  },
  {
    table: 'public.videos',
    values: { id: otherVideo, channel_id: channel, youtube_video_id: 'worldother', title: 'One without a transcript' },
  },
  {
    table: 'public.transcripts',
    row: 'any',
    values: { id: transcript, channel_id: channel, video_id: video, full_text: 'What was said.' },
    insert: { channel_id: channel, video_id: otherVideo, full_text: 'New' },
    update: { full_text: 'Rewritten' },
  },
  {
    table: 'public.transcript_chunks',
    row: 'any',
    values: {
      id: chunk,
      channel_id: channel,
      video_id: video,
      transcript_id: transcript,
      chunk_index: 0,
      text: 'What',
    },
    insert: { channel_id: channel, video_id: video, transcript_id: transcript, chunk_index: 2, text: 'New' },
    update: { text: 'Rewritten' },
  },
  {
    table: 'public.transcript_chunks',
    values: {
      id: bareChunk,
      channel_id: channel,
      video_id: video,
      transcript_id: transcript,
      chunk_index: 1,
      text: 'was',
    },
  },
  {
    table: 'public.chunk_embeddings',
    row: 'any',
    values: { chunk_id: chunk, channel_id: channel, embedding: vector(0.5) },
    insert: { chunk_id: bareChunk, channel_id: channel, embedding: vector(0.5) },
    update: { embedding: vector(0.25) },
  },
];

const chat: WorldRow[] = [
  {
    table: 'public.user_creators',
    row: "owner's",
    // For long enough to publish it.
    values: { id: id(0x21), user_id: people.owner, channel_id: channel, added_at: PAST },
    insert: { user_id: people.owner, channel_id: otherChannel },
    update: { channel_id: otherChannel },
  },
  {
    table: 'public.chat_sessions',
    row: "owner's",
    values: { id: session, user_id: people.owner, channel_id: channel, title: 'A chat' },
    insert: { user_id: people.owner, channel_id: otherChannel },
    update: { title: 'Renamed' },
  },
  {
    table: 'public.chat_messages',
    row: "owner's",
    values: { id: message, user_id: people.owner, session_id: session, role: 'user', content: 'A question' },
    insert: { user_id: people.owner, session_id: session, role: 'user', content: 'Another question' },
    update: { content: 'Rewritten' },
  },
  {
    table: 'public.chat_messages',
    values: { id: answer, user_id: people.owner, session_id: session, role: 'assistant', content: 'An answer' },
  },
  {
    table: 'public.chat_messages',
    values: { id: otherAnswer, user_id: people.owner, session_id: session, role: 'assistant', content: 'Another one' },
  },
  {
    table: 'public.saved_answers',
    row: "owner's",
    values: {
      id: id(0x65),
      user_id: people.owner,
      channel_id: channel,
      session_id: session,
      message_id: answer,
      question: 'A question',
      content: 'An answer',
    },
    insert: {
      user_id: people.owner,
      channel_id: channel,
      session_id: session,
      message_id: otherAnswer,
      content: 'Another one',
    },
    update: { note: 'To be remembered' },
  },
  {
    table: 'public.voice_conversations',
    row: "owner's",
    values: { id: id(0x66), user_id: people.owner, channel_id: channel, duration_seconds: 60 },
    insert: { user_id: people.owner, channel_id: channel, transcript: [{ role: 'user', text: 'Hello' }] },
    update: { duration_seconds: 61 },
  },
];

const operations: WorldRow[] = [
  {
    table: 'public.public_chat_limits',
    row: 'any',
    values: { id: id(0x71), channel_id: publicChannel, identifier: 'a fingerprint', messages_today: 3 },
    insert: { channel_id: publicChannel, identifier: 'another fingerprint' },
    update: { messages_today: 0 },
  },
  {
    table: 'public.error_logs',
    row: 'any',
    values: { id: id(0x81), function_name: 'chat', message: 'It broke.' },
    insert: { function_name: 'chat', message: 'A made-up error.' },
    update: { message: 'Nothing happened.' },
  },
  {
    table: 'public.audit_log',
    row: 'any',
    values: { id: id(0x82), action: 'role_granted', table_name: 'public.user_roles', record_id: id(0x12) },
    insert: { action: 'role_granted', table_name: 'public.user_roles', record_id: id(0x13) },
    update: { action: 'role_revoked' },
  },
  {
    table: 'public.operation_locks',
    row: 'any',
    values: { id: id(0x83), lock_key: 'world', operation_type: 'ingestion', expires_at: '2100-01-01T00:00:00Z' },
    insert: { lock_key: 'another world', operation_type: 'ingestion', expires_at: '2100-01-01T00:00:00Z' },
    update: { metadata: { step: 2 } },
  },
  {
    table: 'public.request_idempotency',
    row: 'any',
    values: {
      id: id(0x84),
      operation_type: 'ingestion',
      idempotency_key: 'world',
      request_hash: 'a hash',
      locked_until: '2100-01-01T00:00:00Z',
    },
    insert: {
      operation_type: 'ingestion',
      idempotency_key: 'another world',
      request_hash: 'a hash',
      locked_until: '2100-01-01T00:00:00Z',
    },
    update: { status: 'failed', locked_until: null },
  },
  {
    table: 'public.request_idempotency',
    row: "owner's",
    values: {
      id: id(0x85),
      user_id: people.owner,
      begun_by: 'user',
      operation_type: 'chat',
      idempotency_key: 'world',
      request_hash: 'a hash',
      locked_until: '2100-01-01T00:00:00Z',
    },
    insert: {
      user_id: people.owner,
      operation_type: 'chat',
      idempotency_key: 'another world',
      request_hash: 'a hash',
      locked_until: '2100-01-01T00:00:00Z',
    },
    update: { status: 'failed', locked_until: null },
  },
  {
    table: 'private.quarantined_rows',
    row: 'any',
    values: {
      id: id(0x91),
      source_table: 'world',
      source_id: id(0x92),
      row_data: {},
      reason: 'parent missing',
      migration: 'world',
    },
    insert: { source_table: 'world', source_id: id(0x93), row_data: {}, reason: 'parent missing', migration: 'world' },
    update: { reason: 'none' },
  },
  {
    table: 'private.legacy_definitions',
    row: 'any',
    values: { id: id(0x97), place: 1, subject: 'a view', definition: 'create view …' },
    insert: { place: 2, subject: 'another view', removal: 'drop view …' },
    update: { subject: 'a table' },
  },
  {
    table: 'private.legacy_moves',
    row: 'any',
    values: { id: id(0x94), table_name: 'world', rows_in: 0, rows_carried: 0, rows_quarantined: 0 },
    insert: { table_name: 'another world', rows_in: 0, rows_carried: 0, rows_quarantined: 0 },
    update: { rows_in: 1, rows_carried: 1 },
  },
  {
    table: 'private.migration_notes',
    row: 'any',
    values: { id: id(0x95), migration: 'world', subject: 'a view', note: 'It was made again.' },
    insert: { migration: 'world', subject: 'another view', note: 'It was made again.' },
    update: { note: 'none' },
  },
  {
    table: 'private.slug_holders',
    row: 'any',
    values: { id: id(0x96), folded_slug: 'worid-gone', youtube_channel_id: 'UCworldgone', published_by: bareUser },
    insert: { folded_slug: 'another', youtube_channel_id: 'UCworldgone' },
    update: { youtube_channel_id: 'UCworld' },
  },
  {
    table: 'private.channel_takedowns',
    row: 'any',
    values: { id: id(0x97), youtube_channel_id: 'UCworldgone' },
    insert: { youtube_channel_id: 'UCworldnew' },
    update: { youtube_channel_id: 'UCworld' },
  },
  {
    table: 'private.user_row_counts',
    row: 'any',
    values: { id: id(0x98), user_id: people.owner, table_name: 'world', row_count: 1 },
    insert: { user_id: people.owner, table_name: 'another world', row_count: 0 },
    update: { row_count: 0 },
  },
];

/** The rows that every rule has to bite on, parents first. A class of rows in spec/access.ts is a `row` here. */
export const world: readonly WorldRow[] = [
  ...users,
  ...plans,
  ...accounts,
  ...content,
  ...chat,
  ...operations,
  ...states({ plan, bareUser, publicChannel }),
  ...legacyApiWorld,
];
