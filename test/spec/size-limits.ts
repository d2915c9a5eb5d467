/** A column of the API's tables that takes so much and no more. */
export interface SizeLimit {
  readonly table: string;
  readonly column: string;
  readonly most: number;
  /** JSON is counted in bytes of its text, anything else in characters. */
  readonly json?: boolean;
  /** A trigger holds it, since the table has rows from before the limit; else a check does. */
  readonly trigger?: boolean;
}

const text = (table: string, columns: Readonly<Record<string, number>>, trigger = false): SizeLimit[] =>
  Object.entries(columns).map(([column, most]) => ({ table, column, most, trigger }));
const json = (table: string, columns: Readonly<Record<string, number>>, trigger = false): SizeLimit[] =>
  text(table, columns, trigger).map((limit) => ({ ...limit, json: true }));

/** All of them: a test holds the list against the columns that client roles may write. */
export const SIZE_LIMITS: readonly SizeLimit[] = [
  ...text('chat_messages', { content: 32_768 }, true),
  ...json('chat_messages', { sources: 65_536 }, true),
  ...text(
    'channels',
    {
      youtube_channel_id: 100,
      channel_name: 500,
      channel_url: 2048,
      avatar_url: 2048,
      subscriber_count: 100,
      ingestion_method: 100,
      error_message: 10_000,
      uploads_playlist_id: 100,
    },
    true,
  ),
  ...text(
    'videos',
    {
      youtube_video_id: 100,
      title: 1000,
      description: 20_000,
      duration: 100,
      thumbnail_url: 2048,
      transcript_language: 100,
      ingestion_method: 100,
    },
    true,
  ),
  ...text('transcripts', { language: 100, source_type: 100, error_message: 10_000, full_text: 5_000_000 }, true),
  ...json('transcripts', { segments: 20_000_000 }, true),
  ...text('transcript_chunks', { text: 32_768 }, true),
  ...text('public_chat_limits', { identifier: 500 }, true),
  ...text('error_logs', { function_name: 200, error_code: 200, message: 10_000, stack: 50_000, request_id: 200 }, true),
  ...json('error_logs', { details: 65_536 }, true),
  ...text('chat_sessions', { title: 200 }),
  ...text('saved_answers', { question: 32_768, content: 32_768, note: 10_000 }),
  ...json('saved_answers', { sources: 65_536 }),
  ...json('voice_conversations', { transcript: 262_144 }),
  ...text('operation_locks', { lock_key: 255, operation_type: 100 }),
  ...json('operation_locks', { metadata: 16_384 }),
  ...text('request_idempotency', { operation_type: 100, idempotency_key: 255, request_hash: 255 }),
  ...json('request_idempotency', { response: 65_536 }),
  ...text('profiles', { display_name: 80, avatar_url: 2048 }),
];
