import type { AccessSpec } from '../src/access/model.ts';

// Rows "owner's" belong to the persona owner: for every other persona they are another user's.
// S select, I insert, U update, D delete, — nothing. `service` bypasses row security: its grants are all that hold it.

const NOBODY = { anon: '—', owner: '—', stranger: '—', moderator: '—', admin: '—', service: '—' };
const CONTENT = { anon: '—', owner: 'S', stranger: 'S', moderator: 'S', admin: 'S I U D', service: 'S I U D' };
const PUBLIC_CONTENT = { ...CONTENT, anon: 'S' };
const OPERATIONS = { ...NOBODY, admin: 'S', service: 'S I U D' };

/** Rows of one user: nobody else signed in reaches them, admins included. */
function of(owner: string, others: { service: string } = { service: 'S I U D' }) {
  return { ...NOBODY, owner, ...others };
}

/** Who may do what, as it is meant: the truth that the database is held against. */
export const access: AccessSpec = {
  'public.channels': { public: PUBLIC_CONTENT, 'not public': CONTENT },
  'public.videos': { 'of a public channel': PUBLIC_CONTENT, 'of another channel': CONTENT },
  'public.transcripts': { any: CONTENT },
  'public.transcript_chunks': { any: CONTENT },
  'public.chunk_embeddings': { any: CONTENT },

  'public.user_creators': { "owner's": of('S I D', { service: 'S I D' }) },
  // U(title, updated_at): a session does not move to another user or channel.
  'public.chat_sessions': { "owner's": of('S I U D') },
  // No update for anybody: history is immutable.
  'public.chat_messages': { "owner's": of('S I D', { service: 'S I D' }) },
  // U(note): the answer is a copy.
  'public.saved_answers': { "owner's": of('S I U D') },
  // U(duration_seconds, transcript): a conversation does not move to another user or channel.
  'public.voice_conversations': { "owner's": of('S I U D') },

  // Plans are part of the schema: only a migration changes them.
  'public.plans': { any: { anon: 'S', owner: 'S', stranger: 'S', moderator: 'S', admin: 'S', service: 'S' } },
  // U(display_name, avatar_url). It comes and goes with the account.
  'public.profiles': { "owner's": of('S U') },
  // A role is given and taken, never changed into another.
  'public.user_roles': { "owner's": of('S', { service: 'S I D' }) },
  'public.user_usage': { "owner's": of('S') },
  'public.usage_daily': { "owner's": of('S') },

  'public.error_logs': { any: { ...NOBODY, moderator: 'S', admin: 'S', service: 'S I D' } },
  // Append-only, for the service too: triggers write it.
  'public.audit_log': { any: { ...NOBODY, admin: 'S', service: 'S' } },
  'public.operation_locks': { any: OPERATIONS },
  'public.request_idempotency': { any: OPERATIONS, "owner's": OPERATIONS },
  'public.public_chat_limits': { any: OPERATIONS },

  'private.quarantined_rows': { any: NOBODY },
  'private.legacy_moves': { any: NOBODY },

  // The originals of what the redesign carried over: no role of the API reaches them.
  'legacy.channels': { any: NOBODY },
  'legacy.videos': { any: NOBODY },
  'legacy.transcripts': { any: NOBODY },
  'legacy.transcript_chunks': { any: NOBODY },
  'legacy.chat_sessions': { any: NOBODY },
  'legacy.chat_messages': { any: NOBODY },
  'legacy.profiles': { any: NOBODY },
  'legacy.user_usage': { any: NOBODY },
  'legacy.user_creators': { any: NOBODY },
  'legacy.public_chat_limits': { any: NOBODY },
  'legacy.error_logs': { any: NOBODY },
};
