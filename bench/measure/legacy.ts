/** What the app sent for the same answer before, and which of the drawn parameters stand for $1, $2, …. */
export interface LegacyQuery {
  readonly sql: string;
  readonly values?: readonly string[];
  /** Makes of this database one that was changed by hand, as some were, where that decides what the statement costs. */
  readonly drift?: string;
}

/**
 * Transcripts of their own, to which chunks refer by a key without an index. No chunk does so here: what costs is that
 * all of them are gone through for each transcript that is deleted.
 */
const transcripts = `
  create table public.transcripts (
    id uuid primary key default gen_random_uuid(),
    video_id text not null unique references public.videos (video_id) on delete cascade
  );
  insert into public.transcripts (video_id) select distinct video_id from public.transcript_chunks;
  alter table public.transcript_chunks add column transcript_id uuid references public.transcripts (id) on delete cascade;`;

/** The newest of a list that everybody has, which nobody could read without the service's key. */
const newestErrors = 'select * from error_logs order by created_at desc limit 50';

/**
 * The statements of spec/queries as they were against the legacy schema, as spec/legacy/operations has them where the
 * app sent exactly one. Queries for which the legacy schema has no tables are missing.
 */
export const legacyQueries: Readonly<Record<string, LegacyQuery>> = {
  'clear-session': { sql: 'delete from chat_messages where session_id = $1', values: ['session_id'] },
  'count-channel-chunks': {
    sql: `select (select count(*) from transcript_chunks where channel_id = $1) as chunks,
        (select count(*) from transcript_chunks where channel_id = $1 and embedding is not null) as embedded`,
    values: ['channel_key'],
  },
  'count-channel-videos': { sql: 'select count(*) from videos where channel_id = $1', values: ['channel_key'] },
  'count-my-messages': { sql: 'select count(*) from chat_messages' },
  'consume-message-quota': { sql: 'select increment_message_count($1)', values: ['caller'] },
  'delete-channel': {
    sql: 'delete from channels where channel_id = $1',
    values: ['channel_key'],
    drift: transcripts,
  },
  'delete-session': { sql: 'delete from chat_sessions where id = $1', values: ['session_id'] },
  'find-chat-session': {
    sql: 'select id, channel_id, user_id from chat_sessions where channel_id = $1 and user_id = $2 limit 1',
    values: ['channel_key', 'caller'],
  },
  'increment-videos-indexed': { sql: 'select increment_videos_indexed($1, 1)', values: ['user_id'] },
  'latest-errors': { sql: newestErrors },
  'admin-recent-errors': { sql: newestErrors },
  'latest-messages': {
    sql: `select id, role, content, sources, created_at from chat_messages where session_id = $1
      order by created_at desc limit 50`,
    values: ['session_id'],
  },
  'latest-messages-of-all-chats': {
    sql: 'select id, session_id, role, content, created_at from chat_messages order by created_at desc limit 50',
  },
  'list-channel-videos': {
    sql: `select id, video_id, title, duration_seconds, published_at, thumbnail_url, view_count, transcript_status
      from videos where channel_id = $1 and content_type = $2 order by published_at desc limit 50`,
    values: ['channel_key', 'content_type'],
  },
  'list-chat-sessions': {
    sql: `select session.id, session.updated_at, channel.channel_id, channel.channel_name, channel.avatar_url
      from chat_sessions session join channels channel on channel.channel_id = session.channel_id
      order by session.updated_at desc limit 50`,
  },
  'list-followed-channels': {
    sql: `select follow.id as follow_id, follow.created_at as followed_at, channel.*
      from user_creators follow join channels channel on channel.id = follow.channel_id
      where follow.user_id = $1 order by follow.created_at desc`,
    values: ['caller'],
  },
  'list-messages': {
    sql: 'select id, role, content, sources, created_at from chat_messages where session_id = $1 order by created_at',
    values: ['session_id'],
  },
  'list-public-videos': {
    sql: `select id, video_id, title, duration_seconds, published_at, thumbnail_url from videos
      where channel_id = $1 order by published_at desc limit 20`,
    values: ['channel_key'],
  },
  'log-error': {
    sql: `insert into error_logs (service, error_message) values ('chat', 'It broke.')`,
  },
  'my-usage': {
    sql: 'select plan_type, messages_sent_today, creators_added, videos_indexed from user_usage where user_id = $1',
    values: ['caller'],
  },
  'open-public-channel': { sql: 'select * from channels where public_slug = $1', values: ['slug'] },
  'poll-ingestion': {
    sql: 'select ingestion_status, ingestion_progress, error_message from channels where id = $1',
    values: ['channel_id'],
  },
  'search-all-channels': { sql: 'select * from search_transcript_chunks($1)', values: ['question'] },
  'search-channel': {
    sql: 'select * from search_transcript_chunks(query_embedding => $1, filter_channel_id => $2)',
    values: ['question', 'channel_key'],
  },
  'search-my-messages': {
    sql: `select message.id, message.role, message.content, message.created_at, channel.channel_id, channel.channel_name
      from chat_messages message
      join chat_sessions session on session.id = message.session_id
      join channels channel on channel.channel_id = session.channel_id
      where message.content ilike '%' || $1 || '%' order by message.created_at desc, message.id limit 20`,
    values: ['words'],
  },
  'send-message': {
    sql: `insert into chat_messages (session_id, role, content) values ($1, 'user', 'What did they say?') returning id`,
    values: ['session_id'],
  },
  'start-chat-session': {
    sql: `insert into chat_sessions (channel_id, user_id) values ($1, $2)
      on conflict (channel_id, user_id) do nothing returning id`,
    values: ['channel_key', 'caller'],
  },
  'touch-session': { sql: 'update chat_sessions set updated_at = now() where id = $1', values: ['session_id'] },
  'unfollow-channel': {
    sql: 'delete from user_creators where user_id = $1 and channel_id = $2',
    values: ['caller', 'channel_id'],
  },
  'upsert-channel': {
    sql: `insert into channels (channel_id, channel_name, channel_url)
      values ($1, 'A channel', 'https://www.youtube.com/channel/a')
      on conflict (channel_id) do update set channel_name = excluded.channel_name, channel_url = excluded.channel_url
      returning id`,
    values: ['youtube_channel_id'],
  },
  'upsert-video': {
    sql: `insert into videos (video_id, channel_id, title) values ($1, $2, 'A video')
      on conflict (video_id) do update set title = excluded.title returning id`,
    values: ['youtube_video_id', 'channel_key'],
  },
  'usage-with-limits': { sql: 'select * from get_usage_with_limits($1)', values: ['user_id'] },
};
