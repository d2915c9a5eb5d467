// What the browser asks for where nobody is signed in: the page of a public channel, by its address.
import { type Client, given } from './client.ts';

/** The public channel of an address, or null. */
export const publicChannel = (client: Client, slug: string) =>
  given(
    client
      .from('channels')
      .select(
        'id, channel_name, channel_url, avatar_url, subscriber_count, indexed_videos, total_videos, last_indexed_at',
      )
      .eq('public_slug', slug)
      .maybeSingle(),
  );

/** The newest videos of a public channel. */
export const publicVideos = (client: Client, channel: string) =>
  given(
    client
      .from('videos')
      .select('id, youtube_video_id, title, duration_seconds, published_at, thumbnail_url')
      .eq('channel_id', channel)
      .order('published_at', { ascending: false })
      .limit(20),
  );
