import { reads, type Step, writes } from './operation.ts';

const insertChunks = (chunks: 'newChunks' | 'chunks'): Step => ({
  sql: `insert into transcript_chunks
      (video_id, channel_id, chunk_index, text, start_time, end_time, embedding, embedding_status)
    select video_id, channel_id, chunk_index, text, start_time, end_time, embedding, embedding_status
    from json_to_recordset($1) as given (
      video_id text, channel_id text, chunk_index int, text text, start_time real, end_time real,
      embedding vector(1536), embedding_status text
    )`,
  values: [chunks],
});

const upsertVideos: Step = {
  sql: `insert into videos (video_id, channel_id, title, duration_seconds)
    select video_id, channel_id, title, duration_seconds
    from json_to_recordset($1) as given (video_id text, channel_id text, title text, duration_seconds int)
    on conflict (video_id) do update set
      video_id = excluded.video_id, channel_id = excluded.channel_id, title = excluded.title,
      duration_seconds = excluded.duration_seconds`,
  values: ['videos'],
};

const upsertChannel = (key: 'channelKey' | 'newChannelKey'): Step => ({
  sql: `insert into channels (channel_id, channel_name, channel_url, ingestion_status, ingestion_progress)
    values ($1, 'Upserted', 'https://www.youtube.com/channel/upserted', 'processing', 10)
    on conflict (channel_id) do update set
      channel_id = excluded.channel_id, channel_name = excluded.channel_name, channel_url = excluded.channel_url,
      ingestion_status = excluded.ingestion_status, ingestion_progress = excluded.ingestion_progress
    returning channel_id, channel_name, ingestion_status, video_import_mode`,
  values: [key],
});

const ofVideo = 'where video_id = $1 returning video_id, transcript_status, transcript_language';

/** What edge functions ask for. */
export const serviceReads = reads('service', {
  'find videos whose transcript waits': [
    {
      sql: `select video_id, channel_id, transcript_status from videos where transcript_status = 'pending'
        order by created_at limit 10`,
      ordered: true,
    },
    {
      sql: `select video_id from videos where channel_id = $1 and transcript_status in ('pending', 'failed')
        order by created_at limit 10`,
      values: ['channelKey'],
      ordered: true,
    },
  ],
  "count a channel's chunks": [
    { sql: 'select count(*) from transcript_chunks where channel_id = $1', values: ['videoChannelKey'] },
    {
      sql: 'select count(*) from transcript_chunks where channel_id = $1 and embedding is null',
      values: ['videoChannelKey'],
    },
    {
      sql: 'select count(*) from transcript_chunks where channel_id = $1 and embedding is not null',
      values: ['videoChannelKey'],
    },
    {
      sql: "select count(*) from transcript_chunks where channel_id = $1 and embedding_status = 'completed'",
      values: ['videoChannelKey'],
    },
  ],
  "read a transcript's chunks": [
    {
      sql: `select id, video_id, channel_id, chunk_index, text, start_time, end_time, embedding_status
        from transcript_chunks where video_id = $1 order by chunk_index`,
      values: ['videoKey'],
      ordered: true,
    },
    {
      sql: 'select chunk_index, embedding from transcript_chunks where video_id = $1 order by chunk_index limit 2',
      values: ['videoKey'],
      ordered: true,
    },
  ],
  'search a channel': [
    {
      sql: 'select * from search_transcript_chunks($1, 0.15, 10, $2)',
      values: ['embedding', 'videoChannelKey'],
      ordered: true,
    },
    {
      sql: 'select * from search_transcript_chunks(query_embedding => $1, filter_channel_id => $2)',
      values: ['embedding', 'videoChannelKey'],
      ordered: true,
    },
  ],
  'search all channels': [
    { sql: 'select * from search_transcript_chunks($1, 0.15, 5)', values: ['embedding'], ordered: true },
  ],
  "count a user's channels and their videos": [
    {
      sql: 'select count(*) from user_creators where user_id = $1',
      values: ['user'],
    },
    { sql: 'select count(*) from videos where channel_id = $1', values: ['channelKey'] },
  ],
});

/** What edge functions change. */
export const serviceWrites = writes('service', {
  'upsert a channel': [
    upsertChannel('newChannelKey'),
    upsertChannel('channelKey'),
    { sql: 'select channel_name, ingestion_status from channels where channel_id = $1', values: ['channelKey'] },
  ],
  'upsert videos': [
    upsertVideos,
    {
      sql: `select video_id, channel_id, title, duration_seconds, transcript_status, content_type from videos
        where video_id in ($1, $2) order by video_id`,
      values: ['newVideoKey', 'videoKey'],
      ordered: true,
    },
  ],
  'report the progress of ingestion': [
    {
      sql: `update channels set ingestion_status = 'extracting', ingestion_progress = 40, indexed_videos = 7
        where channel_id = $1 returning channel_id, ingestion_status, ingestion_progress, indexed_videos`,
      values: ['channelKey'],
    },
    {
      sql: `update channels set ingestion_status = 'completed', ingestion_progress = 100, last_indexed_at = $2
        where channel_id = $1 returning channel_id, ingestion_status, last_indexed_at`,
      values: ['channelKey', 'now'],
    },
  ],
  'take a video from the queue, fail, and try again': [
    {
      sql: `update videos set transcript_status = 'processing' where video_id = $1 and transcript_status <> 'processing'
        returning video_id, transcript_status`,
      values: ['videoKey'],
    },
    { sql: `update videos set transcript_status = 'failed' ${ofVideo}`, values: ['videoKey'] },
    { sql: `update videos set transcript_status = 'pending' ${ofVideo}`, values: ['videoKey'] },
    {
      sql: `update videos set transcript_status = 'completed', transcript_language = 'en' ${ofVideo}`,
      values: ['videoKey'],
    },
  ],
  'take in a video with its chunks': [
    {
      sql: `insert into videos (video_id, channel_id, title, content_type, published_at, view_count)
        values ($1, $2, 'Taken in', 'short', $3, 5000000000) returning video_id, channel_id, content_type, transcript_status`,
      values: ['newVideoKey', 'videoChannelKey', 'now'],
    },
    insertChunks('newChunks'),
    {
      sql: `select video_id, channel_id, chunk_index, text, start_time, end_time, embedding, embedding_status
        from transcript_chunks where video_id = $1 order by chunk_index`,
      values: ['newVideoKey'],
      ordered: true,
    },
  ],
  "replace a transcript's chunks": [
    { sql: 'delete from transcript_chunks where video_id = $1', values: ['videoKey'] },
    insertChunks('chunks'),
    { sql: `update videos set transcript_status = 'completed' ${ofVideo}`, values: ['videoKey'] },
    { sql: 'select count(*) from transcript_chunks where video_id = $1', values: ['videoKey'] },
  ],
  'embed a chunk that has no embedding': [
    {
      sql: `select id, chunk_index from transcript_chunks where video_id = $1 order by chunk_index desc limit 1`,
      values: ['videoKey'],
      keep: 'chunk',
      ordered: true,
    },
    {
      sql: `update transcript_chunks set embedding = $2, embedding_status = 'completed' where id = $1
        returning chunk_index, embedding, embedding_status`,
      values: ['chunk', 'embedding'],
    },
  ],
  'check the plan before a chat, and count the question': [
    { sql: 'select * from get_usage_with_limits($1)', values: ['user'] },
    { sql: 'select increment_message_count($1)', values: ['user'] },
    { sql: 'select * from get_usage_with_limits($1)', values: ['user'] },
  ],
  'count the videos that were taken in': [
    { sql: 'select increment_videos_indexed($1, 3)', values: ['user'] },
    { sql: 'select * from get_usage_with_limits($1)', values: ['user'] },
  ],
  'add a channel for a user, and count it': [
    { sql: 'delete from user_creators where user_id = $1 and channel_id = $2', values: ['user', 'channel'] },
    { sql: 'insert into user_creators (user_id, channel_id) values ($1, $2)', values: ['user', 'channel'] },
    { sql: 'select increment_creator_count($1)', values: ['user'] },
    { sql: 'select count(*) from user_creators where user_id = $1', values: ['user'] },
  ],
  'change the plan': [
    {
      sql: "update user_usage set plan_type = 'pro' where user_id = $1 returning user_id, plan_type",
      values: ['user'],
    },
    { sql: 'select plan_type from get_usage_with_limits($1)', values: ['user'] },
  ],
  'count a question to a public channel': [
    {
      sql: `update public_chat_limits set messages_today = messages_today + 1 where identifier = $1 and channel_id = $2
        returning messages_today`,
      values: ['identifier', 'channelKey'],
    },
    {
      sql: `insert into public_chat_limits (identifier, channel_id, messages_today) values ($1, $2, 1)
        returning identifier, channel_id, messages_today`,
      values: ['identifier', 'channelKey'],
      ifNone: true,
    },
    {
      sql: 'select identifier, channel_id, messages_today from public_chat_limits where identifier = $1',
      values: ['identifier'],
    },
  ],
  'log an error': [
    {
      sql: `insert into error_logs (service, error_message, error_details) values ('chat', 'fetch failed: 429', $1)
        returning service, error_message, error_details`,
      values: ['errorDetails'],
    },
  ],
});
