-- Exported by rolecall from migrations/committed/000003-add-performance-indexes.sql (sha1:76d2dccdc0280e7fc122b401a3f5a12733053048, text 32ce3c5121a9b9c6): edit nothing here, and run `rolecall export supabase`.

-- Indexes for the queries that the app asks all day. Those that keys need were made with the tables. What is deliberately
-- absent: an approximate index on the embeddings themselves (search in one channel would take it, and find what is near
-- in other channels), a full-text index on messages (row level security keeps it from being used), and one for what is
-- read once a day.

-- How long to wait for a lock, and for a statement, is set by whoever runs this (docs/locks.md): a limit here would take
-- the place of theirs.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout

-- Within one transaction no index can be built concurrently, and the tables are nobody's to use before 000004.
-- squawk-ignore-file require-concurrent-index-creation

--! Included settings.sql
-- At least this much memory for sorting and hashing, whatever the server is set up for, until the transaction ends. Queries
-- are not compiled: here that costs more than it gives.
do $settings$
begin
  perform set_config('jit', 'off', true);
  if pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('64MB') then
    perform set_config('work_mem', '64MB', true);
  end if;
  if pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('256MB') then
    perform set_config('maintenance_work_mem', '256MB', true);
  end if;
end
$settings$;
--! EndIncluded settings.sql

--! Included functions/fitting_lists.sql
-- How many lists an IVFFlat index on the bits of so many embeddings should have. One list holds everything, and a search
-- goes through it whole: exact, and fast enough while there are few. More than a thousand take more memory to choose than a
-- migration may expect of its server.
create or replace function private.fitting_lists(p_rows bigint) returns integer
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
  select case when p_rows < 20000 then 1 else least(p_rows / 400, 1000) end::integer;
$$;
comment on function private.fitting_lists(bigint) is
  'How many lists the index on the bits of so many embeddings should have.';
revoke all on function private.fitting_lists(bigint) from public, anon, authenticated, service_role;
--! EndIncluded functions/fitting_lists.sql

-- Search over all channels, by the signs of embeddings. No HNSW: adding a row to it takes longer the more there are, and
-- removing one repairs what led to it, longer still; here a row goes to the list that is nearest.
do $index$
begin
  if to_regclass('public.idx_chunk_embeddings_bits') is null then
    execute format(
      'create index idx_chunk_embeddings_bits on public.chunk_embeddings'
      ' using ivfflat (bits extensions.bit_hamming_ops) with (lists = %s)',
      private.fitting_lists((select count(*) from public.chunk_embeddings))
    );
  end if;
end
$index$;

-- A channel's videos, newest first.
create index if not exists idx_videos_channel_id_published_at on public.videos (channel_id, published_at desc);

-- The queue of extraction, in the order in which it is taken: what nobody took yet, oldest first, then what is to be tried
-- again, and what a worker took and may never bring back, when it is due.
create index if not exists idx_transcripts_next_retry_at_created_at_partial
  on public.transcripts (next_retry_at nulls first, created_at)
  where extraction_status in ('pending', 'processing');

-- A session's messages of one user in order, without a sort, and their number. It serves the foreign key
-- chat_messages_user_id_session_id_fkey too.
create index if not exists idx_chat_messages_user_id_session_id_created_at
  on public.chat_messages (user_id, session_id, created_at desc);
-- All of a user's messages, newest first: what searching one's own history reads.
create index if not exists idx_chat_messages_user_id_created_at_id
  on public.chat_messages (user_id, created_at desc, id desc);

-- A user's saved answers, newest first.
create index if not exists idx_saved_answers_user_id_created_at on public.saved_answers (user_id, created_at desc);

-- A user's voice conversations, newest first. It serves voice_conversations_user_id_fkey too.
create index if not exists idx_voice_conversations_user_id_created_at
  on public.voice_conversations (user_id, created_at desc);

-- Everybody's usage of some days, which is what analytics ask.
create index if not exists idx_usage_daily_day on public.usage_daily (day);

-- The latest errors of one severity, however rare.
create index if not exists idx_error_logs_severity_created_at_id
  on public.error_logs (severity, created_at desc, id desc);
-- The latest errors of any, and purging the oldest.
create index if not exists idx_error_logs_created_at_id on public.error_logs (created_at desc, id desc);

-- The latest entries.
create index if not exists idx_audit_log_created_at on public.audit_log (created_at desc);

-- Forgetting what has expired.
create index if not exists idx_request_idempotency_expires_at on public.request_idempotency (expires_at);
