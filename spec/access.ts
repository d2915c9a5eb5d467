import type { AccessSpec } from '../src/access/model.ts';

// Rows "owner's" belong to the persona owner: for every other persona they are another user's.
// S select, I insert, U update, D delete, — nothing. `service` bypasses row security: its grants are all that hold it.

const NOBODY = { anon: '—', owner: '—', stranger: '—', moderator: '—', admin: '—', service: '—' };
const CONTENT = { anon: '—', owner: 'S', stranger: 'S', moderator: 'S', admin: 'S I U D', service: 'S I U D' };
const PUBLIC_CONTENT = { ...CONTENT, anon: 'S' };

/** Who may do what, as it is meant: the truth that the database is held against. */
export const access: AccessSpec = {
  'public.channels': { public: PUBLIC_CONTENT, 'not public': CONTENT },
  'public.videos': { 'of a public channel': PUBLIC_CONTENT, 'of another channel': CONTENT },
  'public.transcripts': { any: CONTENT },
  'public.transcript_chunks': { any: CONTENT },
  'public.chunk_embeddings': { any: CONTENT },

  'public.user_creators': {
    "owner's": { anon: '—', owner: 'S I D', stranger: '—', moderator: '—', admin: '—', service: 'S I D' },
  },
  'public.chat_sessions': {
    "owner's": { anon: '—', owner: 'S I U D', stranger: '—', moderator: '—', admin: '—', service: 'S I U D' },
  },
  // No update for anybody: history is immutable.
  'public.chat_messages': {
    "owner's": { anon: '—', owner: 'S I D', stranger: '—', moderator: '—', admin: '—', service: 'S I D' },
  },

  // Plans are part of the schema: only a migration changes them.
  'public.plans': { any: { anon: 'S', owner: 'S', stranger: 'S', moderator: 'S', admin: 'S', service: 'S' } },
  'public.user_usage': {
    "owner's": { anon: '—', owner: 'S', stranger: '—', moderator: '—', admin: '—', service: 'S I U D' },
  },
  // A role is given and taken, never changed into another.
  'public.user_roles': {
    "owner's": { anon: '—', owner: 'S', stranger: '—', moderator: '—', admin: '—', service: 'S I D' },
  },

  'public.error_logs': {
    any: { anon: '—', owner: '—', stranger: '—', moderator: 'S', admin: 'S', service: 'S I D' },
  },
  'public.public_chat_limits': {
    any: { anon: '—', owner: '—', stranger: '—', moderator: '—', admin: 'S', service: 'S I U D' },
  },

  'private.quarantined_rows': { any: NOBODY },
  'private.legacy_moves': { any: NOBODY },

  // The originals of what the redesign carried over: no role of the API reaches them.
  'legacy.channels': { any: NOBODY },
  'legacy.videos': { any: NOBODY },
  'legacy.transcripts': { any: NOBODY },
  'legacy.transcript_chunks': { any: NOBODY },
  'legacy.chat_sessions': { any: NOBODY },
  'legacy.chat_messages': { any: NOBODY },
  'legacy.user_usage': { any: NOBODY },
  'legacy.user_creators': { any: NOBODY },
  'legacy.public_chat_limits': { any: NOBODY },
  'legacy.error_logs': { any: NOBODY },
};
