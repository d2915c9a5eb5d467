import type { Table } from './rows.ts';

/** Columns that are carried as they are, and what they are called now: written out once more, from the design. */
export const carriedAsTheyAre: Readonly<Partial<Record<Table, Readonly<Record<string, string>>>>> = {
  'public.channels': {
    channel_id: 'youtube_channel_id',
    channel_name: 'channel_name',
    channel_url: 'channel_url',
    avatar_url: 'avatar_url',
    subscriber_count: 'subscriber_count',
    ingestion_method: 'ingestion_method',
    error_message: 'error_message',
    last_indexed_at: 'last_indexed_at',
    uploads_playlist_id: 'uploads_playlist_id',
  },
  'public.videos': {
    video_id: 'youtube_video_id',
    title: 'title',
    description: 'description',
    duration: 'duration',
    published_at: 'published_at',
    thumbnail_url: 'thumbnail_url',
    transcript_language: 'transcript_language',
    ingestion_method: 'ingestion_method',
  },
  'public.transcripts': { full_text: 'full_text', segments: 'segments', error_message: 'error_message' },
  'public.transcript_chunks': { chunk_index: 'chunk_index', text: 'text' },
  'public.chat_sessions': { user_id: 'user_id' },
  'public.chat_messages': { role: 'role', content: 'content', sources: 'sources' },
  'public.user_usage': { user_id: 'user_id' },
  'public.user_creators': { user_id: 'user_id' },
  'public.public_chat_limits': { identifier: 'identifier' },
  'public.error_logs': { service: 'function_name', error_message: 'message', error_details: 'details' },
};
