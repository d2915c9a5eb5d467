import fc, { type Arbitrary } from 'fast-check';
import type { Value } from './values.ts';
import * as any from './values.ts';

/** A column that names a row of another table, which may not be there. */
export interface Reference {
  readonly to: 'users' | 'channels' | 'videos' | 'sessions' | 'transcripts';
  /** Which of the parents there are, counted round. */
  readonly of: number;
  /** How the key is written. `gone` names no row; `none` is NULL. */
  readonly form: 'exact' | 'uuid' | 'UUID' | 'padded' | 'other case' | 'gone' | 'none';
}

export type DraftRow = Readonly<Record<string, Value | Reference>>;

/** Most references are sound, so that most cases carry something; the rest is one of the other forms. */
const reference = (to: Reference['to'], ...others: Reference['form'][]): Arbitrary<Reference> =>
  fc.record({
    to: fc.constant(to),
    of: fc.nat(3),
    form: fc.oneof(
      { withCrossShrink: true },
      { weight: 12, arbitrary: fc.constant('exact' as const) },
      { weight: 2, arbitrary: fc.constantFrom(...others) },
    ),
  });

const user = reference('users', 'gone', 'none');
const channelKey = reference('channels', 'uuid', 'UUID', 'padded', 'other case', 'gone', 'none');
const channelId = reference('channels', 'gone', 'none');
const videoKey = reference('videos', 'gone', 'padded', 'none');
const session = reference('sessions', 'gone', 'none');
const transcript = reference('transcripts', 'gone', 'none');

/** Few of them, so that they meet: equal ones, and such as differ in case or blanks only. */
const youtubeChannelId = any.oftenOf(['UCaa', 'UCbb', 'UCcc', 'UCdd', 'UCee', 'UCff', 'UCAA', ' UCaa'], any.indexable);
const youtubeVideoId = any.oftenOf(['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'V1', 'v1 '], any.indexable);

const set = (...values: string[]) => any.orNull(any.oftenOf(values));
const extractionStatus = set('pending', 'processing', 'completed', 'failed', 'no_captions');

const optionalText = any.orNull(any.text);
const optionalMoment = any.orNull(any.moment, 3);
const count = any.orNull(any.whole(32));
const required = any.orNull(any.text, 25);
const times = { created_at: optionalMoment, updated_at: optionalMoment };

/** The columns of a table: those that each row has, and those that it may leave to their default. */
interface Columns {
  readonly always: Readonly<Record<string, Arbitrary<Value | Reference>>>;
  readonly maybe: Readonly<Record<string, Arbitrary<Value | Reference>>>;
}

/** Every table that has rows before the migration, parents first, with the drifts' columns among theirs. */
export const columns = {
  'auth.users': {
    always: {},
    maybe: { email: optionalText, raw_user_meta_data: any.orNull(any.metadata), created_at: optionalMoment },
  },
  'public.channels': {
    always: { channel_id: any.orNull(youtubeChannelId, 40), channel_name: required, channel_url: required },
    maybe: {
      avatar_url: optionalText,
      subscriber_count: optionalText,
      indexed_videos: count,
      total_videos: count,
      ingestion_status: set(
        'pending',
        'processing',
        'extracting',
        'completed',
        'partial',
        'failed',
        'no_captions',
        'indexing',
        'paused',
      ),
      ingestion_progress: count,
      ingestion_method: optionalText,
      error_message: optionalText,
      last_indexed_at: optionalMoment,
      ingest_videos: any.orNull(any.truth),
      ingest_shorts: any.orNull(any.truth),
      ingest_lives: any.orNull(any.truth),
      video_import_mode: set('latest', 'oldest', 'all'),
      video_import_limit: count,

      public_slug: any.orNull(any.oftenOf(['ada', 'bob', 'Ada'], any.indexable)),
      uploads_playlist_id: optionalText,
      user_id: user,
      ...times,
    },
  },
  'public.videos': {
    always: { video_id: any.orNull(youtubeVideoId, 40), channel_id: channelKey, title: required },
    maybe: {
      description: optionalText,
      duration: optionalText,
      duration_seconds: count,
      published_at: optionalMoment,
      thumbnail_url: optionalText,
      view_count: any.orNull(any.whole(64)),
      like_count: count,
      comment_count: count,
      transcript_status: extractionStatus,
      transcript_language: optionalText,
      ingestion_method: optionalText,
      content_type: set('video', 'short', 'live'),
      ...times,
    },
  },
  'public.transcripts': {
    always: { video_id: videoKey, channel_id: channelKey },
    maybe: {
      full_text: optionalText,
      segments: any.orNull(any.json),
      source_type: optionalText,
      confidence: any.orNull(any.real),
      extraction_status: extractionStatus,
      error_message: optionalText,
      ...times,
    },
  },
  'public.transcript_chunks': {
    always: {
      video_id: videoKey,
      channel_id: channelKey,
      chunk_index: any.orNull(any.oftenOf(['0', '1', '2'], any.whole(32)), 25),
      text: required,
    },
    maybe: {
      start_time: any.orNull(any.real),
      end_time: any.orNull(any.real),
      embedding: any.orNull(any.vector, 3),
      embedding_status: set('pending', 'processing', 'completed', 'failed'),
      transcript_id: transcript,
      token_count: count,
      ...times,
    },
  },
  'public.chat_sessions': { always: { channel_id: channelKey, user_id: user }, maybe: times },
  'public.chat_messages': {
    always: { session_id: session, role: any.orNull(any.oftenOf(['user', 'assistant']), 25), content: required },
    maybe: { sources: any.orNull(any.json), created_at: optionalMoment },
  },
  'public.user_usage': {
    always: { user_id: user },
    maybe: {
      plan_type: set('free', 'pro'),
      messages_sent_today: count,
      last_message_date: any.orNull(any.day),
      creators_added: count,
      videos_indexed: count,
      ...times,
    },
  },
  'public.user_creators': {
    always: { user_id: user, channel_id: channelId },
    maybe: { created_at: optionalMoment },
  },
  'public.public_chat_limits': {
    always: { identifier: any.orNull(any.oftenOf(['203.0.113.7', '::1'], any.indexable), 25), channel_id: channelKey },
    maybe: { messages_today: count, last_reset_at: optionalMoment, created_at: optionalMoment },
  },
  'public.error_logs': {
    always: { service: required, error_message: required },
    maybe: { error_details: any.orNull(any.json), created_at: optionalMoment },
  },
  'public.profiles': {
    always: { id: user },
    maybe: {
      display_name: optionalText,
      avatar_url: any.orNull(any.oftenOf(['https://example.com/a.png'], any.text)),
      ...times,
    },
  },
} satisfies Readonly<Record<string, Columns>>;

export type Table = keyof typeof columns;
export const tables = Object.keys(columns) as Table[];

/** At most this many rows a table: enough for a duplicate, an orphan and a sound row to meet. */
const MOST_ROWS = 5;

const rowsOf = ({ always, maybe }: Columns): Arbitrary<DraftRow[]> =>
  fc.array(
    fc
      .record({ always: fc.record(always), maybe: fc.record(maybe, { requiredKeys: [] }) })
      .map((row) => ({ ...row.always, ...row.maybe }) as DraftRow),
    { maxLength: MOST_ROWS, size: 'max' },
  );

/** Rows of every table, their references still to be resolved. */
export const draftRows: Arbitrary<Record<Table, DraftRow[]>> = fc.record(
  Object.fromEntries(tables.map((table) => [table, rowsOf(columns[table])])) as Record<Table, Arbitrary<DraftRow[]>>,
);
