import type { Config } from '../src/index.ts';

const CLOSED = 'No client role may enter schema legacy, and nothing writes there: it is what the redesign put aside.';
const REFUSES = 'All that it does is to refuse.';
const OWN_ROLES = 'It asks for the caller’s own roles alone, which a policy lets everybody read.';
const PROMISE =
  'It takes a promise back: what the function gives is the same, and how often it is called a matter of time.';
const STAND_IN =
  'It stands in for Supabase’s own on a plain server, and the personas’ claims come in one of its two settings.';
const MOMENT = 'No clock reads the moment of a row to the microsecond.';
const ENSURED = 'ensure_usage() does nothing where there is a row.';
const LISTS = 'test/spec/functions/constants.test.ts: is searched in twice the root of its lists, rounded up';

/** Mutants that no probe of the proof notices, each for a reason or with the test that does (docs/mutate.md). */
export const mutants: NonNullable<Config['mutants']> = {
  equivalent: {
    'check-* legacy.*': CLOSED,
    'default-* legacy.*': CLOSED,
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
    'body-comparison *<= clock_timestamp()* → *': MOMENT,
    'body-comparison *<= asked_at* → *': MOMENT,
    'body-* public.increment_videos_indexed(* perform from public.user_usage *': ENSURED,
    'body-condition-true public.increment_videos_indexed(* if not found then → *': ENSURED,
  },
  killedBy: {
    'function-setting-removed private.retrain_search_index(* maintenance_work_mem':
      'test/spec/functions/search-nearest.test.ts: over all channels it gives what the channels give, by %s',
    'body-* public.search_all_transcript_chunks(*option.option_name = *': LISTS,
    'function-setting-removed public.search_all_transcript_chunks(* ivfflat.iterative_scan':
      'test/spec/functions/search-nearest.test.ts: over all channels it gives as many as are asked for, though the lists that it goes through first hold fewer',
    'function-security-invoker private.handle_new_user()':
      'test/spec/sign-up.test.ts: has a profile, the role user and the free plan',
    'trigger-event-removed public.audit_log trigger audit_refuse *':
      'test/spec/audit.test.ts: its owner can’t %s either',
    'foreign-key-dropped public.chat_messages constraint chat_messages_user_id_session_id_fkey':
      'test/spec/attacks/writing.test.ts: a message of one’s own',
    'foreign-key-dropped public.saved_answers constraint saved_answers_channel_id_user_id_session_id_fkey':
      'test/spec/deleting.test.ts: all goes with what it belongs to, but for what is meant to outlive it and forget it',
  },
};
