-- Exported by rolecall from migrations/committed/000004-update-rls-policies.sql (sha1:f6d48597941b73b5cdfd121f0d1f4301ab0fbc88, text feed31b7fca34583): edit nothing here, and run `rolecall export supabase`.

-- Who may do what. Row level security is on since the tables were made, and nothing was granted: from here on each role
-- has the commands and columns that it needs, and a policy says on which rows. One policy per table, command and role.
-- Whatever a server's defaults gave before is taken first.

-- How long to wait for a lock, and for a statement, is set by whoever runs this (docs/locks.md): a limit here would take
-- the place of theirs.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout

-- The thin functions of public call into it; each function there is granted by its name.
grant usage on schema private to anon, authenticated, service_role;

-- Users and access ---------------------------------------------------------------------------------------------------

--! Included policies/profiles.sql
drop policy if exists "Users can view their own profile" on public.profiles;
create policy "Users can view their own profile" on public.profiles
  for select to authenticated
  using (id = (select auth.uid()));

drop policy if exists "Users can change their own profile" on public.profiles;
create policy "Users can change their own profile" on public.profiles
  for update to authenticated
  using (id = (select auth.uid()))
  with check (id = (select auth.uid()));

-- No insert or delete: a profile comes and goes with its account.
--! EndIncluded policies/profiles.sql
revoke all on table public.profiles from public, anon, authenticated, service_role;
grant select, update (display_name, avatar_url) on table public.profiles to authenticated;
grant select, insert, update, delete on table public.profiles to service_role;

--! Included policies/user_roles.sql
drop policy if exists "Users can view their own roles" on public.user_roles;
create policy "Users can view their own roles" on public.user_roles
  for select to authenticated
  using (user_id = (select auth.uid()));

-- No insert, update or delete: nobody gives themselves a role.
--! EndIncluded policies/user_roles.sql
revoke all on table public.user_roles from public, anon, authenticated, service_role;
grant select on table public.user_roles to authenticated;
-- No update: a role is granted or taken away.
grant select, insert, delete on table public.user_roles to service_role;

--! Included policies/plans.sql
drop policy if exists "Everyone can view the plans" on public.plans;
create policy "Everyone can view the plans" on public.plans
  for select to anon, authenticated
  using (true);

-- No insert, update or delete: a plan changes by a migration.
--! EndIncluded policies/plans.sql
revoke all on table public.plans from public, anon, authenticated, service_role;
grant select on table public.plans to anon, authenticated, service_role;

--! Included policies/user_usage.sql
drop policy if exists "Users can view their own usage" on public.user_usage;
create policy "Users can view their own usage" on public.user_usage
  for select to authenticated
  using (user_id = (select auth.uid()));

-- No insert, update or delete: the plan and the counters are kept by the service.
--! EndIncluded policies/user_usage.sql
revoke all on table public.user_usage from public, anon, authenticated, service_role;
grant select on table public.user_usage to authenticated;
grant select, insert, update, delete on table public.user_usage to service_role;

--! Included policies/usage_daily.sql
drop policy if exists "Users can view their own daily usage" on public.usage_daily;
create policy "Users can view their own daily usage" on public.usage_daily
  for select to authenticated
  using (user_id = (select auth.uid()));

-- No insert, update or delete: the service counts.
--! EndIncluded policies/usage_daily.sql
revoke all on table public.usage_daily from public, anon, authenticated, service_role;
grant select on table public.usage_daily to authenticated;
grant select, insert, update, delete on table public.usage_daily to service_role;

-- Content ------------------------------------------------------------------------------------------------------------

--! Included policies/channels.sql
drop policy if exists "Anyone can view public channels" on public.channels;
create policy "Anyone can view public channels" on public.channels
  for select to anon
  using (public_slug is not null);

drop policy if exists "Signed-in users can view channels" on public.channels;
create policy "Signed-in users can view channels" on public.channels
  for select to authenticated
  using (true);

drop policy if exists "Admins can add channels" on public.channels;
create policy "Admins can add channels" on public.channels
  for insert to authenticated
  with check ((select private.is_admin()));

drop policy if exists "Admins can change channels" on public.channels;
create policy "Admins can change channels" on public.channels
  for update to authenticated
  using ((select private.is_admin()))
  with check ((select private.is_admin()));

drop policy if exists "Admins can delete channels" on public.channels;
create policy "Admins can delete channels" on public.channels
  for delete to authenticated
  using ((select private.is_admin()));
--! EndIncluded policies/channels.sql
revoke all on table public.channels from public, anon, authenticated, service_role;
-- What a public page shows, so that nobody signed out asks who added a channel, or how it is taken in. Signed out a client
-- names its columns: select * fails.
grant select (
  id, youtube_channel_id, channel_name, channel_url, avatar_url, subscriber_count, indexed_videos, total_videos,
  ingestion_status, last_indexed_at, public_slug, chunk_count, created_at, updated_at
) on table public.channels to anon;
-- Not its count of chunks, which triggers keep. And it keeps its id, by which the audit log knows it.
grant
  select,
  insert (
    id, youtube_channel_id, channel_name, channel_url, avatar_url, subscriber_count, indexed_videos, total_videos,
    ingestion_status, ingestion_progress, ingestion_method, error_message, last_indexed_at, ingest_videos, ingest_shorts,
    ingest_lives, video_import_mode, video_import_limit, public_slug, uploads_playlist_id, added_by, created_at, updated_at
  ),
  update (
    youtube_channel_id, channel_name, channel_url, avatar_url, subscriber_count, indexed_videos, total_videos,
    ingestion_status, ingestion_progress, ingestion_method, error_message, last_indexed_at, ingest_videos, ingest_shorts,
    ingest_lives, video_import_mode, video_import_limit, public_slug, uploads_playlist_id, added_by, created_at, updated_at
  ),
  delete
  on table public.channels to authenticated, service_role;

--! Included policies/videos.sql
-- Correlated, so that the planner may ask for each of the few videos that it gives rather than for all public channels first.
drop policy if exists "Anyone can view videos of public channels" on public.videos;
create policy "Anyone can view videos of public channels" on public.videos
  for select to anon
  using (
    exists (
      select from public.channels channel where channel.id = videos.channel_id and channel.public_slug is not null
    )
  );

drop policy if exists "Signed-in users can view videos" on public.videos;
create policy "Signed-in users can view videos" on public.videos
  for select to authenticated
  using (true);

drop policy if exists "Admins can add videos" on public.videos;
create policy "Admins can add videos" on public.videos
  for insert to authenticated
  with check ((select private.is_admin()));

drop policy if exists "Admins can change videos" on public.videos;
create policy "Admins can change videos" on public.videos
  for update to authenticated
  using ((select private.is_admin()))
  with check ((select private.is_admin()));

drop policy if exists "Admins can delete videos" on public.videos;
create policy "Admins can delete videos" on public.videos
  for delete to authenticated
  using ((select private.is_admin()));
--! EndIncluded policies/videos.sql
revoke all on table public.videos from public, anon, authenticated, service_role;
grant select on table public.videos to anon;
grant select, insert, update, delete on table public.videos to authenticated, service_role;

--! Included policies/transcripts.sql
drop policy if exists "Signed-in users can view transcripts" on public.transcripts;
create policy "Signed-in users can view transcripts" on public.transcripts
  for select to authenticated
  using (true);

drop policy if exists "Admins can add transcripts" on public.transcripts;
create policy "Admins can add transcripts" on public.transcripts
  for insert to authenticated
  with check ((select private.is_admin()));

drop policy if exists "Admins can change transcripts" on public.transcripts;
create policy "Admins can change transcripts" on public.transcripts
  for update to authenticated
  using ((select private.is_admin()))
  with check ((select private.is_admin()));

drop policy if exists "Admins can delete transcripts" on public.transcripts;
create policy "Admins can delete transcripts" on public.transcripts
  for delete to authenticated
  using ((select private.is_admin()));
--! EndIncluded policies/transcripts.sql
revoke all on table public.transcripts from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.transcripts to authenticated, service_role;

--! Included policies/transcript_chunks.sql
drop policy if exists "Signed-in users can view transcript chunks" on public.transcript_chunks;
create policy "Signed-in users can view transcript chunks" on public.transcript_chunks
  for select to authenticated
  using (true);

drop policy if exists "Admins can add transcript chunks" on public.transcript_chunks;
create policy "Admins can add transcript chunks" on public.transcript_chunks
  for insert to authenticated
  with check ((select private.is_admin()));

drop policy if exists "Admins can change transcript chunks" on public.transcript_chunks;
create policy "Admins can change transcript chunks" on public.transcript_chunks
  for update to authenticated
  using ((select private.is_admin()))
  with check ((select private.is_admin()));

drop policy if exists "Admins can delete transcript chunks" on public.transcript_chunks;
create policy "Admins can delete transcript chunks" on public.transcript_chunks
  for delete to authenticated
  using ((select private.is_admin()));
--! EndIncluded policies/transcript_chunks.sql
revoke all on table public.transcript_chunks from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.transcript_chunks to authenticated, service_role;

--! Included policies/chunk_embeddings.sql
drop policy if exists "Signed-in users can view embeddings" on public.chunk_embeddings;
create policy "Signed-in users can view embeddings" on public.chunk_embeddings
  for select to authenticated
  using (true);

drop policy if exists "Admins can add embeddings" on public.chunk_embeddings;
create policy "Admins can add embeddings" on public.chunk_embeddings
  for insert to authenticated
  with check ((select private.is_admin()));

drop policy if exists "Admins can change embeddings" on public.chunk_embeddings;
create policy "Admins can change embeddings" on public.chunk_embeddings
  for update to authenticated
  using ((select private.is_admin()))
  with check ((select private.is_admin()));

drop policy if exists "Admins can delete embeddings" on public.chunk_embeddings;
create policy "Admins can delete embeddings" on public.chunk_embeddings
  for delete to authenticated
  using ((select private.is_admin()));
--! EndIncluded policies/chunk_embeddings.sql
revoke all on table public.chunk_embeddings from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.chunk_embeddings to authenticated, service_role;

--! Included policies/user_creators.sql
drop policy if exists "Users can view the channels they follow" on public.user_creators;
create policy "Users can view the channels they follow" on public.user_creators
  for select to authenticated
  using (user_id = (select auth.uid()));

drop policy if exists "Users can follow channels" on public.user_creators;
create policy "Users can follow channels" on public.user_creators
  for insert to authenticated
  with check (user_id = (select auth.uid()));

drop policy if exists "Users can unfollow channels" on public.user_creators;
create policy "Users can unfollow channels" on public.user_creators
  for delete to authenticated
  using (user_id = (select auth.uid()));

-- No update: a follow is there or it is not.
--! EndIncluded policies/user_creators.sql
revoke all on table public.user_creators from public, anon, authenticated, service_role;
-- No update: a follow is there or it is not.
grant select, insert, delete on table public.user_creators to authenticated, service_role;

-- Chat ---------------------------------------------------------------------------------------------------------------

--! Included policies/chat_sessions.sql
drop policy if exists "Users can view their own chat sessions" on public.chat_sessions;
create policy "Users can view their own chat sessions" on public.chat_sessions
  for select to authenticated
  using (user_id = (select auth.uid()));

drop policy if exists "Users can start their own chat sessions" on public.chat_sessions;
create policy "Users can start their own chat sessions" on public.chat_sessions
  for insert to authenticated
  with check (user_id = (select auth.uid()));

drop policy if exists "Users can change their own chat sessions" on public.chat_sessions;
create policy "Users can change their own chat sessions" on public.chat_sessions
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));

drop policy if exists "Users can delete their own chat sessions" on public.chat_sessions;
create policy "Users can delete their own chat sessions" on public.chat_sessions
  for delete to authenticated
  using (user_id = (select auth.uid()));
--! EndIncluded policies/chat_sessions.sql
revoke all on table public.chat_sessions from public, anon, authenticated, service_role;
-- Not user_id, not channel_id: a session does not move.
grant select, insert, update (title, updated_at), delete on table public.chat_sessions to authenticated;
grant select, insert, update, delete on table public.chat_sessions to service_role;

--! Included policies/chat_messages.sql
drop policy if exists "Users can view their own messages" on public.chat_messages;
create policy "Users can view their own messages" on public.chat_messages
  for select to authenticated
  using (user_id = (select auth.uid()));

-- That the session is theirs too is the foreign key's business: it takes user and session together.
drop policy if exists "Users can write messages of their own" on public.chat_messages;
create policy "Users can write messages of their own" on public.chat_messages
  for insert to authenticated
  with check (user_id = (select auth.uid()));

drop policy if exists "Users can delete their own messages" on public.chat_messages;
create policy "Users can delete their own messages" on public.chat_messages
  for delete to authenticated
  using (user_id = (select auth.uid()));

-- No update: history is immutable.
--! EndIncluded policies/chat_messages.sql
revoke all on table public.chat_messages from public, anon, authenticated, service_role;
-- No update: history is immutable.
grant select, insert, delete on table public.chat_messages to authenticated, service_role;

--! Included policies/saved_answers.sql
drop policy if exists "Users can view their own saved answers" on public.saved_answers;
create policy "Users can view their own saved answers" on public.saved_answers
  for select to authenticated
  using (user_id = (select auth.uid()));

-- That session and message are theirs too is the foreign keys' business.
drop policy if exists "Users can save answers of their own" on public.saved_answers;
create policy "Users can save answers of their own" on public.saved_answers
  for insert to authenticated
  with check (user_id = (select auth.uid()));

drop policy if exists "Users can annotate their own saved answers" on public.saved_answers;
create policy "Users can annotate their own saved answers" on public.saved_answers
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));

drop policy if exists "Users can delete their own saved answers" on public.saved_answers;
create policy "Users can delete their own saved answers" on public.saved_answers
  for delete to authenticated
  using (user_id = (select auth.uid()));
--! EndIncluded policies/saved_answers.sql
revoke all on table public.saved_answers from public, anon, authenticated, service_role;
-- Nothing but the note: the answer is a copy.
grant select, insert, update (note), delete on table public.saved_answers to authenticated;
grant select, insert, update, delete on table public.saved_answers to service_role;

--! Included policies/voice_conversations.sql
drop policy if exists "Users can view their own voice conversations" on public.voice_conversations;
create policy "Users can view their own voice conversations" on public.voice_conversations
  for select to authenticated
  using (user_id = (select auth.uid()));

drop policy if exists "Users can start their own voice conversations" on public.voice_conversations;
create policy "Users can start their own voice conversations" on public.voice_conversations
  for insert to authenticated
  with check (user_id = (select auth.uid()));

drop policy if exists "Users can change their own voice conversations" on public.voice_conversations;
create policy "Users can change their own voice conversations" on public.voice_conversations
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));

drop policy if exists "Users can delete their own voice conversations" on public.voice_conversations;
create policy "Users can delete their own voice conversations" on public.voice_conversations
  for delete to authenticated
  using (user_id = (select auth.uid()));
--! EndIncluded policies/voice_conversations.sql
revoke all on table public.voice_conversations from public, anon, authenticated, service_role;
-- Not user_id, not channel_id: a conversation does not move.
grant select, insert, update (duration_seconds, transcript), delete on table public.voice_conversations to authenticated;
grant select, insert, update, delete on table public.voice_conversations to service_role;

-- Operations ---------------------------------------------------------------------------------------------------------

--! Included policies/error_logs.sql
drop policy if exists "Moderators can view errors" on public.error_logs;
create policy "Moderators can view errors" on public.error_logs
  for select to authenticated
  using ((select private.is_moderator()));

-- No insert, update or delete: the service writes and purges the log.
--! EndIncluded policies/error_logs.sql
revoke all on table public.error_logs from public, anon, authenticated, service_role;
grant select on table public.error_logs to authenticated;
-- No update: a log is written and purged.
grant select, insert, delete on table public.error_logs to service_role;

--! Included policies/audit_log.sql
drop policy if exists "Admins can view the audit log" on public.audit_log;
create policy "Admins can view the audit log" on public.audit_log
  for select to authenticated
  using ((select private.is_admin()));

-- No insert, update or delete, for the service neither: triggers write the log, and what it says stays.
--! EndIncluded policies/audit_log.sql
revoke all on table public.audit_log from public, anon, authenticated, service_role;
-- Nobody writes here, the service included.
grant select on table public.audit_log to authenticated, service_role;

--! Included policies/operation_locks.sql
drop policy if exists "Admins can view the operation locks" on public.operation_locks;
create policy "Admins can view the operation locks" on public.operation_locks
  for select to authenticated
  using ((select private.is_admin()));

-- No insert, update or delete: the service takes locks and lets them go.
--! EndIncluded policies/operation_locks.sql
revoke all on table public.operation_locks from public, anon, authenticated, service_role;
grant select on table public.operation_locks to authenticated;
grant select, insert, update, delete on table public.operation_locks to service_role;

--! Included policies/request_idempotency.sql
drop policy if exists "Admins can view the remembered requests" on public.request_idempotency;
create policy "Admins can view the remembered requests" on public.request_idempotency
  for select to authenticated
  using ((select private.is_admin()));

-- No insert, update or delete: the service remembers requests. Not even one's own are shown.
--! EndIncluded policies/request_idempotency.sql
revoke all on table public.request_idempotency from public, anon, authenticated, service_role;
-- Not what was answered, which is between the service and its user.
grant select (
  id, user_id, begun_by, operation_type, idempotency_key, request_hash, status, locked_until, completed_at, expires_at,
  created_at, updated_at
) on table public.request_idempotency to authenticated;
grant select, insert, update, delete on table public.request_idempotency to service_role;

--! Included policies/public_chat_limits.sql
drop policy if exists "Admins can view the limits of the public chat" on public.public_chat_limits;
create policy "Admins can view the limits of the public chat" on public.public_chat_limits
  for select to authenticated
  using ((select private.is_admin()));

-- No insert, update or delete: the service counts.
--! EndIncluded policies/public_chat_limits.sql
revoke all on table public.public_chat_limits from public, anon, authenticated, service_role;
grant select on table public.public_chat_limits to authenticated;
grant select, insert, update, delete on table public.public_chat_limits to service_role;

-- Private ------------------------------------------------------------------------------------------------------------

-- No policy and no grant: rows that were set aside, and what was moved, are for operators.
revoke all on table private.quarantined_rows from public, anon, authenticated, service_role;
revoke all on table private.legacy_moves from public, anon, authenticated, service_role;
revoke all on table private.slug_holders from public, anon, authenticated, service_role;
revoke all on table private.channel_takedowns from public, anon, authenticated, service_role;
revoke all on table private.user_row_counts from public, anon, authenticated, service_role;
