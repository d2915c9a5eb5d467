import type { AccessSpec, Dependencies, EffectsSpec, FunctionSpec } from '../src/index.ts';
import { legacyApiAccess, legacyApiFunctions } from './legacy-api/access.ts';
import { CONTENT, NO_ONE, NOBODY, OPERATIONS, of, PUBLIC_CONTENT, SIGNED_IN } from './personas.ts';

// Rows "owner's" belong to the persona owner: for every other persona they are another user's.
// S select, I insert, U update, D delete, — nothing; U(title) update of that column only. `service` bypasses row security: its grants are all that hold it.

/** What the page of a public channel shows. */
const PAGE =
  'id, youtube_channel_id, channel_name, channel_url, avatar_url, subscriber_count, indexed_videos, total_videos, ' +
  'ingestion_status, last_indexed_at, public_slug, chunk_count, created_at, updated_at';

/** What says that a request came and how far it is, without what was answered. */
const REQUEST =
  'id, user_id, begun_by, operation_type, idempotency_key, request_hash, status, locked_until, completed_at, expires_at, ' +
  'created_at, updated_at';

/** What the service answered is between it and its user: admins see that a request was answered. */
const REQUESTS = { ...OPERATIONS, admin: `S(${REQUEST})` };

/** What admins and the service write of a channel: not its id, once it is there, and not its count of chunks. */
const WRITTEN =
  'youtube_channel_id, channel_name, channel_url, avatar_url, subscriber_count, indexed_videos, total_videos, ' +
  'ingestion_status, ingestion_progress, ingestion_method, error_message, last_indexed_at, ingest_videos, ingest_shorts, ' +
  'ingest_lives, video_import_mode, video_import_limit, public_slug, uploads_playlist_id, added_by, created_at, updated_at';
const CHANNELS = `S I(id, ${WRITTEN}) U(${WRITTEN}) D`;

/** Who may do what, as it is meant: the truth that the database is held against. */
export const access: AccessSpec = {
  'public.channels': {
    public: { ...CONTENT, anon: `S(${PAGE})`, admin: CHANNELS, service: CHANNELS },
    'not public': { ...CONTENT, admin: CHANNELS, service: CHANNELS },
  },
  'public.videos': { 'of a public channel': PUBLIC_CONTENT, 'of another channel': CONTENT },
  'public.transcripts': { any: CONTENT },
  'public.transcript_chunks': { any: CONTENT },
  'public.chunk_embeddings': { any: CONTENT },

  'public.user_creators': { "owner's": of('S I D', { service: 'S I D' }) },
  // A session does not move to another user or channel.
  'public.chat_sessions': { "owner's": of('S I U(title, updated_at) D') },
  // No update for anybody: history is immutable.
  'public.chat_messages': { "owner's": of('S I D', { service: 'S I D' }) },
  // The answer is a copy: only the note is its owner's to write.
  'public.saved_answers': { "owner's": of('S I U(note) D') },
  // A conversation does not move to another user or channel.
  'public.voice_conversations': { "owner's": of('S I U(duration_seconds, transcript) D') },

  // Plans are part of the schema: only a migration changes them.
  'public.plans': { any: { anon: 'S', owner: 'S', stranger: 'S', moderator: 'S', admin: 'S', service: 'S' } },
  // It comes and goes with the account.
  'public.profiles': { "owner's": of('S U(display_name, avatar_url)') },
  // A role is given and taken, never changed into another.
  'public.user_roles': { "owner's": of('S', { service: 'S I D' }) },
  'public.user_usage': { "owner's": of('S') },
  'public.usage_daily': { "owner's": of('S') },

  'public.error_logs': { any: { ...NOBODY, moderator: 'S', admin: 'S', service: 'S I D' } },
  // Append-only, for the service too: triggers write it.
  'public.audit_log': { any: { ...NOBODY, admin: 'S', service: 'S' } },
  'public.operation_locks': { any: OPERATIONS },
  'public.request_idempotency': { any: REQUESTS, "owner's": REQUESTS },
  'public.public_chat_limits': { any: OPERATIONS },

  'private.quarantined_rows': { any: NOBODY },
  'private.legacy_definitions': { any: NOBODY },
  'private.legacy_moves': { any: NOBODY },
  'private.migration_notes': { any: NOBODY },
  // Whose an address is for ever, and what was taken down: a trigger on channels writes them.
  'private.slug_holders': { any: NOBODY },
  'private.channel_takedowns': { any: NOBODY },
  'private.user_row_counts': { any: NOBODY },

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

  ...legacyApiAccess,
};

/** Functions of public that hand over to one of the same name in private, which checks its caller. */
function inBoth<Line>(lines: Readonly<Record<string, Line>>): Record<string, Line> {
  return Object.fromEntries(
    Object.entries(lines).flatMap(([name, may]) => [
      [`public.${name}`, may],
      [`private.${name}`, may],
    ]),
  );
}

/**
 * Who may execute each function: who is not named lacks EXECUTE, or is refused by the function with 42501; '!stranger(P0001)'
 * is refused by the function with another SQLSTATE. A name stands for the only
 * function that has it; among several, write the types too: 'public.f(uuid, text)'. Trigger functions need no line:
 * nobody may execute them.
 */
export const functions: FunctionSpec = {
  // Policies call these as whoever asks; each answers for its caller alone.
  'private.has_role': `${SIGNED_IN}, service`,
  'private.is_admin': `${SIGNED_IN}, service`,
  'private.is_moderator': `${SIGNED_IN}, service`,
  // Checks of tables call these as whoever writes; each looks at its argument alone.
  'private.display_name_of': `${SIGNED_IN}, service`,
  'private.avatar_url_of': `${SIGNED_IN}, service`,
  'private.folded_slug': `${SIGNED_IN}, service`,
  'private.fits_slug': `${SIGNED_IN}, service`,
  // Functions that the service calls ask it what is blank.
  'private.trimmed': 'service',
  // Others of that schema call these.
  'private.fitting_lists': NO_ONE,
  'private.half_precision': NO_ONE,
  'private.is_service': NO_ONE,
  'private.require_admin': NO_ONE,
  'private.require_self_or_service': NO_ONE,
  'private.require_row_limit': NO_ONE,
  'private.require_role': NO_ONE,
  'private.request_caller': NO_ONE,
  'private.hold_channel': NO_ONE,
  'private.hold_session': NO_ONE,

  // The thin functions of public call these with their callers' rights.
  'private.plan_in_force': `${SIGNED_IN}, service`,
  'private.usage_of': `${SIGNED_IN}, service`,
  'private.require_query': SIGNED_IN,
  'private.ensure_usage': 'service',
  'private.retrain_search_index': 'service',
  'private.recount_creators': 'service',

  ...inBoth({
    // Called for the owner (spec/calls.ts): nobody else is who they say, but the service may speak for anybody.
    consume_message_quota: 'owner, service',
    begin_request: 'owner, service',
    // By the id that only who began it knows.
    complete_request: `${SIGNED_IN}, service`,
    fail_request: `${SIGNED_IN}, service`,
    // Called for a channel that the owner has followed for long.
    publish_channel: 'owner, moderator, admin',
    unpublish_channel: 'moderator, admin',
    export_my_data: SIGNED_IN,
    grant_role: 'admin',
    revoke_role: 'admin',
    admin_overview: 'admin',
    admin_top_channels: 'admin',
    admin_daily_messages: 'admin',
    admin_plan_distribution: 'admin',
    admin_recent_errors: 'admin',
    admin_error_summary: 'admin',
    admin_users: 'admin',
    admin_ingestion_queue: 'admin',
  }),
  'public.my_usage': SIGNED_IN,
  'public.search_my_messages': SIGNED_IN,
  'public.search_transcript_chunks': `${SIGNED_IN}, service`,
  'public.search_all_transcript_chunks': `${SIGNED_IN}, service`,
  // Computed relationships, for PostgREST: rows that their caller may see.
  'public.videos(public.transcript_chunks)': `${SIGNED_IN}, service`,
  'public.channels(public.transcript_chunks)': `${SIGNED_IN}, service`,
  'public.channels(public.transcripts)': `${SIGNED_IN}, service`,

  'public.get_usage_with_limits': 'service',
  'public.increment_message_count': 'service',
  'public.increment_creator_count': 'service',
  'public.decrement_creator_count': 'service',
  'public.increment_videos_indexed': 'service',
  'public.consume_public_chat_quota': 'service',
  'public.acquire_operation_lock': 'service',
  'public.renew_operation_lock': 'service',
  'public.release_operation_lock': 'service',
  'public.replace_transcript_chunks': 'service',
  'public.claim_transcripts': 'service',
  'public.log_error': 'service',
  'public.purge_expired': 'service',
  'public.retrain_search_index': 'service',

  ...legacyApiFunctions,
};

/** A statement on a table, and the same on the view that old clients know it as. */
function inBothApis<Line>(lines: Readonly<Record<string, Line>>): Record<string, Line> {
  return Object.fromEntries(
    Object.entries(lines).flatMap(([statement, line]) => [
      [statement, line],
      [statement.replace(' public.', ' legacy_api.'), line],
    ]),
  );
}

const CHUNK_COUNT = 'A trigger counts a channel’s chunks, and nobody sets the count themselves.';
/** What a plan limits is counted for each user. */
const COUNTED = {
  changes: 'private.user_row_counts of own, private.user_row_counts of others',
  why: 'A trigger counts the rows of each user, for the limit of their plan; nobody sets a count themselves.',
} as const;
const AUDITED = 'A trigger writes the audit log, which no role may write.';

/**
 * Whose rows functions, and statements on tables, change that their callers may not change by the lines above: that is what
 * they are for.
 */
export const effects: EffectsSpec = {
  ...inBoth({
    begin_request: {
      changes: 'public.request_idempotency of own, private.user_row_counts of own, private.user_row_counts of others',
      why: 'Users begin requests of their own; the table itself is the service’s, and a trigger counts its rows.',
    },
    complete_request: {
      changes: 'public.request_idempotency of own',
      why: 'Who began a request stores its response.',
    },
    fail_request: { changes: 'public.request_idempotency of own', why: 'Who began a request gives it up.' },
    consume_message_quota: {
      changes: 'public.user_usage of own, public.usage_daily of own',
      why: 'A message counts against its writer’s quota, and nobody sets a count themselves.',
    },
    publish_channel: {
      changes:
        'public.channels of nobody, public.audit_log of own, private.slug_holders of own, private.slug_holders of nobody',
      why: 'Followers and moderators give a channel its public address, which stays the channel’s; the audit log remembers who did.',
    },
    unpublish_channel: {
      changes: 'public.channels of nobody, public.audit_log of own, private.channel_takedowns of nobody',
      why: 'Moderators take a public page down, and it stays down; the audit log remembers who did.',
    },
    grant_role: {
      changes: 'public.user_roles of own, public.user_roles of shared, public.audit_log of own',
      why: 'Admins give roles, to themselves too: a row names who has the role and who gave it.',
    },
    revoke_role: {
      changes: 'public.user_roles of own, public.user_roles of others, public.audit_log of own',
      why: 'Admins take roles, their own too.',
    },
  }),

  'public.replace_transcript_chunks': { changes: 'public.channels of nobody', why: CHUNK_COUNT },
  'delete public.transcripts': { changes: 'public.channels of nobody', why: CHUNK_COUNT },
  'public.purge_expired': { changes: 'private.user_row_counts of others', why: COUNTED.why },
  'insert public.saved_answers': COUNTED,
  'delete public.saved_answers': COUNTED,
  'insert public.voice_conversations': COUNTED,
  'delete public.voice_conversations': COUNTED,
  'update public.voice_conversations': { changes: 'private.user_row_counts of others', why: COUNTED.why },
  'insert public.request_idempotency': { changes: 'private.user_row_counts of others', why: COUNTED.why },
  'delete public.request_idempotency': { changes: 'private.user_row_counts of others', why: COUNTED.why },
  'insert public.user_roles': { changes: 'public.audit_log of nobody', why: AUDITED },
  'delete public.user_roles': { changes: 'public.audit_log of nobody', why: AUDITED },
  'insert public.user_usage': { changes: 'public.audit_log of nobody', why: AUDITED },
  'update legacy_api.user_usage': { changes: 'public.audit_log of nobody', why: AUDITED },
  ...inBothApis({
    'insert public.channels': {
      changes: 'public.audit_log of own, public.audit_log of nobody, private.slug_holders of nobody',
      why: `${AUDITED} An address, once given, is the channel’s.`,
    },
    'insert public.transcript_chunks': { changes: 'public.channels of nobody', why: CHUNK_COUNT },
    'delete public.transcript_chunks': { changes: 'public.channels of nobody', why: CHUNK_COUNT },
    'delete public.videos': { changes: 'public.channels of nobody', why: CHUNK_COUNT },
    'delete public.channels': {
      changes: [
        'public.audit_log of own, public.audit_log of nobody, public.user_creators of others, public.user_usage of others',
        'public.chat_sessions of others, public.chat_messages of others, public.saved_answers of others',
        'public.voice_conversations of others, public.public_chat_limits of nobody, private.user_row_counts of others',
      ].join(', '),
      why: 'With a channel goes what people did there, and nobody’s count of creators has it any longer.',
    },
    'insert public.user_creators': {
      changes: 'public.user_usage of own, public.usage_daily of own',
      why: 'Triggers count the creators of a user: nobody sets a count themselves.',
    },
    'delete public.user_creators': {
      changes: 'public.user_usage of own',
      why: 'Triggers count the creators of a user: nobody sets a count themselves.',
    },
    'insert public.chat_sessions': COUNTED,
    'delete public.chat_sessions': {
      changes: `public.saved_answers of own, ${COUNTED.changes}`,
      why: 'A saved answer is a copy: it outlives its session, and no longer refers to it. A trigger counts sessions.',
    },
    'insert public.chat_messages': COUNTED,
    'delete public.chat_messages': COUNTED,
  }),
};

const both = (...names: readonly string[]): string[] => names.flatMap((name) => [`public.${name}`, `private.${name}`]);

/** What is meant to depend on rows that who asks may not see. */
export const dependencies: Dependencies = [
  {
    of: both('admin_overview'),
    on: ['auth.users', 'public.chat_sessions', 'public.usage_daily', 'public.user_usage'],
    for: 'admin',
    why: 'Admins see how much the app is used: counts over everybody, and nobody by name.',
  },
  {
    of: both('admin_daily_messages'),
    on: ['public.usage_daily'],
    for: 'admin',
    why: 'How many messages there were a day, and from how many users.',
  },
  {
    of: both('admin_top_channels'),
    on: ['public.chat_sessions', 'public.user_creators'],
    for: 'admin',
    why: 'How many chat with a channel and follow it, and not who.',
  },
  {
    of: both('admin_ingestion_queue'),
    on: ['public.user_creators'],
    for: 'admin',
    why: 'How many wait for a channel decides which is taken in first.',
  },
  {
    of: both('admin_plan_distribution'),
    on: ['auth.users', 'public.user_usage'],
    for: 'admin',
    why: 'How many users each plan has, and not who.',
  },
  {
    of: both('admin_users'),
    on: ['auth.users', 'public.profiles', 'public.usage_daily', 'public.user_roles', 'public.user_usage'],
    for: 'admin',
    why: 'Admins look after accounts: who somebody is, their roles, plan and counters, and nothing that they wrote.',
  },
  {
    of: both('grant_role', 'revoke_role'),
    on: ['public.user_roles'],
    for: 'admin',
    why: 'Whether somebody had the role is the answer to giving or taking it.',
  },
  {
    of: both('publish_channel'),
    on: ['private.channel_takedowns'],
    for: 'stranger',
    why: 'Who follows a channel may know that a moderator took its page down, and not who did.',
  },
  {
    of: both('publish_channel'),
    on: ['private.slug_holders'],
    for: 'owner, moderator, admin',
    why: 'An address that was another channel’s is not given, and whose it was is not said.',
  },
  { of: both('grant_role'), on: ['auth.users'], for: 'admin', why: 'An id of nobody is refused.' },
];
