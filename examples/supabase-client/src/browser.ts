// What the browser asks for where somebody is signed in. No request names the user: row level security gives everybody
// their own rows, and a new row is its writer's by default.
import type { Enums } from '../../../types/database.ts';
import { type Source, sourcesIn } from '../../../types/shapes.ts';
import { type Client, counted, given } from './client.ts';

/** The channels that the user follows, the latest first. */
export const followedChannels = (client: Client) =>
  given(client.from('user_creators').select('id, added_at, channels(*)').order('added_at', { ascending: false }));

export const follow = (client: Client, channel: string) =>
  given(client.from('user_creators').insert({ channel_id: channel }));

export const unfollow = (client: Client, channel: string) =>
  given(client.from('user_creators').delete().eq('channel_id', channel));

/** How far a channel's ingestion is; to be polled. */
export const ingestionOf = (client: Client, channel: string) =>
  given(
    client
      .from('channels')
      .select('ingestion_status, ingestion_progress, error_message, indexed_videos, total_videos')
      .eq('id', channel)
      .single(),
  );

export const countVideos = (client: Client, channel: string) =>
  counted(client.from('videos').select('id', { count: 'exact', head: true }).eq('channel_id', channel));

/** A channel's videos of a type, newest first. */
export const listVideos = (client: Client, channel: string, type: Enums<'content_type'>) =>
  given(
    client
      .from('videos')
      .select('id, youtube_video_id, title, thumbnail_url, published_at, duration_seconds')
      .eq('channel_id', channel)
      .eq('content_type', type)
      .order('published_at', { ascending: false })
      .limit(20),
  );

/** The one session with a channel; it is started when there is none. Of two at once, both get the same. */
export async function sessionWith(client: Client, channel: string): Promise<string> {
  await given(
    client
      .from('chat_sessions')
      .upsert({ channel_id: channel }, { onConflict: 'user_id,channel_id', ignoreDuplicates: true }),
  );
  const { id } = await given(client.from('chat_sessions').select('id').eq('channel_id', channel).single());
  return id;
}

/** A session's messages, oldest first, with the sources of the answers. */
export async function messagesOf(client: Client, session: string) {
  const messages = await given(
    client
      .from('chat_messages')
      .select('id, role, content, sources, created_at')
      .eq('session_id', session)
      .order('created_at'),
  );
  return messages.map((message) => ({ ...message, sources: sourcesIn(message.sources) }));
}

/** Writes a question and its answer. @returns the id of the answer */
export async function write(client: Client, session: string, question: string, answer: string, sources: Source[]) {
  await given(client.from('chat_messages').insert({ session_id: session, role: 'user', content: question }));
  const { id } = await given(
    client
      .from('chat_messages')
      .insert({ session_id: session, role: 'assistant', content: answer, sources })
      .select('id')
      .single(),
  );
  return id;
}

/** Gives a session a title; updated_at is the server's. */
export const nameSession = (client: Client, session: string, title: string) =>
  given(client.from('chat_sessions').update({ title }).eq('id', session));

export const clearMessages = (client: Client, session: string) =>
  given(client.from('chat_messages').delete().eq('session_id', session));

export const deleteSession = (client: Client, session: string) =>
  given(client.from('chat_sessions').delete().eq('id', session));

/** The newest of the user's messages that hold a text, with the names of their channels; the next page begins before one. */
export const searchMessages = (client: Client, text: string, before?: { created_at: string; id: string }) =>
  given(
    client.rpc('search_my_messages', {
      p_query: text,
      p_before: before?.created_at ?? null,
      p_before_id: before?.id ?? null,
    }),
  );

export const saveAnswer = (
  client: Client,
  answer: { message_id: string; session_id: string; channel_id: string; content: string; sources: Source[] },
) => given(client.from('saved_answers').insert(answer).select('id').single());

/** The saved answers, newest first, with the names of their channels. */
export const savedAnswers = (client: Client) =>
  given(
    client
      .from('saved_answers')
      .select('id, question, content, sources, note, created_at, channels(channel_name)')
      .order('created_at', { ascending: false }),
  );

export const deleteSavedAnswer = (client: Client, id: string) =>
  given(client.from('saved_answers').delete().eq('id', id));

/** Gives a channel its public page. @throws RefusedError PT409 when it has one, or the address is taken */
export const publish = (client: Client, channel: string, slug: string) =>
  given(client.rpc('publish_channel', { p_channel_id: channel, p_slug: slug }));

/** The plan in force and what is used of it. */
export const usage = (client: Client) => given(client.rpc('my_usage').single());

/** The passages of a channel that are closest to a question. */
export const searchChannel = (client: Client, channel: string, embedding: number[]) =>
  given(client.rpc('search_transcript_chunks', { query_embedding: embedding, filter_channel_id: channel }));
