// How edge functions answer a question, with the service's key: limits, each request once, search, and errors.
import type { Json } from '../../../types/database.ts';
import { type Client, given } from './client.ts';

/** What a user's plan allows, and what is used of it: before a chat and before ingestion. */
export const usageOf = (client: Client, user: string) =>
  given(client.rpc('get_usage_with_limits', { p_user_id: user }).single());

/** Counts a question of a user. @throws RefusedError PT429 when none is left today */
export const countQuestion = (client: Client, user: string) =>
  given(client.rpc('consume_message_quota', { p_user_id: user }).single());

/** Counts a question of somebody without an account to a public channel. @throws RefusedError PT429 */
export const countVisitorsQuestion = (client: Client, channel: string, fingerprint: string) =>
  given(
    client.rpc('consume_public_chat_quota', { p_channel_id: channel, p_identifier: fingerprint, p_limit: 3 }).single(),
  );

export const countIndexedVideos = (client: Client, user: string, count: number) =>
  given(client.rpc('increment_videos_indexed', { p_user_id: user, p_count: count }));

/** The passages of all channels that are closest to a question. */
export const searchAll = (client: Client, embedding: number[]) =>
  given(client.rpc('search_all_transcript_chunks', { query_embedding: embedding, match_count: 20 }));

/** Does a request that may come twice once: who comes later gets the first one's response. */
export async function once(
  client: Client,
  request: { user: string; key: string; hash: string },
  answer: () => Promise<Json>,
): Promise<Json> {
  const { outcome, request_id, response } = await given(
    client
      .rpc('begin_request', {
        p_idempotency_key: request.key,
        p_operation_type: 'chat',
        p_request_hash: request.hash,
        p_user_id: request.user,
      })
      .single(),
  );
  if (outcome === 'replay') return response;
  if (outcome !== 'started' || request_id === null) throw new Error(`The request is ${outcome}.`);
  try {
    const answered = await answer();
    await given(client.rpc('complete_request', { p_request_id: request_id, p_response: answered }));
    return answered;
  } catch (error) {
    await given(client.rpc('fail_request', { p_request_id: request_id }));
    throw error;
  }
}

/** Writes an error to the log. @returns its id there */
export const logError = (client: Client, where: string, error: Error, user: string | null) =>
  given(
    client.rpc('log_error', {
      p_function_name: where,
      p_message: error.message,
      p_stack: error.stack ?? null,
      p_user_id: user,
    }),
  );
