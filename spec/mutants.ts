import type { Config } from '../src/index.ts';

const CLOSED = 'No client role may enter schema legacy, and nothing writes there: it is what the redesign put aside.';
const REFUSES = 'All that it does is to refuse.';
const OWN_ROLES = 'It asks for the caller’s own roles alone, which a policy lets everybody read.';
const PROMISE =
  'It takes a promise back: what the function gives is the same, and how often it is called a matter of time.';
const STAND_IN =
  'It stands in for Supabase’s own on a plain server, and the personas’ claims come in one of its two settings.';
const MOMENT = 'No clock reads the moment of a row to the microsecond.';
const MORE_LOCKS = 'It locks rows that it leaves as they are.';
const SEEN = 'Whoever sees a row of the view, and may write the view so, may write that row.';
const OLD = 'In an INSERT all of OLD is null, so that the next arm is true.';
const FIRST = 'A function in SQL gives its first row.';
const ENSURED = 'ensure_usage() does nothing where there is a row.';
const SIGN_UP = 'test/spec/sign-up.test.ts: has a profile, the role user and the free plan';
const RETRAINED =
  'test/spec/functions/search-nearest.test.ts: an index with as many lists as its rows need is left as it is, and one with too many is made anew';
const NUMBERS = 'test/spec/functions/constants.test.ts: these are all numbers of all functions';
const LISTS = 'test/spec/functions/constants.test.ts: is searched in twice the root of its lists, rounded up';

/** Mutants that no probe of the proof notices, each for a reason or with the test that does (docs/mutate.md). */
export const mutants: NonNullable<Config['mutants']> = {
  equivalent: {
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
    'function-security-invoker private.has_role(*': OWN_ROLES,
    'function-security-invoker private.is_moderator()': OWN_ROLES,
    'function-security-invoker private.is_admin()': OWN_ROLES,
    'function-security-definer private.plan_in_force(*': 'It reads plans alone, which everybody may who calls it.',
    'function-security-definer private.fitting_lists(*': 'It reads no row.',
    'function-security-definer private.settle_saved_answer()':
      'It reads messages of the row’s own user, and a policy refuses a row of anybody but the caller.',
    'function-volatility private.* volatile': PROMISE,
    'function-volatility legacy_api.* volatile': PROMISE,
    'function-strict legacy_api.*(legacy_api.*)': 'For no row it gives no rows, which is what STRICT does.',
    'function-leakproof auth.*': 'It takes no argument that it could tell of.',
    'body-* auth.*': STAND_IN,
    'function-parallel auth.*': STAND_IN,
    'body-comparison *<= clock_timestamp()* → *': MOMENT,
    'body-comparison *<= asked_at* → *': MOMENT,
    'body-* private.begin_request(* found_request.locked_until > clock_timestamp() then → *':
      'Only one in progress has a lease, by a check, and one whose lease lapsed was begun anew before.',
    'body-condition-true private.count_chunks() perform from * for no key update; → *': MORE_LOCKS,
    'body-condition-true private.revoke_role(* for update; → *': MORE_LOCKS,
    'body-arm-dropped private.settle_saved_answer() if new.session_id is null and new.message_id is not null *true then':
      'Without a message there is none to find.',
    'body-condition-true legacy_api.write_chat_message() return case when found * → *': SEEN,
    'body-condition-false legacy_api.write_chat_session() if not found then → *': SEEN,
    'body-condition-false legacy_api.write_public_chat_limit() if not found then → *': SEEN,
    "body-arm-dropped legacy_api.write_transcript_chunk() elsif tg_op = 'INSERT' or old.embedding * → elsif false or *":
      OLD,
    "body-constant legacy_api.write_transcript_chunk() elsif tg_op = 'INSERT' or old.embedding *": OLD,
    'body-constant private.avatar_url_of(jsonb) limit 1; → *': FIRST,
    'body-constant private.display_name_of(*) limit 1; → *': FIRST,
    'body-constant private.admin_recent_errors(* coalesce(p_before_id, *': 'No row has an id of zeros.',
    'body-* public.increment_videos_indexed(* perform from public.user_usage *': ENSURED,
    'body-condition-true public.increment_videos_indexed(* if not found then → *': ENSURED,
  },
  killedBy: {
    'function-setting-removed private.retrain_search_index(* maintenance_work_mem':
      'test/spec/functions/search-nearest.test.ts: over all channels it gives what the channels give, by %s',
    'body-condition-false public.replace_transcript_chunks(* where transcript.id = p_transcript_id → *': `test/spec/functions/waiting.test.ts: channels come and go while their chunks are \${written} by many: nobody is turned away`,
    'body-condition-false public.search_transcript_chunks(* → where false':
      'test/spec/functions/search.test.ts: finds the nearest, best first, with the video',
    'body-and-to-or public.search_my_messages(* session.id = message.session_id → *':
      'test/spec/functions/app.test.ts: finds a message once, however many sessions its writer has',
    'body-* private.handle_new_user() *plan.code = *': SIGN_UP,
    'body-constant private.consume_message_quota(* then 0 else usage.messages_sent_today end < ( → *': `test/spec/functions/limits.test.ts: a limit of \${limit} on the day after \${used}: one passes: \${passes}`,
    'body-perform-removed private.recount_creators(*':
      'test/spec/functions/usage.test.ts: 32 at once end exactly at the limit',
    'body-condition-false private.retrain_search_index(* if had is null or * → *': RETRAINED,
    'body-arm-dropped private.retrain_search_index(* → if had is null or (p_lists is null and true) then': RETRAINED,
    'body-arm-dropped private.retrain_search_index(* → if had is null or (false) then': RETRAINED,
    'body-comparison private.retrain_search_index(*lists not between had *': RETRAINED,
    "body-constant private.admin_*interval '7 days*": NUMBERS,
    'body-constant private.admin_* least(greatest(coalesce(p_limit, *': NUMBERS,
    'body-constant public.search_* least(greatest(coalesce(*': NUMBERS,
    'body-constant public.search_* limit greatest(*': NUMBERS,
    'body-constant public.search_all_transcript_chunks(* → *ceil(3 *': NUMBERS,
    'body-constant private.display_name_of(* → (4, *': NUMBERS,
    'body-co* legacy_api.write_user_usage() plan_*_at = case when new.plan_type is distinct from * → *':
      'test/spec/legacy-api/writing.test.ts: a plan that stays keeps when it began and ends, and another begins now',
    'body-condition-false legacy_api.write_transcript_chunk() if not found then → if false then #2':
      'test/spec/legacy-api/writing.test.ts: an embedding is written, replaced and taken away with its chunk, and counted with its channel',
    'body-not-removed legacy_api.write_video() if not found and written.transcript_status *':
      'test/spec/legacy-api/writing.test.ts: the status of a video is the status of its transcript, which the new queue reads',
    "body-arm-dropped legacy_api.write_channel() or to_jsonb(new) - 'public_slug' <> * → or false":
      'test/spec/legacy-api/writing.test.ts: a follower makes a channel public by writing its slug, once, and changes nothing else with it',
    'body-condition-* legacy_api.search_transcript_chunks(* if filter_channel_id is null then → *':
      'test/spec/legacy-api/writing.test.ts: a search gives no more passages than the new one does, however many are asked for',
    'body-* public.search_all_transcript_chunks(*option.option_name = *': LISTS,
    'function-setting-removed public.search_all_transcript_chunks(* ivfflat.iterative_scan':
      'test/spec/functions/search-nearest.test.ts: over all channels it gives as many as are asked for, though the lists that it goes through first hold fewer',
    'function-security-invoker private.handle_new_user()': SIGN_UP,
    'trigger-event-removed public.audit_log trigger audit_refuse *':
      'test/spec/audit.test.ts: its owner can’t %s either',
    'foreign-key-dropped public.chat_messages constraint chat_messages_user_id_session_id_fkey':
      'test/spec/attacks/writing.test.ts: a message of one’s own',
    'foreign-key-dropped public.saved_answers constraint saved_answers_channel_id_user_id_session_id_fkey':
      'test/spec/deleting.test.ts: all goes with what it belongs to, but for what is meant to outlive it and forget it',
  },
};
