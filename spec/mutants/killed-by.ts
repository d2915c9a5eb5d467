const SIGN_UP = 'test/spec/sign-up.test.ts: has a profile, the role user and the free plan';
const RETRAINED =
  'test/spec/functions/search-nearest.test.ts: an index with as many lists as its rows need is left as it is, and one with too many is made anew';
const NUMBERS = 'test/spec/functions/constants.test.ts: these are all numbers of all functions';
const LISTS = 'test/spec/functions/constants.test.ts: is searched in twice the root of its lists, rounded up';
const WRITTEN = `test/spec/functions/waiting.test.ts: channels come and go while their chunks are \${written} by many: nobody is turned away`;
const NO_MORE_LOCKS =
  'test/spec/functions/waiting.test.ts: chunks of a channel are written while another is on its way out: nobody waits';
const IN_PLACE =
  'test/spec/functions/others.test.ts: new chunks are in the transcript that was named, and in no other of the channel';
const LAPSED =
  'test/spec/functions/operations.test.ts: an expired lock is neither renewed nor released, but taken over';
const LEAVES_SETTINGS = "test/spec/functions/search.test.ts: leaves the session's settings as they were";
const NEAREST = 'test/spec/functions/search.test.ts: finds the nearest, best first, with the video';
const MEASURED =
  'test/spec/functions/constants.test.ts: measures a channel of 3000 passages whole, and a larger one by its signs first';
const ALONE = 'test/spec/functions/admin.test.ts: admin_overview and admin_plan_distribution reckon with one account';
const NOTHING = 'test/spec/functions/admin.test.ts: they say 0 of what is not there';
const NAMELESS =
  'test/spec/functions/admin.test.ts: admin_users shows who has no address, no name and no day of signing up, after all others';
const MOVED = 'test/spec/kept.test.ts: a channel knows how many chunks it has when some are %s';
const KEPT_ORDER = `test/spec/functions/waiting.test.ts: a channel can be deleted while its chunks are \${written}: one waits for the other`;
const CLEANED = 'test/spec/sign-up.test.ts: is called by one line of visible characters, cut to 80';
const FAILURES = 'test/spec/sign-up.test.ts: is made even when its %s cannot be, and the error log says so';
const EMBEDDED =
  'test/spec/legacy-api/writing.test.ts: an embedding is written, replaced and taken away with its chunk, and counted with its channel';
const ONE_LEFT =
  'test/spec/functions/admin.test.ts: of two admins who revoke each other at once one is left, in each of 20 rounds';
const FITTING = 'test/spec/functions/constants.test.ts: of %i lists where %i are fitting it leaves %i, made anew: %j';
const WAITS_FOR_NOBODY = 'test/spec/functions/usage.test.ts: whoever follows waits for no other user';
const NO_MORE_FOUND =
  'test/spec/legacy-api/writing.test.ts: a search gives no more passages than the new one does, however many are asked for';

/** Mutants that a test of the repository notices, each with its file and title. */
export const killedBy: Readonly<Record<string, string>> = {
  'function-setting-removed private.retrain_search_index(* maintenance_work_mem':
    'test/spec/functions/search-nearest.test.ts: over all channels it gives what the channels give, by %s',
  'body-condition-false public.replace_transcript_chunks(* where transcript.id = p_transcript_id → *': WRITTEN,
  'body-condition-false public.search_transcript_chunks(* → where false': NEAREST,
  'body-* private.handle_new_user() *plan.code = *': SIGN_UP,
  "body-condition-true private.ensure_usage(uuid) where plan.code = 'free' → where true":
    'test/spec/functions/usage.test.ts: a usage row made again is of the free plan, wherever that stands',
  'body-constant private.consume_message_quota(* then 0 else usage.messages_sent_today end < ( → *': `test/spec/functions/limits.test.ts: a limit of \${limit} on the day after \${used}: one passes: \${passes}`,
  'body-perform-removed private.recount_creators(*':
    'test/spec/functions/usage.test.ts: 32 at once end exactly at the limit',
  'body-condition-true private.recount_creators(* order by usage.user_id for update; → *': WAITS_FOR_NOBODY,
  'body-comparison private.recount_creators(* order by usage.user_id for update; → *': WAITS_FOR_NOBODY,
  'body-condition-false private.recount_creators(* order by usage.user_id for update; → *':
    'test/spec/functions/usage.test.ts: 32 at once end exactly at the limit',
  'body-condition-false private.retrain_search_index(* if had is null or * → *': RETRAINED,
  'body-condition-false private.retrain_search_index(* when p_lists is null then *': FITTING,
  'body-comparison private.retrain_search_index(* where index.oid <> *': FITTING,
  'body-arm-dropped private.retrain_search_index(* → if false or (*':
    'test/spec/functions/search-nearest.test.ts: whoever dropped the index gets none, and the search goes through all',
  'body-or-to-and private.retrain_search_index(*': FITTING,
  'body-constant private.retrain_search_index(* lists between had */ 2.0 * → *': FITTING,
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
  'body-condition-false legacy_api.write_transcript_chunk() if not found then → if false then #2': EMBEDDED,
  'body-not-removed legacy_api.write_video() if not found and written.transcript_status *':
    'test/spec/legacy-api/writing.test.ts: the status of a video is the status of its transcript, which the new queue reads',
  "body-arm-dropped legacy_api.write_channel() or to_jsonb(new) - 'public_slug' <> * → or false":
    'test/spec/legacy-api/writing.test.ts: a follower makes a channel public by writing its slug, once, and changes nothing else with it',
  'body-co* legacy_api.search_transcript_chunks(* if filter_channel_id is null then → *': NO_MORE_FOUND,
  'body-* public.search_all_transcript_chunks(*option.option_name = *': LISTS,
  'function-setting-removed public.search_all_transcript_chunks(* ivfflat.iterative_scan':
    'test/spec/functions/search-nearest.test.ts: over all channels it gives as many as are asked for, though the lists that it goes through first hold fewer',
  'function-security-invoker private.handle_new_user()': SIGN_UP,
  'trigger-event-removed public.audit_log trigger audit_refuse *': 'test/spec/audit.test.ts: its owner can’t %s either',
  'foreign-key-dropped public.chat_messages constraint chat_messages_user_id_session_id_fkey':
    'test/spec/attacks/writing.test.ts: a message of one’s own',
  'foreign-key-dropped public.saved_answers constraint saved_answers_channel_id_user_id_session_id_fkey':
    'test/spec/deleting.test.ts: all goes with what it belongs to, but for what is meant to outlive it and forget it',
  'function-setting-removed public.search_my_messages(* enable_sort':
    'test/spec/functions/app.test.ts: reads in the order of an index, and no further than it has to, of somebody who has far more than others',
  'function-setting-removed public.search_all_transcript_chunks(* ivfflat.probes': LEAVES_SETTINGS,
  'function-strict legacy_api.search_transcript_chunks(*': NO_MORE_FOUND,
  'body-constant public.claim_transcripts(* → limit least(greatest(coalesce(p_limit, *), 0), *': NUMBERS,
  'body-arm-dropped public.re*_operation_lock(* held.expires_at > clock_timestamp(); → and true;': LAPSED,
  'body-condition-true public.replace_transcript_chunks(* where channel.id = ( select * → where true': NO_MORE_LOCKS,
  'body-condition-false public.replace_transcript_chunks(* where channel.id = ( select * → where false': WRITTEN,
  'body-comparison public.replace_transcript_chunks(* → where channel.id <> (': WRITTEN,
  'body-perform-removed public.replace_transcript_chunks(*': WRITTEN,
  'body-and-to-or public.replace_transcript_chunks(* → or chunk.video_id = replaced.video_id': IN_PLACE,
  'body-perform-removed public.search_all_transcript_chunks(*': LISTS,
  'body-constant public.search_all_transcript_chunks(* → *coalesce(lists, 2)))::text, true);': LISTS,
  'body-constant public.search_all_transcript_chunks(* → *coalesce(lists, 1)))::text, false);': LEAVES_SETTINGS,
  'body-co* public.search_all_transcript_chunks(* where measured.chunk_id = any (candidates) → *':
    'test/spec/functions/constants.test.ts: for %i passages measures the %i best by their signs of a channel, and %i of all',
  'body-constant public.search_transcript_chunks(* measured_whole constant integer := 3000; → *': MEASURED,
  'body-co* public.search_transcript_chunks(*> measured_whole then → *': MEASURED,
  'body-co* public.search_transcript_chunks(* where compared.channel_id = filter_channel_id → *': NEAREST,
  'body-co* public.search_transcript_chunks(* where measured.chunk_id = any (candidates) → *': NEAREST,
  'body-constant private.admin_error_summary(* least(greatest(coalesce(p_days, *': NUMBERS,
  'body-constant private.admin_overview() coalesce(asked.messages_*, 0)::bigint, → *': NOTHING,
  'body-constant private.admin_overview() * → *nullif(accounts.users, 1), 2), 0)': ALONE,
  'body-constant private.admin_overview() * → *nullif(accounts.users, 0), 2), 1)': NOTHING,
  'body-constant private.admin_overview() * → *coalesce(sum(channel.chunk_count), 1) *': NOTHING,
  'body-constant private.admin_plan_distribution() * → *nullif(sum(count(account.id)) over (), 1), 1), 0)': ALONE,
  'body-constant private.admin_plan_distribution() * → *nullif(sum(count(account.id)) over (), 0), 1), 1)': NOTHING,
  'body-condition-true private.admin_top_channels(* where session.last_message_at is not null → where true':
    'test/spec/functions/admin.test.ts: admin_top_channels ranks channels by the people who talk with them',
  'body-arm-dropped private.admin_users(* p_search is null → false': NAMELESS,
  "body-constant private.admin_users(* → *coalesce(member.created_at, 'infinity')*": NAMELESS,
  'body-constant private.begin_request(* not between 1 and 3600 → *': NUMBERS,
  'body-arm-dropped private.begin_request(* request.request_hash = excluded.request_hash → true':
    'test/spec/functions/operations.test.ts: another request under the same key is a mismatch, whatever became of the first',
  'body-arm-dropped private.begin_request(* where request.user_id is not distinct from p_user_id → where true':
    "test/spec/functions/operations.test.ts: keys are per user: nobody learns of another's",
  'body-arm-dropped private.begin_request(* and request.idempotency_key = p_idempotency_key; → and true;':
    'test/spec/functions/operations.test.ts: one whose lease ran out is taken over, and the slow one can no longer complete it',
  'body-condition-false private.count_chunks() if tg_op = * → *': MOVED,
  'body-constant private.count_chunks() if tg_op = * → *': MOVED,
  'body-co* private.count_chunks() where id in (old.channel_id, new.channel_id); → *': MOVED,
  'body-constant private.count_chunks() * case id when new.channel_id then 1 else -1 end → *': MOVED,
  'body-condition-true private.lock_channel_of_chunk() * → *': NO_MORE_LOCKS,
  'body-perform-removed private.lock_channel_of_chunk() *': KEPT_ORDER,
  'body-co* private.lock_channel_of_chunk() * → *': KEPT_ORDER,
  "body-constant private.display_name_of(* → (3, claimed -> 'full_name'),": NUMBERS,
  'body-constant private.display_name_of(* → (5, *': NUMBERS,
  "body-constant private.display_name_of(* → *E'[*_', *": CLEANED,
  'body-constant private.handle_new_user() failures := failures || format(* → *': FAILURES,
  "body-constant private.handle_new_user() *ert into public.user_roles (user_id, role) values (new.id, 'user') * → *":
    SIGN_UP,
  'body-condition-true private.handle_new_user() if cardinality(failures) > 0 then → if true then': SIGN_UP,
  'body-comparison private.handle_new_user() if cardinality(failures) > 0 then → *>= 0 then': SIGN_UP,
  'body-condition-false private.handle_new_user() if cardinality(failures) > 0 then → if false then': FAILURES,
  'body-constant private.handle_new_user() if cardinality(failures) > 0 then → *> 1 then': FAILURES,
  "body-constant private.handle_new_user() *('handle_new_user', 'A new account lacks rows of its own.', * → *":
    FAILURES,
  "body-comparison private.ensure_usage(* → where plan.code <> 'free'":
    'test/spec/functions/usage.test.ts: makes the row of a user who has none, and knows who is nobody',
  'body-perform-removed private.revoke_role(* for update; → null;': ONE_LEFT,
  'body-co* private.revoke_role(* for update; → *': ONE_LEFT,
  'body-perform-removed private.revoke_role(* perform private.require_admin(); → null;':
    'test/spec/functions/admin.test.ts: who is no admin is refused at once, whoever holds the rows of the admins',
  'body-perform-removed private.revoke_role(* perform private.require_admin(); → null; #2': ONE_LEFT,
  'body-arm-dropped private.settle_saved_answer() where message.id = new.message_id and message.user_id = new.user_id; → where message.id = new.message_id and true;':
    'test/spec/triggers.test.ts: a saved answer about another’s message is refused as one about a message that never was',
  'body-arm-dropped private.settle_saved_answer() where * → where true and *':
    'test/spec/triggers.test.ts: a saved answer about one of several messages is of that message’s session',
  "body-constant private.is_service() case current_setting('role') when 'none' *":
    'test/spec/functions/others.test.ts: a connection that took no role is the service as far as its user is',
  "body-constant legacy_api.write_transcript_chunk() * 'completed') → *": EMBEDDED,
  'body-condition-true legacy_api.write_user_usage() plan_id = case when * → *':
    'test/spec/legacy-api/writing.test.ts: a plan that has ended stays the one that the user had, when counters are written',
  'body-comparison legacy_api.search_transcript_chunks(* join public.channels channel on * → *': NO_MORE_FOUND,
  'body-comparison private.settle_saved_answer() * → where message.id <> new.message_id and *':
    'test/spec/triggers.test.ts: %s %s: %s',
  'body-and-to-or private.settle_saved_answer() where message.id = new.message_id and * → *':
    'test/spec/triggers.test.ts: a saved answer about another’s message is refused as one about a message that never was',
  'body-condition-* legacy_api.search_transcript_chunks(* join public.channels channel on channel.id = found.channel_id → *':
    NO_MORE_FOUND,
  'body-condition-false legacy_api.search_transcript_chunks(* (select channel.id from public.channels channel where * → *':
    NO_MORE_FOUND,
  'body-condition-true legacy_api.write_transcript_chunk() where transcript.video_id = own_video.id; → where true;':
    EMBEDDED,
  'body-arm-dropped legacy_api.write_transcript_chunk() elsif tg_op = * → elsif tg_op = *': EMBEDDED,
  'body-or-to-and legacy_api.write_transcript_chunk() elsif tg_op = * → *': EMBEDDED,
};
