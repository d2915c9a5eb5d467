import { reads, type Step, writes } from './operation.ts';

const findSession: Step = {
  sql: 'select id, channel_id, user_id from chat_sessions where channel_id = $1 and user_id = $2 limit 1',
  values: ['channelKey', 'user'],
  keep: 'session',
};

const startSession: Step = {
  sql: 'insert into chat_sessions (channel_id, user_id) values ($1, $2) returning id, channel_id, user_id',
  values: ['channelKey', 'user'],
  keep: 'session',
  ifNone: true,
};

const listMessages: Step = {
  sql: 'select * from chat_messages where session_id = $1 order by created_at, id',
  values: ['session'],
  ordered: true,
};

const touchSession: Step = {
  sql: 'update chat_sessions set updated_at = $2 where id = $1',
  values: ['session', 'now'],
};

/** What the browser asks for where somebody is signed in. */
export const userReads = reads('user', {
  'list followed channels': [
    {
      sql: `select follow.id as follow_id, follow.created_at as followed_at, channel.*
        from user_creators follow join channels channel on channel.id = follow.channel_id
        where follow.user_id = $1 order by follow.created_at desc`,
      values: ['user'],
      ordered: true,
    },
  ],
  'poll a channel': [
    {
      sql: 'select ingestion_status, ingestion_progress, error_message, indexed_videos, total_videos from channels where id = $1',
      values: ['channel'],
    },
  ],
  'open a channel by its YouTube id': [{ sql: 'select * from channels where channel_id = $1', values: ['channelKey'] }],
  "count a channel's videos": [
    { sql: 'select count(*) from videos where channel_id = $1', values: ['channelKey'] },
    {
      sql: 'select count(*) from videos where channel_id = $1 and content_type = $2',
      values: ['channelKey', 'contentType'],
    },
  ],
  "list a channel's videos": [
    {
      sql: 'select * from videos where channel_id = $1 order by published_at desc limit 20',
      values: ['channelKey'],
      ordered: true,
    },
    {
      sql: `select video_id, title, thumbnail_url, published_at from videos where channel_id = $1 and content_type = $2
        order by published_at desc limit 20`,
      values: ['channelKey', 'contentType'],
      ordered: true,
    },
  ],
  'find the chat session': [findSession],
  "list a session's messages": [listMessages],
  'search own messages': [
    {
      sql: `select message.id, message.role, message.content, message.created_at, channel.channel_id, channel.channel_name
        from chat_messages message
        join chat_sessions session on session.id = message.session_id
        join channels channel on channel.channel_id = session.channel_id
        where message.content ilike $1 order by message.created_at desc, message.id limit 20`,
      values: ['pattern'],
      ordered: true,
    },
  ],
  'see the own usage': [
    { sql: 'select plan_type, creators_added, videos_indexed from user_usage where user_id = $1', values: ['user'] },
  ],
  'search passages while signed in': [
    {
      sql: 'select id, video_id, chunk_index, text, similarity from search_transcript_chunks($1, 0.15, 5, $2)',
      values: ['embedding', 'channelKey'],
      ordered: true,
    },
  ],
});

/** What the browser changes where somebody is signed in. */
export const userWrites = writes('user', {
  'find or start the chat session': [findSession, startSession],
  'start a chat session anew': [
    { sql: 'select id from chat_sessions where channel_id = $1 and user_id = $2', values: ['otherChannelKey', 'user'] },
    {
      sql: 'insert into chat_sessions (channel_id, user_id) values ($1, $2) returning id, channel_id, user_id',
      values: ['otherChannelKey', 'user'],
      keep: 'session',
      ifNone: true,
    },
    listMessages,
  ],
  'find or start the chat session in one statement': [
    {
      sql: `insert into chat_sessions (channel_id, user_id) values ($1, $2)
        on conflict (channel_id, user_id) do update set channel_id = excluded.channel_id, user_id = excluded.user_id
        returning id, channel_id, user_id`,
      values: ['channelKey', 'user'],
      keep: 'session',
    },
    listMessages,
  ],
  'ask and be answered': [
    findSession,
    startSession,
    {
      sql: "insert into chat_messages (session_id, role, content) values ($1, 'user', $2) returning *",
      values: ['session', 'question'],
    },
    {
      sql: "insert into chat_messages (session_id, role, content, sources) values ($1, 'assistant', $2, $3) returning *",
      values: ['session', 'answer', 'sources'],
    },
    touchSession,
    listMessages,
  ],
  'write question and answer at once': [
    findSession,
    startSession,
    {
      sql: `insert into chat_messages (session_id, role, content, sources)
        values ($1, 'user', $2, null), ($1, 'assistant', $3, $4)`,
      values: ['session', 'question', 'answer', 'sources'],
    },
  ],
  "clear a session's messages": [
    findSession,
    { sql: 'delete from chat_messages where session_id = $1', values: ['session'] },
    listMessages,
  ],
  'delete a session': [
    findSession,
    { sql: 'delete from chat_sessions where id = $1 returning id, channel_id', values: ['session'] },
    listMessages,
  ],
  'unfollow a channel': [
    { sql: 'delete from user_creators where user_id = $1 and channel_id = $2', values: ['user', 'channel'] },
    { sql: 'select channel_id from user_creators where user_id = $1', values: ['user'] },
  ],
  'follow a channel': [
    { sql: 'delete from user_creators where user_id = $1 and channel_id = $2', values: ['user', 'channel'] },
    {
      sql: 'insert into user_creators (user_id, channel_id) values ($1, $2) returning user_id, channel_id',
      values: ['user', 'channel'],
    },
  ],
  'make a channel public': [
    {
      sql: 'update channels set public_slug = $2 where id = $1 and public_slug is null returning id, channel_id, public_slug',
      values: ['hiddenChannel', 'newSlug'],
    },
    { sql: 'select public_slug from channels where id = $1', values: ['hiddenChannel'] },
  ],
});

/** What the browser asks for where nobody is signed in. */
export const anonReads = reads('anon', {
  'open a public channel page': [
    { sql: 'select * from channels where public_slug = $1', values: ['publicSlug'] },
    {
      sql: `select video.video_id, video.title, video.published_at from videos video
        join channels channel on channel.channel_id = video.channel_id
        where channel.public_slug = $1 order by video.published_at desc limit 20`,
      values: ['publicSlug'],
      ordered: true,
    },
  ],
});
