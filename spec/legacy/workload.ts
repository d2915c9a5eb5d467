import type { AppStatement, Workload } from '../../src/index.ts';
import { operations } from './operations/index.ts';

/**
 * Whom and what the requests are about, as the copy has them: twenty users with a session, its channel, and a video with
 * chunks. What it has none of is null, and what cannot be asked with null is then not evaluated.
 */
const GIVEN = `
  select session.user_id as "user", session.id as session, channel.id as channel, channel.channel_id as "channelKey",
    page.public_slug as "publicSlug", chunk.id as chunk, chunk.video_id as "videoKey",
    chunk.channel_id as "videoChannelKey", chunk.embedding::text as embedding, 'video' as "contentType",
    'What is rehearsed?' as question, '%the%' as pattern, now()::text as now, 'rehearsal' as identifier,
    '{"rehearsed":true}' as "errorDetails",
    json_build_array(json_build_object('video_id', chunk.video_id, 'channel_id', chunk.channel_id, 'title', 'Rehearsed',
                                       'duration_seconds', 60)) as videos
  from generate_series(0, 19) turn
  left join lateral (
    select kept.* from public.chat_sessions kept
    where exists (select from auth.users account where account.id = kept.user_id)
      and exists (select from public.channels talked where talked.channel_id = kept.channel_id)
    order by kept.id offset turn limit 1
  ) session on true
  left join public.channels channel on channel.channel_id = session.channel_id
  left join lateral (
    select public_slug from public.channels where public_slug is not null order by id offset turn limit 1
  ) page on true
  left join lateral (
    select id, video_id, channel_id, embedding from public.transcript_chunks
    where embedding is not null order by id offset turn limit 1
  ) chunk on true`;

const SENDERS = {
  user: { role: 'authenticated', claims: `json_build_object('sub', "user", 'role', 'authenticated')` },
  anon: { role: 'anon', claims: `'{"role":"anon"}'` },
  service: { role: 'service_role', claims: `'{"role":"service_role"}'` },
} as const;

/** One step of one of the app's operations, as a statement that is run over and over. */
function statement(operation: string, number = 1): AppStatement {
  const found = operations.find(({ name }) => name === operation);
  const step = found?.steps[number - 1];
  if (!found || !step) throw new Error(`The app has no operation ${JSON.stringify(operation)} with ${number} steps.`);
  const { role, claims } = SENDERS[found.as];
  const values = (step.values ?? []).map((name) => `"${name}"`);
  return {
    name: found.steps.length > 1 ? `${operation} (${number})` : operation,
    role,
    settings: { search_path: 'public, extensions' },
    given: `select ${[...values, `${claims}::text as "request.jwt.claims"`].join(', ')} from (${GIVEN}) given`,
    sql: step.sql,
  };
}

/**
 * What ChannelChat does all the time: of the operations those steps that can be repeated without end, so that each table
 * is read and written. Saying something deletes nothing, for example, and deleting a session could be done but once.
 */
export const workload: Workload = {
  reads: [
    statement('list followed channels'),
    statement('poll a channel'),
    statement("count a channel's videos"),
    statement("list a channel's videos"),
    statement("list a session's messages"),
    statement('search own messages'),
    statement('open a public channel page'),
    statement('find videos whose transcript waits'),
    statement("count a channel's chunks"),
    statement('search a channel'),
  ],
  writes: [
    statement('find or start the chat session in one statement'),
    statement('ask and be answered', 3),
    statement('ask and be answered', 5),
    statement('unfollow a channel'),
    statement('upsert a channel', 2),
    statement('upsert videos'),
    statement('report the progress of ingestion'),
    statement('take a video from the queue, fail, and try again', 2),
    statement('embed a chunk that has no embedding', 2),
    statement('check the plan before a chat, and count the question'),
    statement('check the plan before a chat, and count the question', 2),
    statement('count a question to a public channel'),
    statement('log an error'),
  ],
};
