/** Something that the app does again and again, by the statements of one transaction on either database. */
export interface MixedAction {
  readonly name: string;
  /** Of a hundred things that the app does, how many are this. */
  readonly share: number;
  readonly legacy: string;
  readonly target: string;
}

/** Begins as a request does: a role, its claims, and in the same statement what the rest of the script is about. */
const asUser = (rows: string, columns: string): string => `\\set n random(1, :${rows})
begin;
select set_config('role', 'authenticated', true) as role,
  set_config('request.jwt.claims', json_build_object('sub', user_id, 'role', 'authenticated')::text, true) as claims,
  ${columns}
from bench.${rows} where n = :n \\gset p_
`;
/** Each client has transcripts of its own, as the pipeline's lock sees to: two at once fail in the legacy database. */
const asService = (rows: string, columns: string): string => `\\set n 1 + :client_id * 4 + random(0, 3)
begin;
select set_config('role', 'service_role', true) as role,
  set_config('request.jwt.claims', '{"role":"service_role"}', true) as claims,
  ${columns}
from bench.${rows} where n = :n \\gset p_
`;
const done = 'commit;\n';

/** The app's mix. Which user, question or transcript comes from tables that both databases have. */
export const mix: readonly MixedAction[] = [
  {
    name: 'list chats',
    share: 30,
    legacy: `${asUser('people', 'user_id')}select session.id, session.updated_at, channel.channel_id, channel.channel_name, channel.avatar_url
from chat_sessions session join channels channel on channel.channel_id = session.channel_id
order by session.updated_at desc limit 50;
${done}`,
    target: `${asUser('people', 'user_id')}select session.id, session.title, session.last_message_at, channel.id, channel.channel_name, channel.avatar_url
from public.chat_sessions session join public.channels channel on channel.id = session.channel_id
order by session.last_message_at desc nulls last limit 50;
${done}`,
  },
  {
    name: 'messages',
    share: 25,
    legacy: `${asUser('people', 'session_id')}select id, role, content, sources, created_at from chat_messages where session_id = :p_session_id
order by created_at desc limit 50;
${done}`,
    target: `${asUser('people', 'session_id')}select id, role, content, sources, created_at from public.chat_messages where session_id = :p_session_id
order by created_at desc limit 50;
${done}`,
  },
  {
    name: 'send message',
    share: 15,
    legacy: `${asUser('people', 'user_id, session_id')}select * from get_usage_with_limits(:p_user_id);
insert into chat_messages (session_id, role, content) values (:p_session_id, 'user', 'What did they say?');
insert into chat_messages (session_id, role, content) values (:p_session_id, 'assistant', 'They said it twice.');
select increment_message_count(:p_user_id);
update chat_sessions set updated_at = now() where id = :p_session_id;
${done}`,
    target: `${asUser('people', 'user_id, session_id')}select * from public.consume_message_quota();
insert into public.chat_messages (session_id, role, content) values (:p_session_id, 'user', 'What did they say?');
insert into public.chat_messages (session_id, role, content) values (:p_session_id, 'assistant', 'They said it twice.');
${done}`,
  },
  {
    name: 'vector search',
    share: 15,
    legacy: `${asUser('questions', 'channel')}select found.* from bench.questions question,
  search_transcript_chunks(question.embedding, 0.15, 10, question.channel) found
where question.n = :n;
${done}`,
    target: `${asUser('questions', 'channel')}select found.* from bench.questions question,
  public.search_transcript_chunks(question.embedding, question.channel) found
where question.n = :n;
${done}`,
  },
  {
    name: 'follow list',
    share: 10,
    legacy: `${asUser('people', 'user_id')}select follow.id, follow.created_at, channel.*
from user_creators follow join channels channel on channel.id = follow.channel_id
where follow.user_id = :p_user_id order by follow.created_at desc;
${done}`,
    target: `${asUser('people', 'user_id')}select follow.id, follow.added_at, channel.*
from public.user_creators follow join public.channels channel on channel.id = follow.channel_id
order by follow.added_at desc;
${done}`,
  },
  {
    name: 'ingestion',
    share: 5,
    legacy: `${asService('transcripts', 'video')}delete from transcript_chunks where video_id = :p_video;
insert into transcript_chunks (video_id, channel_id, chunk_index, text, start_time, end_time, embedding, embedding_status)
select transcript.video, transcript.channel, given.chunk_index, given.text, given.start_time, given.end_time, given.embedding, 'completed'
from bench.transcripts transcript, jsonb_to_recordset(transcript.chunks)
  given (chunk_index int, text text, start_time real, end_time real, embedding vector(1536))
where transcript.n = :n;
${done}`,
    target: `${asService('transcripts', 'transcript_id')}select public.replace_transcript_chunks(transcript.transcript_id, transcript.chunks)
from bench.transcripts transcript where transcript.n = :n;
${done}`,
  },
];

/** The same mix as it was, but for search, which finds what it should: slower, and what the new search is compared with. */
export const exactMix: readonly MixedAction[] = mix.map((action) => ({
  ...action,
  legacy: action.legacy.replace('search_transcript_chunks(', 'bench.search_exact('),
}));
