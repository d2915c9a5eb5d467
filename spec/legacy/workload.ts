import type { AppStatement, Workload } from '../../src/rehearsal/locks/workload.ts';

/** What ChannelChat does all the time, as it speaks to the legacy schema. Which rows it is about, the copy says. */

const claims = (user: string): string =>
  `json_build_object('sub', ${user}, 'role', 'authenticated')::text as "request.jwt.claims"`;

/** Somebody who follows a channel. */
const follower = `
  select follow.user_id, channel.channel_id, channel.id, ${claims('follow.user_id')}
  from public.user_creators follow join public.channels channel on channel.id = follow.channel_id
  order by follow.id limit 50`;

/** Somebody who talks to a channel. */
const talker = `
  select session.id, ${claims('session.user_id')}
  from public.chat_sessions session
  where exists (select from auth.users account where account.id = session.user_id)
  order by session.id limit 50`;

const user = (name: string, given: string, sql: string): AppStatement => ({ name, role: 'authenticated', given, sql });

const service = (name: string, given: string, sql: string): AppStatement => ({
  name,
  role: 'service_role',
  settings: { 'request.jwt.claims': '{"role":"service_role"}' },
  given,
  sql,
});

const someChannels = 'select channel_id from public.channels order by id limit 50';
const someUsers = 'select user_id from public.user_usage order by id limit 50';

export const workload: Workload = {
  reads: [
    user(
      'list followed channels',
      `select user_id, ${claims('user_id')} from public.user_creators order by id limit 50`,
      `select channel.* from public.user_creators follow join public.channels channel on channel.id = follow.channel_id
       where follow.user_id = $1 order by channel.created_at desc`,
    ),
    user(
      'poll a channel',
      `select id, ${claims('gen_random_uuid()')} from public.channels order by id limit 50`,
      'select ingestion_status, ingestion_progress from public.channels where id = $1',
    ),
    user(
      "list a channel's videos",
      `select channel_id, ${claims('gen_random_uuid()')} from public.channels order by id limit 50`,
      `select *, count(*) over () from public.videos where channel_id = $1 and content_type = 'video'
       order by published_at desc limit 20`,
    ),
    user(
      'list the messages of a session',
      talker,
      'select * from public.chat_messages where session_id = $1 order by created_at',
    ),
    user(
      'search all messages',
      `select '%the%' as pattern, ${claims('user_id')} from public.chat_sessions order by id limit 50`,
      `select message.*, channel.channel_name
       from public.chat_messages message
       join public.chat_sessions session on session.id = message.session_id
       join public.channels channel on channel.channel_id = session.channel_id
       where message.content ilike $1 order by message.created_at desc limit 20`,
    ),
    {
      name: 'open a public channel',
      role: 'anon',
      settings: { 'request.jwt.claims': '{"role":"anon"}' },
      given: 'select public_slug from public.channels where public_slug is not null order by id limit 50',
      sql: 'select * from public.channels where public_slug = $1',
    },
    service(
      "search a channel's transcripts",
      'select embedding::text, channel_id from public.transcript_chunks where embedding is not null limit 20',
      'select * from public.search_transcript_chunks($1, 0.15, 10, $2)',
    ),
    service(
      "count a channel's chunks",
      someChannels,
      'select count(*), count(embedding) from public.transcript_chunks where channel_id = $1',
    ),
    service(
      'list the videos that wait for a transcript',
      'select 20 as most',
      "select * from public.videos where transcript_status = 'pending' order by created_at limit $1",
    ),
  ],
  writes: [
    user(
      'say something',
      talker,
      `insert into public.chat_messages (session_id, role, content) values ($1, 'user', 'rehearsed')`,
    ),
    user('touch the session', talker, 'update public.chat_sessions set updated_at = now() where id = $1'),
    user(
      'find or create the session',
      follower,
      `with made as (
         insert into public.chat_sessions (user_id, channel_id) values ($1, $2) on conflict do nothing returning id
       )
       select id from made union all select $3::uuid`,
    ),
    user(
      'follow a channel',
      follower,
      `with followed as (
         insert into public.user_creators (user_id, channel_id)
         select $1, channel.id from public.channels channel where channel.channel_id = $2 and channel.id = $3
         on conflict do nothing returning id
       )
       select count(*) from followed`,
    ),
    service(
      'take in a channel',
      'select channel_id, channel_name, channel_url from public.channels order by id limit 50',
      `insert into public.channels (channel_id, channel_name, channel_url) values ($1, $2, $3)
       on conflict (channel_id) do update set channel_name = excluded.channel_name, ingestion_status = 'processing'`,
    ),
    service(
      'take in a video',
      `select video.video_id, video.channel_id, video.title
       from public.videos video join public.channels channel on channel.channel_id = video.channel_id
       order by video.id limit 50`,
      `insert into public.videos (video_id, channel_id, title) values ($1, $2, $3)
       on conflict (video_id) do update set title = excluded.title, transcript_status = 'processing'`,
    ),
    service(
      'add a chunk',
      `select video.video_id, video.channel_id,
         (select embedding::text from public.transcript_chunks where embedding is not null limit 1) as embedding
       from public.videos video join public.channels channel on channel.channel_id = video.channel_id
       order by video.id limit 50`,
      `insert into public.transcript_chunks (video_id, channel_id, chunk_index, text, embedding)
       values ($1, $2, 1000000 + floor(random() * 1000000)::int, 'rehearsed', $3) on conflict do nothing`,
    ),
    service('count a message', someUsers, 'select public.increment_message_count($1)'),
    service('read the usage', someUsers, 'select * from public.get_usage_with_limits($1)'),
    service(
      'log an error',
      'select 20 as code',
      `insert into public.error_logs (service, error_message, error_details)
       values ('rehearsal', 'rehearsed', jsonb_build_object('code', $1::int))`,
    ),
  ],
};
