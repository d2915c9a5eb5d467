import type { AccessSpec, FunctionSpec } from '../../src/index.ts';
import { CONTENT, NOBODY, of, PUBLIC_CONTENT, SIGNED_IN } from '../personas.ts';

/** Who may do what with the tables as old clients know them: what they may with the new ones. */
export const legacyApiAccess: AccessSpec = {
  'legacy_api.channels': { public: PUBLIC_CONTENT, 'not public': CONTENT },
  'legacy_api.videos': { 'of a public channel': PUBLIC_CONTENT, 'of another channel': CONTENT },
  'legacy_api.transcript_chunks': { any: CONTENT },

  'legacy_api.user_creators': { "owner's": of('S I D', { service: 'S I D' }) },
  // Touching it is all that an old client does to one.
  'legacy_api.chat_sessions': { "owner's": of('S I U(updated_at) D', { service: 'S I U(updated_at) D' }) },
  'legacy_api.chat_messages': { "owner's": of('S I D', { service: 'S I D' }) },

  'legacy_api.user_usage': { "owner's": of('S') },
  // A count stays with its channel.
  'legacy_api.public_chat_limits': {
    any: { ...NOBODY, admin: 'S', service: 'S I U(identifier, messages_today, last_reset_at) D' },
  },
  'legacy_api.error_logs': { any: { ...NOBODY, moderator: 'S', admin: 'S', service: 'S I D' } },
};

/** Who may execute the functions that old clients know. */
export const legacyApiFunctions: FunctionSpec = {
  // What it answers depends on what its caller may read.
  'private.channel_in_full': `anon, ${SIGNED_IN}, service`,
  'legacy_api.search_transcript_chunks': `${SIGNED_IN}, service`,
  'legacy_api.get_usage_with_limits': `${SIGNED_IN}, service`,
  'legacy_api.increment_message_count': 'service',
  'legacy_api.increment_creator_count': 'service',
  'legacy_api.increment_videos_indexed': 'service',

  // How PostgREST is told what belongs together: rows that its caller may see.
  'legacy_api.channels(legacy_api.videos)': `anon, ${SIGNED_IN}, service`,
  'legacy_api.videos(legacy_api.channels)': `anon, ${SIGNED_IN}, service`,
  'legacy_api.channels(legacy_api.transcript_chunks)': `${SIGNED_IN}, service`,
  'legacy_api.channels(legacy_api.chat_sessions)': `${SIGNED_IN}, service`,
  'legacy_api.channels(legacy_api.public_chat_limits)': `${SIGNED_IN}, service`,
  'legacy_api.channels(legacy_api.user_creators)': `${SIGNED_IN}, service`,
  'legacy_api.videos(legacy_api.transcript_chunks)': `${SIGNED_IN}, service`,
  'legacy_api.transcript_chunks(legacy_api.videos)': `${SIGNED_IN}, service`,
  'legacy_api.chat_sessions(legacy_api.channels)': `${SIGNED_IN}, service`,
  'legacy_api.chat_sessions(legacy_api.chat_messages)': `${SIGNED_IN}, service`,
  'legacy_api.chat_messages(legacy_api.chat_sessions)': `${SIGNED_IN}, service`,
};
