/** The arguments with which a function takes longest, of those that it accepts. */
export interface WorstCall {
  readonly function: string;
  readonly as: 'user' | 'admin' | 'service';
  /** In words. */
  readonly with: string;
  /** The arguments, as SQL. */
  readonly arguments: string;
  /** The SQLSTATE that the call may end with, and still was worth measuring. */
  readonly fails?: string;
}

const CHANNEL = `md5('channel 1')::uuid`;
const VECTOR = `(select embedding from public.chunk_embeddings where chunk_id = md5('chunk 1')::uuid)`;
const SEARCH_MINE = 'public.search_my_messages';
const SCATTERED = `repeat('0123456789', 20)`;
const A_YEAR_AGO = `now() - interval '1 year'`;
const SEARCH = 'the most results, of the longest passages';
/** A chunk of the longest text, with its embedding, so many times. */
const chunks = (count: number): string =>
  `(select jsonb_agg(jsonb_build_object('text', repeat('a', 32768), 'embedding', ${VECTOR}::text)) from generate_series(1, ${count}))`;

const call = (as: WorstCall['as'], name: string, words: string, sql = '', fails?: string): WorstCall => ({
  function: name,
  as,
  with: words,
  arguments: sql,
  ...(fails === undefined ? {} : { fails }),
});

/** Each function of the API that somebody signed in, an admin or the service may execute, as what takes longest. */
export const WORST: readonly WorstCall[] = [
  call('user', SEARCH_MINE, '200 characters, nearly found everywhere', `'b' || repeat('a', 199), 100`, 'PT422'),
  call('user', SEARCH_MINE, 'one character, in the longest messages', `'b', 100`, 'PT422'),
  call('user', SEARCH_MINE, '200 characters, in what hardly compresses', `${SCATTERED}, 100, ${A_YEAR_AGO}`, 'PT422'),
  call('user', SEARCH_MINE, 'one character, in short messages', `'b', 100, now() - interval '2 years'`, 'PT422'),
  call(
    'user',
    SEARCH_MINE,
    '200 characters, in messages twice as long',
    `'b' || repeat('a', 199), 100, now() - interval '3 years'`,
    'PT422',
  ),
  call('user', SEARCH_MINE, '100 of the longest messages found', `'a', 100`),
  call('user', 'public.export_my_data', 'the first page'),
  ...(
    [
      ['chat_messages', '2020-01-01'],
      ['saved_answers', '2020-01-01'],
      ['voice_conversations', '2020-01-01'],
      ['request_idempotency', '2020-01-01'],
      ['error_logs', '2020-01-01'],
    ] as const
  ).map(([section, time]) =>
    call(
      'user',
      'public.export_my_data',
      `from ${section} on`,
      `jsonb_build_object('section', '${section}', 'time', '${time}', 'id', gen_random_uuid())`,
    ),
  ),
  call(
    'user',
    'public.export_my_data',
    'the longest messages',
    `jsonb_build_object('section', 'chat_messages', 'time', now() - interval '1 year' - interval '1100 seconds', 'id', gen_random_uuid())`,
  ),
  call('user', 'public.search_transcript_chunks', SEARCH, `${VECTOR}, ${CHANNEL}, -1, 200`),
  call('user', 'public.search_all_transcript_chunks', SEARCH, `${VECTOR}, -1, 200`),
  call('user', 'legacy_api.search_transcript_chunks', SEARCH, `${VECTOR}::extensions.vector, -1, 200, 'UC1'`),
  call('user', 'public.my_usage', ''),
  call('user', 'public.consume_message_quota', ''),
  call('user', 'public.begin_request', 'the longest names', `repeat('k', 255), repeat('o', 100), repeat('h', 255)`),
  call('user', 'public.begin_request', 'the longest answer, again', `'1', 'chat', repeat('h', 255)`),
  call('user', 'public.complete_request', 'the longest answer', `gen_random_uuid(), to_jsonb(repeat('a', 65534))`),
  call('user', 'public.fail_request', '', 'gen_random_uuid()'),
  call('user', 'public.publish_channel', 'a channel of one’s own', `md5('channel 101')::uuid, repeat('s', 63)`),
  call('admin', 'public.unpublish_channel', '', `md5('channel 10')::uuid`),
  call('admin', 'public.grant_role', '', `md5('user 3')::uuid, 'admin'`),
  call('admin', 'public.revoke_role', '', `md5('user 3')::uuid, 'admin'`),
  call('admin', 'public.admin_overview', ''),
  call('admin', 'public.admin_top_channels', 'the most channels', '100'),
  call('admin', 'public.admin_daily_messages', 'the longest time', '366'),
  call('admin', 'public.admin_plan_distribution', ''),
  call('admin', 'public.admin_recent_errors', 'the most errors, the longest', '200'),
  call('admin', 'public.admin_error_summary', 'the longest time', '366'),
  call('admin', 'public.admin_users', '40 characters, nearly found everywhere', `'b' || repeat('a', 39), 200`),
  call('admin', 'public.admin_users', 'all', 'null, 200'),
  call('admin', 'public.admin_ingestion_queue', 'the most channels', '200'),
  call('service', 'public.get_usage_with_limits', '', `md5('user 1')::uuid`),
  call('service', 'public.increment_message_count', '', `md5('user 1')::uuid`),
  call('service', 'public.increment_creator_count', '', `md5('user 1')::uuid`),
  call('service', 'public.decrement_creator_count', '', `md5('user 1')::uuid`),
  call('service', 'public.increment_videos_indexed', '', `md5('user 1')::uuid, 1`),
  call('service', 'legacy_api.get_usage_with_limits', '', `md5('user 1')::uuid`),
  call('service', 'legacy_api.increment_message_count', '', `md5('user 1')::uuid`),
  call('service', 'legacy_api.increment_creator_count', '', `md5('user 1')::uuid`),
  call('service', 'legacy_api.increment_videos_indexed', '', `md5('user 1')::uuid, 1`),
  call(
    'service',
    'public.consume_public_chat_quota',
    'the longest name',
    `repeat('k', 500), md5('channel 10')::uuid, 10`,
  ),
  call(
    'service',
    'public.acquire_operation_lock',
    'the longest names',
    `repeat('k', 255), repeat('o', 100), 60, null, to_jsonb(repeat('a', 16382))`,
  ),
  call('service', 'public.renew_operation_lock', '', `repeat('k', 255), 1`),
  call('service', 'public.release_operation_lock', '', `repeat('k', 255), 1`),
  call('service', 'public.claim_transcripts', 'the most', '100'),
  call(
    'service',
    'public.log_error',
    'more than fits',
    `repeat('f', 1000), repeat('m', 100000), 'error', repeat('c', 1000), repeat('s', 1000000), to_jsonb(repeat('d', 1000000)), repeat('r', 1000)`,
  ),
  call(
    'service',
    'public.replace_transcript_chunks',
    '500 chunks of the longest',
    `md5('transcript 1')::uuid, ${chunks(500)}`,
  ),
  call('service', 'public.purge_expired', 'nearly all errors', '1'),
  call('service', 'public.retrain_search_index', ''),
];
