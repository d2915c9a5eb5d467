import type { Config } from '../src/index.ts';

type Embeddings = NonNullable<NonNullable<Config['ruled']['postgrest']>['embeddings']>;

/**
 * What clients embed by PostgREST: `select=*,channels(*)` on user_creators is `'public.user_creators': { channels: 'one' }`.
 * One row comes as an object, many as an array (docs/postgrest.md).
 */
export const embeddings: Embeddings = {
  // Who follows what, newest first, with the channel.
  'public.user_creators': { channels: 'one' },
  'public.channels': { videos: 'many', chat_sessions: 'many' },
  'public.videos': { channels: 'one', transcripts: 'many' },
  // The queue of what waits for extraction.
  'public.transcripts': { videos: 'one', channels: 'one', transcript_chunks: 'many' },
  'public.transcript_chunks': { transcripts: 'one', videos: 'one', channels: 'one' },
  'public.chat_sessions': { channels: 'one', chat_messages: 'many' },
  'public.chat_messages': { chat_sessions: 'one' },
  'public.saved_answers': { channels: 'one', chat_sessions: 'one', chat_messages: 'one' },
  'public.voice_conversations': { channels: 'one' },
  'public.public_chat_limits': { channels: 'one' },
  'public.user_usage': { plans: 'one' },

  // As old clients have always written it.
  'legacy_api.user_creators': { channels: 'one' },
  'legacy_api.channels': { videos: 'many', chat_sessions: 'many' },
  'legacy_api.videos': { channels: 'one', transcript_chunks: 'many' },
  'legacy_api.transcript_chunks': { videos: 'one', channels: 'one' },
  'legacy_api.chat_sessions': { channels: 'one', chat_messages: 'many' },
  'legacy_api.chat_messages': { chat_sessions: 'one' },
  'legacy_api.public_chat_limits': { channels: 'one' },
};
