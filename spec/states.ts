import type { WorldRow } from '../src/index.ts';
import { people } from './people.ts';

/** An id of the world, after those of spec/world.ts. */
const id = (number: number): string => `00000000-0000-4000-8000-${(0x1000 + number).toString(16).padStart(12, '0')}`;

/** The UTC day so many days ago. */
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

export const [PAST, FUTURE] = ['2020-01-01T00:00:00Z', '2100-01-01T00:00:00Z'];

/** An error of that moment. */
export const ERROR_OF_THE_PAST = id(0x56);

/** Rows of the world that are of no class: what functions tell apart in tables whose classes spec/world.ts has. */
export interface Places {
  readonly plan: string;
  readonly bareUser: string;
  readonly publicChannel: string;
}

/** A channel whose page a moderator took down, and one of which all is taken in. */
const [takenDown, takenIn] = [id(0xc4), id(0xc5)];

const request = (number: number, key: string, values: WorldRow['values']): WorldRow => ({
  table: 'public.request_idempotency',
  values: {
    id: id(number),
    user_id: people.owner,
    begun_by: 'user',
    operation_type: 'chat',
    idempotency_key: key,
    request_hash: 'a hash',
    expires_at: FUTURE,
    ...values,
  },
});

/** Requests that are begun again, answered again, or neither; by the owner, and the same by the service for the owner. */
const begunByOwner: WorldRow[] = [
  request(7, 'done', { operation_type: 'asking', status: 'completed', response: { answer: 3 }, completed_at: PAST }),
  request(1, 'done', { status: 'completed', response: { answer: 1 }, completed_at: PAST }),
  request(2, 'given up', { status: 'failed', completed_at: PAST }),
  request(3, 'lapsed', { locked_until: PAST }),
  request(4, 'long ago', { status: 'completed', response: { answer: 2 }, completed_at: PAST, expires_at: PAST }),
  request(5, 'long ago, and still held', { locked_until: FUTURE, expires_at: PAST }),
  request(6, 'long ago, and lapsed', { locked_until: PAST, expires_at: PAST }),
];
const requests: WorldRow[] = [
  ...begunByOwner,
  ...begunByOwner.map(({ table, values }, index) => ({
    table,
    values: { ...values, id: id(0x80 + index), begun_by: 'service' },
  })),
];

/** An account's usage row as it is after some days. */
const usage = (user: string, number: number, values: WorldRow['values']): WorldRow[] => [
  { table: 'public.user_usage', existing: 'removed', values: { user_id: user } },
  // As of before the move: no days are counted for it.
  { table: 'public.user_usage', values: { id: id(number), user_id: user, created_at: PAST, ...values } },
];

/** At the limit of 18 questions, below it, and far above it on an earlier day with a plan that is over. */
const counted = ({ plan, bareUser }: Places): WorldRow[] => [
  ...usage(people.moderator, 0x11, {
    plan_id: plan,
    plan_expires_at: FUTURE,
    messages_sent_today: 18,
    messages_sent_total: 40,
  }),
  ...usage(people.admin, 0x12, { plan_id: plan, messages_sent_today: 17, messages_sent_total: 17, videos_indexed: 2 }),
  ...usage(people.stranger, 0x13, {
    plan_id: plan,
    plan_started_at: '2019-01-01T00:00:00Z',
    plan_expires_at: PAST,
    messages_sent_today: 900,
    usage_date: '2020-01-01',
    messages_sent_total: 1000,
  }),
  { table: 'public.usage_daily', values: { id: id(0x14), user_id: people.stranger, day: 'today', messages_sent: 2 } },
  ...[1, 6, 7, 8, 29, 30].map((days, index) => ({
    table: 'public.usage_daily',
    values: { id: id(0x60 + index), user_id: people.admin, day: daysAgo(days), messages_sent: 2 ** index },
  })),
  // Of somebody who asked on that day alone.
  { table: 'public.usage_daily', values: { id: id(0x68), user_id: bareUser, day: daysAgo(7), messages_sent: 1 } },
];

/** Extraction that waits, is at work, lapsed once or once too often, or is over: a video each, of that channel. */
const extraction: WorldRow[] = (
  [
    ['waits', {}],
    ['waits for later', { next_retry_at: FUTURE, retry_count: 1 }],
    ['is due for the last time', { next_retry_at: PAST, retry_count: 4 }],
    ['is at work', { extraction_status: 'processing', next_retry_at: FUTURE, retry_count: 4 }],
    ['lapsed', { extraction_status: 'processing', next_retry_at: PAST, retry_count: 3 }],
    ['lapsed too often', { extraction_status: 'processing', next_retry_at: PAST, retry_count: 4 }],
    ['failed', { extraction_status: 'failed', retry_count: 5 }],
    ['is over', { extraction_status: 'completed', full_text: 'All of it.' }],
  ] as const
).flatMap(([title, values], index): WorldRow[] => [
  {
    table: 'public.videos',
    values: { id: id(0x20 + index), channel_id: takenDown, youtube_video_id: `worldstate${index}`, title },
  },
  {
    table: 'public.transcripts',
    values: { id: id(0x30 + index), channel_id: takenDown, video_id: id(0x20 + index), ...values },
  },
]);

/** A page that was taken down, and somebody who follows the channel. */
const takedown: WorldRow[] = [
  {
    table: 'public.channels',
    values: {
      id: takenDown,
      youtube_channel_id: 'UCworldtaken',
      channel_name: 'One whose page was taken down',
      channel_url: 'https://www.youtube.com/channel/UCworldtaken',
      // Before the move, so that no entry says that it was published.
      created_at: PAST,
    },
  },
  {
    table: 'public.user_creators',
    values: { id: id(0x41), user_id: people.stranger, channel_id: takenDown, added_at: PAST },
  },
  {
    table: 'public.channels',
    values: {
      id: takenIn,
      youtube_channel_id: 'UCworldtakenin',
      channel_name: 'One of which all is taken in',
      channel_url: 'https://www.youtube.com/channel/UCworldtakenin',
      ingestion_status: 'completed',
    },
  },
  {
    table: 'public.videos',
    values: { id: id(0x43), channel_id: takenIn, youtube_video_id: 'worldtakenin', title: 'Its only video' },
  },
  {
    table: 'public.transcripts',
    values: { id: id(0x44), channel_id: takenIn, video_id: id(0x43), extraction_status: 'completed' },
  },
  // As many as the plan lets the moderator follow.
  ...[takenDown, takenIn].map((channel, index) => ({
    table: 'public.user_creators',
    values: { id: id(0x45 + index), user_id: people.moderator, channel_id: channel },
  })),
  { table: 'private.channel_takedowns', values: { id: id(0x42), youtube_channel_id: 'UCworldtaken' } },
];

/** Counts, locks and errors that are over, others that are somebody's, and what goes to another user. */
const others = ({ publicChannel }: Places): WorldRow[] => [
  {
    table: 'public.voice_conversations',
    values: { id: id(0x50), user_id: people.owner, channel_id: publicChannel },
    update: { user_id: people.moderator },
  },
  {
    table: 'public.public_chat_limits',
    values: { id: id(0x51), channel_id: publicChannel, identifier: 'asked once', messages_today: 1 },
  },
  {
    table: 'public.public_chat_limits',
    values: {
      id: id(0x52),
      channel_id: publicChannel,
      identifier: 'asked long ago',
      messages_today: 900,
      usage_date: '2020-01-01',
    },
  },
  {
    table: 'public.operation_locks',
    values: {
      id: id(0x53),
      lock_key: 'world over',
      operation_type: 'ingestion',
      acquired_at: '2019-12-31T23:59:00Z',
      expires_at: PAST,
    },
  },
  {
    table: 'public.operation_locks',
    values: {
      id: id(0x54),
      lock_key: 'world of the owner',
      operation_type: 'ingestion',
      user_id: people.owner,
      expires_at: FUTURE,
    },
  },
  {
    table: 'public.error_logs',
    values: { id: id(0x55), function_name: 'chat', message: 'It broke for somebody.', user_id: people.owner },
  },
  ...[1, 7, 8, 30, 31].map((days, index) => ({
    table: 'public.error_logs',
    values: { id: id(0x70 + index), function_name: 'chat', message: 'It broke.', created_at: daysAgo(days) },
  })),
  {
    table: 'public.error_logs',
    values: {
      id: ERROR_OF_THE_PAST,
      function_name: 'ingest',
      message: 'It broke long ago.',
      severity: 'critical',
      created_at: PAST,
    },
  },
];

/** Rows in the states that functions tell apart: each comes after those that it refers to. */
export const states = (places: Places): readonly WorldRow[] => [
  ...requests,
  ...counted(places),
  ...takedown,
  ...extraction,
  ...others(places),
];
