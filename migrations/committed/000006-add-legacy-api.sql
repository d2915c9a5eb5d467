--! Previous: sha1:37db3d32267971e0a77085a8c743cf04f06c1e1f
--! Hash: sha1:4d49b20c51828846a55bd68d5828b409bb6adf92
--! Message: add-legacy-api
--! Time: 2026-11-16T10:06:00Z

-- Old clients: the schema as they know it, for an app that was built before the redesign. Views and thin functions over
-- the new tables, with their callers' rights: row level security and grants of the new tables decide, as for everybody.
-- What writes cannot be done by the view itself, a trigger does. Nothing here holds data, and the migration
-- later/remove-legacy-api.sql takes it away again.

-- How long to wait for a lock, and for a statement, is set by whoever runs this (docs/locks.md): a limit here would take
-- the place of theirs.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout

create schema if not exists legacy_api;
comment on schema legacy_api is 'The tables and functions of before the redesign, as views and thin functions: for apps built before it.';
revoke all on schema legacy_api from public, anon, authenticated, service_role;
grant usage on schema legacy_api to anon, authenticated, service_role;

-- Content ------------------------------------------------------------------------------------------------------------

--! Included legacy_api/channel_in_full.sql
-- With the caller's rights, and asking first: where a caller may read some columns only, a view over the table would
-- refuse them all.
create or replace function private.channel_in_full(p_channel_id uuid) returns public.channels
language plpgsql stable security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  if has_table_privilege('public.channels', 'select') then
    return (select channel from public.channels channel where channel.id = p_channel_id);
  end if;
  return null;
end;
$$;
comment on function private.channel_in_full(uuid) is
  'The whole row of a channel, for a caller who may read all of it; null for one who may not.';
revoke all on function private.channel_in_full(uuid) from public, anon, authenticated, service_role;
grant execute on function private.channel_in_full(uuid) to anon, authenticated, service_role;
--! EndIncluded legacy_api/channel_in_full.sql
--! Included legacy_api/channels.sql
-- Signed out, one may read what the page of a channel shows; the rest is null then. It comes from a function, since a view
-- needs the right to all that it names, whatever is asked of it; `offset 0` has it called once a row, and only where one
-- of its columns is asked for.
create or replace view legacy_api.channels with (security_invoker = true) as
select
  channel.id,
  channel.youtube_channel_id as channel_id,
  channel.channel_name,
  channel.channel_url,
  channel.avatar_url,
  channel.subscriber_count,
  channel.indexed_videos,
  channel.total_videos,
  channel.ingestion_status::text as ingestion_status,
  (details.in_full).ingestion_progress,
  (details.in_full).ingestion_method,
  (details.in_full).error_message,
  channel.last_indexed_at,
  (details.in_full).ingest_videos,
  (details.in_full).ingest_shorts,
  (details.in_full).ingest_lives,
  (details.in_full).video_import_mode::text as video_import_mode,
  (details.in_full).video_import_limit,
  channel.public_slug,
  (details.in_full).uploads_playlist_id,
  channel.created_at,
  channel.updated_at
from public.channels channel
cross join lateral (select private.channel_in_full(channel.id) as in_full offset 0) details;

-- An old client publishes a channel by writing its slug; what it may not write itself, publish_channel does for it.
create or replace function legacy_api.write_channel() returns trigger
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'DELETE' then
    delete from public.channels channel where channel.id = old.id;
    return case when found then old end;
  end if;

  if tg_op = 'INSERT' then
    new.id := coalesce(new.id, gen_random_uuid());
    insert into public.channels (
      id, youtube_channel_id, channel_name, channel_url, avatar_url, subscriber_count, indexed_videos, total_videos,
      ingestion_status, ingestion_progress, ingestion_method, error_message, last_indexed_at, ingest_videos,
      ingest_shorts, ingest_lives, video_import_mode, video_import_limit, public_slug, uploads_playlist_id, created_at
    )
    values (
      new.id, new.channel_id, new.channel_name, new.channel_url, new.avatar_url, new.subscriber_count,
      coalesce(new.indexed_videos, 0), coalesce(new.total_videos, 0),
      coalesce(new.ingestion_status, 'pending')::public.ingestion_status, coalesce(new.ingestion_progress, 0),
      new.ingestion_method, new.error_message, new.last_indexed_at, coalesce(new.ingest_videos, true),
      coalesce(new.ingest_shorts, true), coalesce(new.ingest_lives, true),
      coalesce(new.video_import_mode, 'latest')::public.video_import_mode, new.video_import_limit, new.public_slug,
      new.uploads_playlist_id, coalesce(new.created_at, now())
    );
  else
    -- It keeps its id.
    new.id := old.id;
    update public.channels channel
    set
      youtube_channel_id = new.channel_id,
      channel_name = new.channel_name,
      channel_url = new.channel_url,
      avatar_url = new.avatar_url,
      subscriber_count = new.subscriber_count,
      indexed_videos = coalesce(new.indexed_videos, 0),
      total_videos = coalesce(new.total_videos, 0),
      ingestion_status = coalesce(new.ingestion_status, 'pending')::public.ingestion_status,
      ingestion_progress = coalesce(new.ingestion_progress, 0),
      ingestion_method = new.ingestion_method,
      error_message = new.error_message,
      last_indexed_at = new.last_indexed_at,
      ingest_videos = coalesce(new.ingest_videos, true),
      ingest_shorts = coalesce(new.ingest_shorts, true),
      ingest_lives = coalesce(new.ingest_lives, true),
      video_import_mode = coalesce(new.video_import_mode, 'latest')::public.video_import_mode,
      video_import_limit = new.video_import_limit,
      public_slug = new.public_slug,
      uploads_playlist_id = new.uploads_playlist_id,
      created_at = coalesce(new.created_at, channel.created_at)
    where channel.id = old.id;

    if not found then
      if old.public_slug is not null or new.public_slug is null
        or to_jsonb(new) - 'public_slug' <> to_jsonb(old) - 'public_slug'
      then
        return null;
      end if;
      perform public.publish_channel(old.id, new.public_slug);
    end if;
  end if;
  select channel.* into new from legacy_api.channels channel where channel.id = new.id;
  return new;
end;
$$;
comment on function legacy_api.write_channel() is
  'Trigger: writes the channel; for those who may not, gives it the slug of its public page, and nothing else.';
revoke all on function legacy_api.write_channel() from public, anon, authenticated, service_role;

create or replace trigger write_channel instead of insert or update or delete on legacy_api.channels
  for each row execute function legacy_api.write_channel();

comment on view legacy_api.channels is
  'public.channels with YouTube''s id as channel_id. Signed out, how it is taken in is null.';
revoke all on table legacy_api.channels from public, anon, authenticated, service_role;
grant select on table legacy_api.channels to anon;
grant select, insert, update, delete on table legacy_api.channels to authenticated, service_role;
--! EndIncluded legacy_api/channels.sql
--! Included legacy_api/videos.sql
-- An outer join, so that a query which asks for no channel does not look for it; a filter on channel_id finds the
-- channel first, by its unique key, and then its videos.
create or replace view legacy_api.videos with (security_invoker = true) as
select
  video.id,
  video.youtube_video_id as video_id,
  channel.youtube_channel_id as channel_id,
  video.title,
  video.description,
  video.duration,
  video.duration_seconds,
  video.published_at,
  video.thumbnail_url,
  video.view_count,
  video.like_count,
  video.comment_count,
  video.transcript_status::text as transcript_status,
  video.transcript_language,
  video.ingestion_method,
  video.content_type::text as content_type,
  video.created_at,
  video.updated_at
from public.videos video
left join public.channels channel on channel.id = video.channel_id;

-- The old queue is the videos' own status. The new one is transcripts, and hears of it.
create or replace function legacy_api.write_video() returns trigger
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  own_channel_id uuid;
  written public.videos;
begin
  if tg_op = 'DELETE' then
    delete from public.videos video where video.id = old.id;
    return case when found then old end;
  end if;

  select channel.id into own_channel_id from public.channels channel where channel.youtube_channel_id = new.channel_id;
  if not found then
    raise exception using
      errcode = 'foreign_key_violation',
      message = format('There is no channel with the YouTube id %s.', coalesce(new.channel_id, 'null')),
      hint = 'Insert the channel before its videos.';
  end if;

  if tg_op = 'INSERT' then
    insert into public.videos (
      id, channel_id, youtube_video_id, title, description, duration, duration_seconds, published_at, thumbnail_url,
      view_count, like_count, comment_count, transcript_status, transcript_language, ingestion_method, content_type,
      created_at
    )
    values (
      coalesce(new.id, gen_random_uuid()), own_channel_id, new.video_id, new.title, new.description, new.duration,
      new.duration_seconds, new.published_at, new.thumbnail_url, new.view_count, new.like_count, new.comment_count,
      coalesce(new.transcript_status, 'pending')::public.extraction_status, new.transcript_language,
      new.ingestion_method, coalesce(new.content_type, 'video')::public.content_type, coalesce(new.created_at, now())
    )
    returning * into written;
  else
    update public.videos video
    set
      id = new.id,
      channel_id = own_channel_id,
      youtube_video_id = new.video_id,
      title = new.title,
      description = new.description,
      duration = new.duration,
      duration_seconds = new.duration_seconds,
      published_at = new.published_at,
      thumbnail_url = new.thumbnail_url,
      view_count = new.view_count,
      like_count = new.like_count,
      comment_count = new.comment_count,
      transcript_status = coalesce(new.transcript_status, 'pending')::public.extraction_status,
      transcript_language = new.transcript_language,
      ingestion_method = new.ingestion_method,
      content_type = coalesce(new.content_type, 'video')::public.content_type,
      created_at = coalesce(new.created_at, video.created_at)
    where video.id = old.id
    returning * into written;
    if not found then
      return null;
    end if;
  end if;

  -- A transcript is made when extraction begins, as it was for every video that came from before.
  if tg_op = 'INSERT' or new.transcript_status is distinct from old.transcript_status then
    update public.transcripts transcript
    set extraction_status = written.transcript_status, language = coalesce(written.transcript_language, transcript.language)
    where transcript.video_id = written.id;
    if not found and written.transcript_status <> 'pending' then
      insert into public.transcripts (channel_id, video_id, language, extraction_status)
      values (written.channel_id, written.id, written.transcript_language, written.transcript_status);
    end if;
  end if;

  select video.* into new from legacy_api.videos video where video.id = written.id;
  return new;
end;
$$;
comment on function legacy_api.write_video() is
  'Trigger: writes the video under its channel''s uuid, and the status of its transcript.';
revoke all on function legacy_api.write_video() from public, anon, authenticated, service_role;

create or replace trigger write_video instead of insert or update or delete on legacy_api.videos
  for each row execute function legacy_api.write_video();

comment on view legacy_api.videos is 'public.videos with YouTube''s ids as video_id and channel_id.';
revoke all on table legacy_api.videos from public, anon, authenticated, service_role;
grant select on table legacy_api.videos to anon;
grant select, insert, update, delete on table legacy_api.videos to authenticated, service_role;
--! EndIncluded legacy_api/videos.sql
--! Included legacy_api/transcript_chunks.sql
-- Outer joins: a query that does not ask for the embedding, or for one of the keys, does not read where it is. The video
-- is joined by its channel too, since that is how the index on chunks begins.
create or replace view legacy_api.transcript_chunks with (security_invoker = true) as
select
  chunk.id,
  video.youtube_video_id as video_id,
  channel.youtube_channel_id as channel_id,
  chunk.chunk_index,
  chunk.text,
  chunk.start_time,
  chunk.end_time,
  embedded.embedding::extensions.vector(1536) as embedding,
  chunk.embedding_status::text as embedding_status,
  chunk.created_at,
  chunk.updated_at
from public.transcript_chunks chunk
left join public.videos video on video.channel_id = chunk.channel_id and video.id = chunk.video_id
left join public.channels channel on channel.id = chunk.channel_id
left join public.chunk_embeddings embedded on embedded.chunk_id = chunk.id;

-- A chunk belongs to its video's one transcript, which is made with the first chunk, and to its video's channel,
-- whatever channel_id says.
create or replace function legacy_api.write_transcript_chunk() returns trigger
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  own_video public.videos;
  own_transcript_id uuid;
  written public.transcript_chunks;
begin
  if tg_op = 'DELETE' then
    delete from public.transcript_chunks chunk where chunk.id = old.id;
    return case when found then old end;
  end if;

  if tg_op = 'INSERT' then
    select video.* into own_video from public.videos video where video.youtube_video_id = new.video_id;
    if not found then
      raise exception using
        errcode = 'foreign_key_violation',
        message = format('There is no video with the YouTube id %s.', coalesce(new.video_id, 'null')),
        hint = 'Insert the video before its chunks.';
    end if;
    select transcript.id into own_transcript_id
    from public.transcripts transcript
    where transcript.video_id = own_video.id;
    if not found then
      insert into public.transcripts (channel_id, video_id, language, extraction_status)
      values (own_video.channel_id, own_video.id, own_video.transcript_language, 'completed')
      on conflict (video_id) do update set updated_at = now()
      returning id into own_transcript_id;
    end if;
    insert into public.transcript_chunks (
      id, channel_id, video_id, transcript_id, chunk_index, text, start_time, end_time, embedding_status, created_at
    )
    values (
      coalesce(new.id, gen_random_uuid()), own_video.channel_id, own_video.id, own_transcript_id, new.chunk_index,
      new.text, new.start_time, new.end_time, coalesce(new.embedding_status, 'pending')::public.embedding_status,
      coalesce(new.created_at, now())
    )
    returning * into written;
  else
    if new.id <> old.id or new.video_id is distinct from old.video_id then
      raise exception using
        errcode = 'feature_not_supported',
        message = 'A chunk stays with its video, under its id.',
        hint = 'Delete it, and insert it where it belongs.';
    end if;
    update public.transcript_chunks chunk
    set
      chunk_index = new.chunk_index,
      text = new.text,
      start_time = new.start_time,
      end_time = new.end_time,
      embedding_status = coalesce(new.embedding_status, 'pending')::public.embedding_status,
      created_at = coalesce(new.created_at, chunk.created_at)
    where chunk.id = old.id
    returning * into written;
    if not found then
      return null;
    end if;
  end if;

  if new.embedding is null then
    if tg_op = 'UPDATE' then
      delete from public.chunk_embeddings embedded where embedded.chunk_id = written.id;
    end if;
  elsif tg_op = 'INSERT' or old.embedding is null or new.embedding operator(extensions.<>) old.embedding then
    insert into public.chunk_embeddings (chunk_id, channel_id, embedding)
    values (written.id, written.channel_id, new.embedding::extensions.halfvec(1536))
    on conflict (chunk_id) do update set embedding = excluded.embedding;
  end if;

  select chunk.* into new from legacy_api.transcript_chunks chunk where chunk.id = written.id;
  return new;
end;
$$;
comment on function legacy_api.write_transcript_chunk() is
  'Trigger: writes the chunk under its video''s and transcript''s uuids, and its embedding beside it in half precision.';
revoke all on function legacy_api.write_transcript_chunk() from public, anon, authenticated, service_role;

create or replace trigger write_transcript_chunk instead of insert or update or delete on legacy_api.transcript_chunks
  for each row execute function legacy_api.write_transcript_chunk();

comment on view legacy_api.transcript_chunks is
  'public.transcript_chunks with YouTube''s ids as video_id and channel_id, and with the embedding of public.chunk_embeddings.';
revoke all on table legacy_api.transcript_chunks from public, anon, authenticated, service_role;
grant select, insert, update, delete on table legacy_api.transcript_chunks to authenticated, service_role;
--! EndIncluded legacy_api/transcript_chunks.sql
--! Included legacy_api/search_transcript_chunks.sql
-- The old signature: text for the channel, null for all, and single precision, which is rounded once, here.
create or replace function legacy_api.search_transcript_chunks(
  query_embedding extensions.vector(1536),
  match_threshold double precision default 0.15,
  match_count integer default 10,
  filter_channel_id text default null
)
returns table (
  id uuid,
  video_id text,
  channel_id text,
  chunk_index integer,
  text text,
  start_time real,
  end_time real,
  similarity double precision
)
language plpgsql stable security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  rounded constant extensions.halfvec(1536) := query_embedding::extensions.halfvec(1536);
begin
  if filter_channel_id is null then
    return query
    select
      found.id, found.youtube_video_id, channel.youtube_channel_id, found.chunk_index, found.text, found.start_time,
      found.end_time, found.similarity
    from public.search_all_transcript_chunks(rounded, match_threshold, match_count) found
    join public.channels channel on channel.id = found.channel_id
    order by found.similarity desc, found.id;
    return;
  end if;

  return query
  select
    found.id, found.youtube_video_id, filter_channel_id, found.chunk_index, found.text, found.start_time,
    found.end_time, found.similarity
  from public.search_transcript_chunks(
    rounded,
    (select channel.id from public.channels channel where channel.youtube_channel_id = filter_channel_id),
    match_threshold,
    match_count
  ) found
  order by found.similarity desc, found.id;
end;
$$;
comment on function legacy_api.search_transcript_chunks(extensions.vector, double precision, integer, text) is
  'What public.search_transcript_chunks finds in one channel, and public.search_all_transcript_chunks in all, under YouTube''s ids.';
revoke all on function legacy_api.search_transcript_chunks(extensions.vector, double precision, integer, text)
  from public, anon, authenticated, service_role;
grant execute on function legacy_api.search_transcript_chunks(extensions.vector, double precision, integer, text)
  to authenticated, service_role;
--! EndIncluded legacy_api/search_transcript_chunks.sql

-- Users and chat -----------------------------------------------------------------------------------------------------

--! Included legacy_api/user_creators.sql
-- One table, and each column as it is there: it is written like the table. The one channel_id that was a uuid before.
create or replace view legacy_api.user_creators with (security_invoker = true) as
select
  follow.id,
  follow.user_id,
  follow.channel_id,
  follow.added_at as created_at
from public.user_creators follow;

comment on view legacy_api.user_creators is 'public.user_creators with added_at as created_at.';
revoke all on table legacy_api.user_creators from public, anon, authenticated, service_role;
-- No update: a follow is there or it is not.
grant select, insert, delete on table legacy_api.user_creators to authenticated, service_role;
--! EndIncluded legacy_api/user_creators.sql
--! Included legacy_api/chat_sessions.sql
create or replace view legacy_api.chat_sessions with (security_invoker = true) as
select
  session.id,
  channel.youtube_channel_id as channel_id,
  session.user_id,
  session.created_at,
  session.updated_at
from public.chat_sessions session
left join public.channels channel on channel.id = session.channel_id;

create or replace function legacy_api.write_chat_session() returns trigger
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  own_channel_id uuid;
begin
  case tg_op
    when 'DELETE' then
      delete from public.chat_sessions session where session.id = old.id;
      return case when found then old end;
    when 'UPDATE' then
      update public.chat_sessions session set updated_at = new.updated_at where session.id = old.id;
      if not found then
        return null;
      end if;
    else
      select channel.id into own_channel_id
      from public.channels channel
      where channel.youtube_channel_id = new.channel_id;
      if not found then
        raise exception using
          errcode = 'foreign_key_violation',
          message = format('There is no channel with the YouTube id %s.', coalesce(new.channel_id, 'null')),
          hint = 'Give the channel_id of a channel that is there.';
      end if;
      new.id := coalesce(new.id, gen_random_uuid());
      insert into public.chat_sessions (id, user_id, channel_id, created_at)
      values (new.id, coalesce(new.user_id, auth.uid()), own_channel_id, coalesce(new.created_at, now()));
  end case;
  select session.* into new from legacy_api.chat_sessions session where session.id = new.id;
  return new;
end;
$$;
comment on function legacy_api.write_chat_session() is
  'Trigger: starts the session under its channel''s uuid, touches it, or deletes it.';
revoke all on function legacy_api.write_chat_session() from public, anon, authenticated, service_role;

create or replace trigger write_chat_session instead of insert or update or delete on legacy_api.chat_sessions
  for each row execute function legacy_api.write_chat_session();

comment on view legacy_api.chat_sessions is 'public.chat_sessions with YouTube''s id as channel_id.';
revoke all on table legacy_api.chat_sessions from public, anon, authenticated, service_role;
-- It does not move to another user or channel.
grant select, insert, update (updated_at), delete on table legacy_api.chat_sessions to authenticated, service_role;
--! EndIncluded legacy_api/chat_sessions.sql
--! Included legacy_api/chat_messages.sql
create or replace view legacy_api.chat_messages with (security_invoker = true) as
select
  message.id,
  message.session_id,
  message.role::text as role,
  message.content,
  message.sources,
  message.created_at
from public.chat_messages message;

-- An old client names no user: a message is of its session's. A session that its sender may not see has none for them,
-- and then the policy of the table refuses the message.
create or replace function legacy_api.write_chat_message() returns trigger
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  own_user_id uuid;
begin
  if tg_op = 'DELETE' then
    delete from public.chat_messages message where message.id = old.id;
    return case when found then old end;
  end if;

  select session.user_id into own_user_id from public.chat_sessions session where session.id = new.session_id;
  if not found and not row_security_active('public.chat_messages') then
    raise exception using
      errcode = 'foreign_key_violation',
      message = format('There is no chat session %s.', coalesce(new.session_id::text, 'null')),
      hint = 'Give the id of a session that is there.';
  end if;
  new.id := coalesce(new.id, gen_random_uuid());
  new.created_at := coalesce(new.created_at, now());
  insert into public.chat_messages (id, user_id, session_id, role, content, sources, created_at)
  values (
    new.id, own_user_id, new.session_id, new.role::public.message_role, new.content, new.sources, new.created_at
  );
  return new;
end;
$$;
comment on function legacy_api.write_chat_message() is
  'Trigger: writes a message of its session''s user, or deletes one.';
revoke all on function legacy_api.write_chat_message() from public, anon, authenticated, service_role;

create or replace trigger write_chat_message instead of insert or delete on legacy_api.chat_messages
  for each row execute function legacy_api.write_chat_message();

comment on view legacy_api.chat_messages is 'public.chat_messages without the user, who is the session''s.';
revoke all on table legacy_api.chat_messages from public, anon, authenticated, service_role;
-- No update: history is immutable.
grant select, insert, delete on table legacy_api.chat_messages to authenticated, service_role;
--! EndIncluded legacy_api/chat_messages.sql

-- Usage --------------------------------------------------------------------------------------------------------------

--! Included legacy_api/user_usage.sql
create or replace view legacy_api.user_usage with (security_invoker = true) as
select
  usage.id,
  usage.user_id,
  plan.code as plan_type,
  usage.messages_sent_today,
  usage.usage_date as last_message_date,
  usage.creators_added,
  usage.videos_indexed,
  usage.created_at,
  usage.updated_at
from public.user_usage usage
left join public.plans plan on plan.id = private.plan_in_force(usage.plan_id, usage.plan_expires_at);

create or replace function legacy_api.write_user_usage() returns trigger
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  new_plan_id uuid;
begin
  if tg_op = 'DELETE' then
    delete from public.user_usage usage where usage.id = old.id;
    return case when found then old end;
  end if;

  select plan.id into new_plan_id from public.plans plan where plan.code = coalesce(new.plan_type, 'free');
  if not found then
    raise exception using
      errcode = 'check_violation',
      message = format('There is no plan %s.', new.plan_type),
      hint = 'Give the code of a plan, such as free or pro.';
  end if;

  if tg_op = 'INSERT' then
    new.id := coalesce(new.id, gen_random_uuid());
    insert into public.user_usage (
      id, user_id, plan_id, messages_sent_today, usage_date, messages_sent_total, creators_added, videos_indexed, created_at
    )
    values (
      new.id, new.user_id, new_plan_id, coalesce(new.messages_sent_today, 0),
      coalesce(new.last_message_date, (now() at time zone 'UTC')::date), coalesce(new.messages_sent_today, 0),
      coalesce(new.creators_added, 0), coalesce(new.videos_indexed, 0), coalesce(new.created_at, now())
    );
  else
    -- Another plan has no end yet; the plan that is in force keeps its own.
    update public.user_usage usage
    set
      plan_id = case when new.plan_type is distinct from old.plan_type then new_plan_id else usage.plan_id end,
      plan_started_at = case when new.plan_type is distinct from old.plan_type then now() else usage.plan_started_at end,
      plan_expires_at = case when new.plan_type is distinct from old.plan_type then null else usage.plan_expires_at end,
      messages_sent_today = coalesce(new.messages_sent_today, 0),
      usage_date = coalesce(new.last_message_date, usage.usage_date),
      messages_sent_total = greatest(usage.messages_sent_total, new.messages_sent_today),
      creators_added = coalesce(new.creators_added, 0),
      videos_indexed = coalesce(new.videos_indexed, 0)
    where usage.id = old.id;
    if not found then
      return null;
    end if;
  end if;
  select usage.* into new from legacy_api.user_usage usage where usage.id = new.id;
  return new;
end;
$$;
comment on function legacy_api.write_user_usage() is
  'Trigger: writes the counters, and the plan that plan_type names. For the service: nobody else may.';
revoke all on function legacy_api.write_user_usage() from public, anon, authenticated, service_role;

create or replace trigger write_user_usage instead of insert or update or delete on legacy_api.user_usage
  for each row execute function legacy_api.write_user_usage();

comment on view legacy_api.user_usage is 'public.user_usage with the code of the plan in force as plan_type, and usage_date as last_message_date.';
revoke all on table legacy_api.user_usage from public, anon, authenticated, service_role;
grant select on table legacy_api.user_usage to authenticated;
grant select, insert, update, delete on table legacy_api.user_usage to service_role;
--! EndIncluded legacy_api/user_usage.sql
--! Included legacy_api/get_usage_with_limits.sql
-- With the caller's rights: signed-in users find their own row, and for another's they get the free plan, unused.
create or replace function legacy_api.get_usage_with_limits(p_user_id uuid)
returns table (plan_type text, messages_sent_today integer, creators_added integer, videos_indexed integer)
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select usage.plan_code, usage.messages_sent_today, usage.creators_added, usage.videos_indexed
  from private.usage_of(p_user_id) usage;
$$;
comment on function legacy_api.get_usage_with_limits(uuid) is
  'A user''s plan in force and what is used of it today. It only reads: nothing has to be reset.';
revoke all on function legacy_api.get_usage_with_limits(uuid) from public, anon, authenticated, service_role;
grant execute on function legacy_api.get_usage_with_limits(uuid) to authenticated, service_role;
--! EndIncluded legacy_api/get_usage_with_limits.sql
--! Included legacy_api/increment_message_count.sql
create or replace function legacy_api.increment_message_count(p_user_id uuid) returns void
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  perform public.increment_message_count(p_user_id);
end;
$$;
comment on function legacy_api.increment_message_count(uuid) is 'Does what public.increment_message_count says. For the service.';
revoke all on function legacy_api.increment_message_count(uuid) from public, anon, authenticated, service_role;
grant execute on function legacy_api.increment_message_count(uuid) to service_role;
--! EndIncluded legacy_api/increment_message_count.sql
--! Included legacy_api/increment_creator_count.sql
create or replace function legacy_api.increment_creator_count(p_user_id uuid) returns void
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  perform public.increment_creator_count(p_user_id);
end;
$$;
comment on function legacy_api.increment_creator_count(uuid) is 'Does what public.increment_creator_count says. For the service.';
revoke all on function legacy_api.increment_creator_count(uuid) from public, anon, authenticated, service_role;
grant execute on function legacy_api.increment_creator_count(uuid) to service_role;
--! EndIncluded legacy_api/increment_creator_count.sql
--! Included legacy_api/increment_videos_indexed.sql
create or replace function legacy_api.increment_videos_indexed(p_user_id uuid, p_count integer) returns void
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  perform public.increment_videos_indexed(p_user_id, p_count);
end;
$$;
comment on function legacy_api.increment_videos_indexed(uuid, integer) is 'Does what public.increment_videos_indexed says. For the service.';
revoke all on function legacy_api.increment_videos_indexed(uuid, integer) from public, anon, authenticated, service_role;
grant execute on function legacy_api.increment_videos_indexed(uuid, integer) to service_role;
--! EndIncluded legacy_api/increment_videos_indexed.sql

-- Operations ---------------------------------------------------------------------------------------------------------

--! Included legacy_api/public_chat_limits.sql
create or replace view legacy_api.public_chat_limits with (security_invoker = true) as
select
  counted.id,
  counted.identifier,
  channel.youtube_channel_id as channel_id,
  counted.messages_today,
  counted.usage_date::timestamp at time zone 'UTC' as last_reset_at,
  counted.created_at
from public.public_chat_limits counted
left join public.channels channel on channel.id = counted.channel_id;

create or replace function legacy_api.write_public_chat_limit() returns trigger
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  own_channel_id uuid;
begin
  case tg_op
    when 'DELETE' then
      delete from public.public_chat_limits counted where counted.id = old.id;
      return case when found then old end;
    when 'UPDATE' then
      update public.public_chat_limits counted
      set
        identifier = new.identifier,
        messages_today = coalesce(new.messages_today, 0),
        usage_date = coalesce((new.last_reset_at at time zone 'UTC')::date, counted.usage_date)
      where counted.id = old.id;
      if not found then
        return null;
      end if;
    else
      select channel.id into own_channel_id
      from public.channels channel
      where channel.youtube_channel_id = new.channel_id;
      if not found then
        raise exception using
          errcode = 'foreign_key_violation',
          message = format('There is no channel with the YouTube id %s.', coalesce(new.channel_id, 'null')),
          hint = 'Give the channel_id of a channel that is there.';
      end if;
      new.id := coalesce(new.id, gen_random_uuid());
      insert into public.public_chat_limits (id, channel_id, identifier, messages_today, usage_date, created_at)
      values (
        new.id, own_channel_id, new.identifier, coalesce(new.messages_today, 0),
        (coalesce(new.last_reset_at, now()) at time zone 'UTC')::date, coalesce(new.created_at, now())
      );
  end case;
  select counted.* into new from legacy_api.public_chat_limits counted where counted.id = new.id;
  return new;
end;
$$;
comment on function legacy_api.write_public_chat_limit() is
  'Trigger: writes the count under its channel''s uuid, for the UTC day of last_reset_at.';
revoke all on function legacy_api.write_public_chat_limit() from public, anon, authenticated, service_role;

create or replace trigger write_public_chat_limit
  instead of insert or update or delete on legacy_api.public_chat_limits
  for each row execute function legacy_api.write_public_chat_limit();

comment on view legacy_api.public_chat_limits is
  'public.public_chat_limits with YouTube''s id as channel_id, and the beginning of usage_date as last_reset_at.';
revoke all on table legacy_api.public_chat_limits from public, anon, authenticated, service_role;
grant select on table legacy_api.public_chat_limits to authenticated;
-- Not channel_id: a count stays with its channel.
grant select, insert, update (identifier, messages_today, last_reset_at), delete
  on table legacy_api.public_chat_limits to service_role;
--! EndIncluded legacy_api/public_chat_limits.sql
--! Included legacy_api/error_logs.sql
-- One table, and each column as it is there: it is written like the table.
create or replace view legacy_api.error_logs with (security_invoker = true) as
select
  error.id,
  error.function_name as service,
  error.message as error_message,
  error.details as error_details,
  error.created_at
from public.error_logs error;

comment on view legacy_api.error_logs is 'public.error_logs with its old names.';
revoke all on table legacy_api.error_logs from public, anon, authenticated, service_role;
grant select on table legacy_api.error_logs to authenticated;
-- No update: a log is written and purged.
grant select, insert, delete on table legacy_api.error_logs to service_role;
--! EndIncluded legacy_api/error_logs.sql

-- Relationships ------------------------------------------------------------------------------------------------------

--! Included legacy_api/relationships.sql
-- Which rows belong together. PostgREST reads it from foreign keys, and views have none where the key is another: a
-- function of this form is how it is told (its documentation, "Computed relationships"), so that an old client's
-- select=*,channels(*) goes on to work.

create or replace function legacy_api.channels(legacy_api.videos) returns setof legacy_api.channels
language sql stable rows 1 security invoker set search_path = pg_catalog, pg_temp
as $$
  select channel.* from legacy_api.channels channel where channel.channel_id = $1.channel_id;
$$;
comment on function legacy_api.channels(legacy_api.videos) is 'The channel of a video.';
revoke all on function legacy_api.channels(legacy_api.videos) from public, anon, authenticated, service_role;
grant execute on function legacy_api.channels(legacy_api.videos) to anon, authenticated, service_role;

create or replace function legacy_api.channels(legacy_api.transcript_chunks) returns setof legacy_api.channels
language sql stable rows 1 security invoker set search_path = pg_catalog, pg_temp
as $$
  select channel.* from legacy_api.channels channel where channel.channel_id = $1.channel_id;
$$;
comment on function legacy_api.channels(legacy_api.transcript_chunks) is 'The channel of a chunk.';
revoke all on function legacy_api.channels(legacy_api.transcript_chunks) from public, anon, authenticated, service_role;
grant execute on function legacy_api.channels(legacy_api.transcript_chunks) to authenticated, service_role;

create or replace function legacy_api.channels(legacy_api.chat_sessions) returns setof legacy_api.channels
language sql stable rows 1 security invoker set search_path = pg_catalog, pg_temp
as $$
  select channel.* from legacy_api.channels channel where channel.channel_id = $1.channel_id;
$$;
comment on function legacy_api.channels(legacy_api.chat_sessions) is 'The channel of a chat session.';
revoke all on function legacy_api.channels(legacy_api.chat_sessions) from public, anon, authenticated, service_role;
grant execute on function legacy_api.channels(legacy_api.chat_sessions) to authenticated, service_role;

create or replace function legacy_api.channels(legacy_api.public_chat_limits) returns setof legacy_api.channels
language sql stable rows 1 security invoker set search_path = pg_catalog, pg_temp
as $$
  select channel.* from legacy_api.channels channel where channel.channel_id = $1.channel_id;
$$;
comment on function legacy_api.channels(legacy_api.public_chat_limits) is 'The channel of a limit of the public chat.';
revoke all on function legacy_api.channels(legacy_api.public_chat_limits) from public, anon, authenticated, service_role;
grant execute on function legacy_api.channels(legacy_api.public_chat_limits) to authenticated, service_role;

create or replace function legacy_api.channels(legacy_api.user_creators) returns setof legacy_api.channels
language sql stable rows 1 security invoker set search_path = pg_catalog, pg_temp
as $$
  select channel.* from legacy_api.channels channel where channel.id = $1.channel_id;
$$;
comment on function legacy_api.channels(legacy_api.user_creators) is 'The channel that is followed.';
revoke all on function legacy_api.channels(legacy_api.user_creators) from public, anon, authenticated, service_role;
grant execute on function legacy_api.channels(legacy_api.user_creators) to authenticated, service_role;

create or replace function legacy_api.videos(legacy_api.transcript_chunks) returns setof legacy_api.videos
language sql stable rows 1 security invoker set search_path = pg_catalog, pg_temp
as $$
  select video.* from legacy_api.videos video where video.video_id = $1.video_id;
$$;
comment on function legacy_api.videos(legacy_api.transcript_chunks) is 'The video of a chunk.';
revoke all on function legacy_api.videos(legacy_api.transcript_chunks) from public, anon, authenticated, service_role;
grant execute on function legacy_api.videos(legacy_api.transcript_chunks) to authenticated, service_role;

create or replace function legacy_api.chat_sessions(legacy_api.chat_messages) returns setof legacy_api.chat_sessions
language sql stable rows 1 security invoker set search_path = pg_catalog, pg_temp
as $$
  select session.* from legacy_api.chat_sessions session where session.id = $1.session_id;
$$;
comment on function legacy_api.chat_sessions(legacy_api.chat_messages) is 'The session of a message.';
revoke all on function legacy_api.chat_sessions(legacy_api.chat_messages) from public, anon, authenticated, service_role;
grant execute on function legacy_api.chat_sessions(legacy_api.chat_messages) to authenticated, service_role;

create or replace function legacy_api.videos(legacy_api.channels) returns setof legacy_api.videos
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select video.* from legacy_api.videos video where video.channel_id = $1.channel_id;
$$;
comment on function legacy_api.videos(legacy_api.channels) is 'The videos of a channel.';
revoke all on function legacy_api.videos(legacy_api.channels) from public, anon, authenticated, service_role;
grant execute on function legacy_api.videos(legacy_api.channels) to anon, authenticated, service_role;

create or replace function legacy_api.chat_sessions(legacy_api.channels) returns setof legacy_api.chat_sessions
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select session.* from legacy_api.chat_sessions session where session.channel_id = $1.channel_id;
$$;
comment on function legacy_api.chat_sessions(legacy_api.channels) is 'The caller''s sessions with a channel.';
revoke all on function legacy_api.chat_sessions(legacy_api.channels) from public, anon, authenticated, service_role;
grant execute on function legacy_api.chat_sessions(legacy_api.channels) to authenticated, service_role;

create or replace function legacy_api.transcript_chunks(legacy_api.videos) returns setof legacy_api.transcript_chunks
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select chunk.* from legacy_api.transcript_chunks chunk where chunk.video_id = $1.video_id;
$$;
comment on function legacy_api.transcript_chunks(legacy_api.videos) is 'The chunks of a video.';
revoke all on function legacy_api.transcript_chunks(legacy_api.videos) from public, anon, authenticated, service_role;
grant execute on function legacy_api.transcript_chunks(legacy_api.videos) to authenticated, service_role;

create or replace function legacy_api.chat_messages(legacy_api.chat_sessions) returns setof legacy_api.chat_messages
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select message.* from legacy_api.chat_messages message where message.session_id = $1.id;
$$;
comment on function legacy_api.chat_messages(legacy_api.chat_sessions) is 'The messages of a session.';
revoke all on function legacy_api.chat_messages(legacy_api.chat_sessions) from public, anon, authenticated, service_role;
grant execute on function legacy_api.chat_messages(legacy_api.chat_sessions) to authenticated, service_role;
--! EndIncluded legacy_api/relationships.sql
