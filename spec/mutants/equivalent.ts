const CLOSED = 'No client role may enter schema legacy, and nothing writes there: it is what the redesign put aside.';
const REFUSES = 'All that it does is to refuse.';
const OWN_ROLES = 'It asks for the caller’s own roles alone, which a policy lets everybody read.';
const PROMISE =
  'It takes a promise back: what the function gives is the same, and how often it is called a matter of time.';
const STAND_IN =
  'It stands in for Supabase’s own on a plain server, and the personas’ claims come in one of its two settings.';
const NO_STATEMENT = 'It runs no statement.';
const ROLE_OF_SESSION =
  'It asks for the role that the session set and for the one that it began with, and another owner changes neither.';
const MOMENT = 'No clock reads the moment of a row to the microsecond.';
const MORE_LOCKS = 'It locks rows that it leaves as they are.';
const SEEN = 'Whoever sees a row of the view, and may write the view so, may write that row.';
const OLD = 'In an INSERT all of OLD is null, so that the next arm is true.';
const FIRST = 'A function in SQL gives its first row.';
const ENSURED = 'ensure_usage() does nothing where there is a row.';
const NO_ZEROS = 'No row has an id of zeros.';
const PURE = 'It reads no row, and nothing that depends on who asks.';
const UPDATABLE =
  'It is checked of rows that USING let through, and column privileges let nobody whom row security holds change whose a row is.';
const CHUNKS = 'Whoever may write chunks may write channels too: admins, and the service.';
const OWNERS = 'Only functions with their owner’s rights call it.';
const SERVICE =
  'Only the service and functions with their owner’s rights call it, and the service may do all that it does.';
const UNASKED = 'No policy and no function asks it, but for policies in schema legacy, which no client role may enter.';
const CATALOG = 'All that its body names is of pg_catalog, which comes first in a search path that does not name it.';
const TOGETHER = 'A key holds channel, video and transcript of a chunk together, and a video has one transcript.';

/** Mutants that change nothing that anybody could notice, each with the reason. */
export const equivalent: Readonly<Record<string, string>> = {
  'policy-check-other-caller public.chat_sessions "Users can change * → (user_id = ( SELECT public.chat_sessions.user_id AS uid))':
    UPDATABLE,
  'policy-check-other-caller public.profiles "Users can change * → (id = ( SELECT public.profiles.id AS uid))':
    UPDATABLE,
  'policy-check-true public.chat_sessions "Users can change their own chat sessions"': UPDATABLE,
  'policy-check-true public.voice_conversations "Users can change their own voice conversations"': UPDATABLE,
  'policy-check-true public.saved_answers "Users can annotate their own saved answers"': UPDATABLE,
  'policy-check-other-caller public.saved_answers "Users can annotate * → (user_id = ( SELECT public.saved_answers.user_id AS uid))':
    UPDATABLE,
  'policy-check-other-caller public.voice_conversations "Users can change * → (user_id = ( SELECT public.voice_conversations.user_id AS uid))':
    UPDATABLE,
  'policy-using-arm-dropped public.videos "Anyone can view videos of public channels" * AND (true))))':
    'It is for anon alone, to whom the policy of channels shows none but public ones, in the subquery too.',
  'check-* legacy.*': CLOSED,
  'default-* legacy.*': CLOSED,
  'foreign-key-deferrable legacy.*': CLOSED,
  'index-dropped legacy.*': CLOSED,
  'not-null-dropped legacy.*': CLOSED,
  'primary-key-dropped legacy.*': CLOSED,
  'view-security-barrier legacy_api.*':
    'Its views hide no row by themselves: they read with the rights of their caller, whom row security holds back.',
  'function-security-definer private.audit_refuse()': REFUSES,
  'trigger-timing public.audit_log trigger audit_refuse after': REFUSES,
  'function-volatility private.audit_refuse() *': REFUSES,
  'function-security-invoker private.lock_channel_of_chunk()': CHUNKS,
  'function-security-definer private.avatar_url_of(jsonb)': PURE,
  'function-security-definer private.display_name_of(jsonb, text)': PURE,
  'function-security-definer private.set_updated_at()': PURE,
  'function-security-definer private.fits_slug(text)': PURE,
  'function-security-definer private.folded_slug(text)': PURE,
  'function-security-definer private.half_precision(extensions.vector)': PURE,
  'function-search-path-* private.half_precision(extensions.vector)':
    'The names in a body of SQL are resolved when the function is created.',
  'function-volatility private.set_updated_at() stable': NO_STATEMENT,
  'function-volatility private.bound_times() stable': NO_STATEMENT,
  'function-volatility private.refuse_too_long() stable': NO_STATEMENT,
  'function-security-definer private.is_service()': ROLE_OF_SESSION,
  'function-security-definer private.request_caller()': ROLE_OF_SESSION,
  'function-security-invoker private.hold_channel(uuid)': OWNERS,
  'function-security-invoker private.hold_session(uuid)': OWNERS,
  'function-security-definer private.require_admin()': OWNERS,
  'function-security-definer private.require_self_or_service(uuid)': OWNERS,
  'function-security-definer private.ensure_usage(uuid)': SERVICE,
  'function-security-definer private.recount_creators(uuid[])': SERVICE,
  'function-security-invoker private.has_role(*': OWN_ROLES,
  'function-security-invoker private.is_moderator()': OWN_ROLES,
  'function-security-invoker private.is_admin()': OWN_ROLES,
  'function-security-definer private.plan_in_force(*': 'It reads plans alone, which everybody may who calls it.',
  'function-security-definer private.fitting_lists(*': 'It reads no row.',
  'function-security-definer private.settle_saved_answer()':
    'It reads messages of the row’s own user, and a policy refuses a row of anybody but the caller.',
  'function-volatility private.* volatile': PROMISE,
  'function-volatility legacy_api.* volatile': PROMISE,
  'function-volatility private.avatar_url_of(jsonb) stable': PROMISE,
  'function-volatility private.fitting_lists(bigint) stable': PROMISE,
  'function-volatility private.fits_slug(text) stable': PROMISE,
  'function-volatility private.folded_slug(text) stable': PROMISE,
  'function-volatility private.half_precision(extensions.vector) stable': PROMISE,
  'function-strict private.fits_slug(text)': 'For null it gives null, which is what STRICT does.',
  'function-strict private.folded_slug(text)': 'For null it gives null, which is what STRICT does.',
  'function-strict private.channel_in_full(uuid)': 'For no id it gives no row, which is what STRICT does.',
  'function-strict legacy_api.*(legacy_api.*)': 'For no row it gives no rows, which is what STRICT does.',
  'function-leakproof auth.*': 'It takes no argument that it could tell of.',
  'function-volatility auth.jwt() *': UNASKED,
  'function-volatility auth.role() *': UNASKED,
  'function-search-path-changed auth.*': CATALOG,
  'body-* auth.*': STAND_IN,
  'function-parallel auth.*': STAND_IN,
  'body-comparison *<= clock_timestamp()* → *': MOMENT,
  'body-comparison *<= asked_at* → *': MOMENT,
  'body-comparison public.*held.expires_at > clock_timestamp(); → and held.expires_at >= clock_timestamp();': MOMENT,
  'body-comparison public.purge_expired(* → *logged.created_at <= now() - make_interval(days => p_error_log_days);':
    MOMENT,
  'body-comparison private.admin_* > now() - * → *>= now() - *': MOMENT,
  'body-* private.begin_request(* found_request.locked_until > clock_timestamp() then → *':
    'Only one in progress has a lease, by a check, and one whose lease lapsed was begun anew before.',
  'body-condition-true private.revoke_role(* for update; → *': MORE_LOCKS,
  'body-arm-dropped public.replace_transcript_chunks(* chunk.*_id = replaced.* → * true*': TOGETHER,
  'body-and-to-or public.replace_transcript_chunks(* → or chunk.transcript_id = replaced.id;': TOGETHER,
  'body-constant private.avatar_url_of(jsonb) * → from (values (2, *':
    'A sort of two rows that are equal leaves them in their order.',
  "body-constant private.avatar_url_of(jsonb) * → from (values (1, claimed ->> 'avatar_url'), (3, *":
    'The second place is still after the first.',
  "body-arm-dropped private.retrain_search_index(* and option.option_name = 'lists' → * and true":
    'An index of this kind has no other option.',
  "body-condition-true legacy_api.write_transcript_chunk() if tg_op = 'UPDATE' then → if true then":
    'A new chunk has no embedding yet that could be deleted.',
  'body-arm-dropped private.settle_saved_answer() if new.session_id is null and new.message_id is not null *true then':
    'Without a message there is none to find.',
  'body-condition-true legacy_api.write_chat_message() return case when found * → *': SEEN,
  'body-condition-true legacy_api.write_chat_session() return case when found * → *': SEEN,
  'body-condition-true legacy_api.write_public_chat_limit() return case when found * → *': SEEN,
  'body-condition-true legacy_api.write_user_usage() return case when found * → *': SEEN,
  'body-condition-false legacy_api.write_user_usage() if not found then → if false then #2': SEEN,
  'body-comparison private.plan_in_force(* p_plan_expires_at <= now() then → *p_plan_expires_at < now() then': MOMENT,
  "body-constant private.display_name_of(* → (2, claimed -> 'display_name'),":
    'Of rows in the same place a search for the first keeps the one that came first.',
  'body-condition-false legacy_api.write_chat_session() if not found then → *': SEEN,
  'body-condition-false legacy_api.write_public_chat_limit() if not found then → *': SEEN,
  "body-arm-dropped legacy_api.write_transcript_chunk() elsif tg_op = 'INSERT' or old.embedding * → elsif false or *":
    OLD,
  "body-constant legacy_api.write_transcript_chunk() elsif tg_op = 'INSERT' or old.embedding *": OLD,
  'body-constant private.avatar_url_of(jsonb) limit 1; → *': FIRST,
  'body-constant private.display_name_of(*) limit 1; → *': FIRST,
  'body-constant private.admin_recent_errors(* coalesce(p_before_id, *': NO_ZEROS,
  "body-constant private.admin_users(* → *coalesce(p_before_id, '00000000-0000-0000-0000-000000000001'))": NO_ZEROS,
  'body-constant public.search_my_messages(* coalesce(p_before_id, *': NO_ZEROS,
  'body-* public.increment_videos_indexed(* perform from public.user_usage *': ENSURED,
  'body-condition-true public.increment_videos_indexed(* if not found then → *': ENSURED,
  'body-perform-removed public.increment_message_count(* perform from public.user_usage *': ENSURED,
  'body-condition-false public.increment_message_count(* perform from public.user_usage *': ENSURED,
  'body-condition-true public.increment_message_count(* if not found then → *': ENSURED,
};
