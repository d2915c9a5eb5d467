// How edge functions take channels in, with the service's key.
import type { TablesUpdate } from '../../../types/database.ts';
import type { Chunk, Segment } from '../../../types/shapes.ts';
import { type Client, counted, given } from './client.ts';

/** Takes a channel in, or what is new of it. @returns its id */
export const upsertChannel = (
  client: Client,
  channel: { youtube_channel_id: string; channel_name: string; channel_url: string },
) => given(client.from('channels').upsert(channel, { onConflict: 'youtube_channel_id' }).select('id').single());

/** Takes videos of a channel in, or what is new of them. */
export const upsertVideos = (
  client: Client,
  channel: string,
  videos: { youtube_video_id: string; title: string; published_at: string | null }[],
) =>
  given(
    client
      .from('videos')
      .upsert(
        videos.map((video) => ({ ...video, channel_id: channel })),
        { onConflict: 'youtube_video_id' },
      )
      .select('id, youtube_video_id'),
  );

export const reportProgress = (
  client: Client,
  channel: string,
  progress: Pick<TablesUpdate<'channels'>, 'ingestion_status' | 'ingestion_progress' | 'indexed_videos'>,
) => given(client.from('channels').update(progress).eq('id', channel));

/** Puts a video's transcript into the queue of extraction, unless it has one. */
export const queueTranscript = (client: Client, video: { id: string; channel_id: string }) =>
  given(
    client
      .from('transcripts')
      .upsert({ video_id: video.id, channel_id: video.channel_id }, { onConflict: 'video_id', ignoreDuplicates: true }),
  );

/** Takes transcripts that wait for extraction: nobody else gets them until leased_until. */
export const claimTranscripts = (client: Client, limit: number) =>
  given(client.rpc('claim_transcripts', { p_limit: limit }));

/** A claimed transcript, as claim_transcripts gave it. */
type Claimed = { transcript_id: string; leased_until: string; retry_count: number };

/** Brings a transcript back. @returns whether the lease still held */
export async function finishTranscript(
  client: Client,
  { transcript_id, leased_until }: Claimed,
  { text, segments }: { text: string; segments: Segment[] },
): Promise<boolean> {
  const finished = await given(
    client
      .from('transcripts')
      .update({ extraction_status: 'completed', full_text: text, segments, next_retry_at: null })
      .eq('id', transcript_id)
      .eq('next_retry_at', leased_until)
      .select('id'),
  );
  return finished.length === 1;
}

/** Has a transcript tried again later. */
export const retryTranscript = (client: Client, { transcript_id, leased_until, retry_count }: Claimed, at: string) =>
  given(
    client
      .from('transcripts')
      .update({ extraction_status: 'pending', retry_count: retry_count + 1, next_retry_at: at })
      .eq('id', transcript_id)
      .eq('next_retry_at', leased_until),
  );

/** Puts chunks in place of those that a transcript has: all of them, or none. @returns how many */
export const replaceChunks = (client: Client, transcript: string, chunks: Chunk[]) =>
  given(client.rpc('replace_transcript_chunks', { p_transcript_id: transcript, p_chunks: chunks }));

/** How many passages a channel has, and how many of them have an embedding. */
export async function countChunks(client: Client, channel: string): Promise<{ chunks: number; embedded: number }> {
  const { chunk_count: chunks } = await given(client.from('channels').select('chunk_count').eq('id', channel).single());
  const embedded = await counted(
    client.from('chunk_embeddings').select('chunk_id', { count: 'exact', head: true }).eq('channel_id', channel),
  );
  return { chunks, embedded };
}

/** Runs `work` while no other pipeline of the channel does. @returns what it gave, or undefined when somebody holds the lock */
export async function withChannelLock<Result>(
  client: Client,
  channel: string,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const key = `channel:${channel}`;
  const token = await given(
    client.rpc('acquire_operation_lock', { p_lock_key: key, p_operation_type: 'ingestion', p_ttl_seconds: 600 }),
  );
  if (token === null) return undefined;
  try {
    return await work();
  } finally {
    await given(client.rpc('release_operation_lock', { p_lock_key: key, p_fencing_token: token }));
  }
}

/** Whether the lock is still held, for longer now. */
export const renewLock = (client: Client, key: string, token: number) =>
  given(client.rpc('renew_operation_lock', { p_lock_key: key, p_fencing_token: token }));
