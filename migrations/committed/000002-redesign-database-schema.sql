--! Previous: sha1:b8335ee043ce046e922db66c6d41d1f094437287
--! Hash: sha1:33493d882b0f92ae85a1ba0749773a700420b8b4
--! Message: redesign-database-schema

-- The redesigned schema: keys are uuids and can't lie, embeddings have a table of their own, access is written down.
--
-- How the data comes along. The old tables move, whole and untouched, to schema legacy, outside the API. Each new table
-- is made empty, filled once from its old one, and only then gets its foreign keys and further indexes. A row whose
-- parent is gone can't be carried: it is set aside, whole, in private.quarantined_rows, and so are its children.
-- private.legacy_moves remembers what was filled. So a second run carries nothing, and finds everything made.
--
-- Named rules. Wherever a carried value is not the old value itself, one of these made it (spec/legacy names the columns):
--   fill-created-at      a missing created_at is the row's updated_at, or else the moment of the move
--   fill-updated-at      a missing updated_at is the row's created_at, or else the moment of the move
--   session-created-at   a message without created_at has its session's, and so precedes what the session says later
--   added-at             when a follow was added is added_at where a database has that, and created_at where not
--   fill-default         a missing value is the column's default
--   fill-usage-date      a missing day of usage is the day of the move
--   unknown-to-default   a value that is missing, or outside the closed set, is the column's default
--   count-not-negative   a missing or negative count is zero
--   within-range         a percentage is no less than 0 (nor missing) and no more than 100
--   impossible-to-null   a number that can't be, such as a negative duration, is unknown
--   channel-key          a text key that holds channels.id, or the YouTube id in other case or with blanks, is followed
--   channel-of-video     a chunk or transcript is of its video's channel, whatever its own copy said
--   transcript-of-video  a chunk is of its video's one transcript
--   kept-session         messages of a duplicate session go to the session that was kept
--   gone-user            who added a channel is unknown when that user is gone
--   half-precision       an embedding is rounded to half precision
--   reset-day            a counter's day is the UTC day of its last reset
-- Reasons for setting a row aside: orphan-user, orphan-channel, orphan-video, orphan-session (its parent is gone or was
-- set aside itself), duplicate (an older row has its unique key), unknown-role, negative-index.

-- Schemas ------------------------------------------------------------------------------------------------------------

create schema if not exists extensions;
comment on schema extensions is 'Extensions, so that public holds nothing but the API.';
grant usage on schema extensions to anon, authenticated, service_role;

create schema if not exists private;
comment on schema private is 'What the API needs and must not show: checks with more rights than their callers, and bookkeeping.';
revoke all on schema private from public, anon, authenticated, service_role;

create schema if not exists legacy;
comment on schema legacy is 'The tables as they were before the redesign, kept until an operator drops them.';
revoke all on schema legacy from public, anon, authenticated, service_role;

grant usage on schema public to anon, authenticated, service_role;

-- pgvector moves out of the API, and must be new enough to know half precision.
do $extension$
declare
  routine regprocedure;
begin
  if not exists (
    select from pg_catalog.pg_extension
    where extname = 'vector' and extnamespace = 'extensions'::regnamespace
  ) then
    alter extension vector set schema extensions;
  end if;
  if to_regtype('extensions.halfvec') is null then
    alter extension vector update;
  end if;
  if to_regtype('extensions.halfvec') is null then
    raise exception 'pgvector % has no type halfvec', (select extversion from pg_catalog.pg_extension where extname = 'vector')
      using hint = 'Install pgvector 0.7.0 or later on the server and run the migration again.';
  end if;

  -- Its functions are open to everyone. That default privileges also gave them to roles by name says nothing more, and
  -- happens on some servers and not on others.
  for routine in
    select member.oid
    from pg_catalog.pg_depend dependency
    join pg_catalog.pg_extension extension on extension.oid = dependency.refobjid and extension.extname = 'vector'
    join pg_catalog.pg_proc member on member.oid = dependency.objid
    where dependency.deptype = 'e'
      and dependency.classid = 'pg_catalog.pg_proc'::regclass
      and dependency.refclassid = 'pg_catalog.pg_extension'::regclass
      and member.proowner = current_user::regrole
      and member.proacl is not null
  loop
    execute format('revoke all on routine %s from anon, authenticated, service_role', routine);
    execute format('grant execute on routine %s to public', routine);
  end loop;
end
$extension$;

-- Defaults start closed: whatever is made from here on is open to nobody until a grant says so.
-- The one for functions names no schema, since within a schema it would take nothing from PUBLIC.
alter default privileges in schema public revoke all on tables from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from public, anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

-- Bookkeeping --------------------------------------------------------------------------------------------------------

-- Rows that could not be carried are evidence, and possibly somebody's data: kept whole until a person decides.
create table if not exists private.quarantined_rows (
  id uuid not null default gen_random_uuid(),
  source_table text not null,
  source_id uuid not null,
  row_data jsonb not null,
  reason text not null,
  migration text not null,
  quarantined_at timestamptz not null default now(),
  constraint quarantined_rows_pkey primary key (id),
  constraint quarantined_rows_source_table_source_id_key unique (source_table, source_id)
);
alter table private.quarantined_rows enable row level security;

comment on table private.quarantined_rows is 'Rows that a migration could not carry, whole, with the reason.';
comment on column private.quarantined_rows.source_table is 'The table the row comes from, with its schema.';
comment on column private.quarantined_rows.reason is 'The named rule that set it aside, such as orphan-video.';
comment on column private.quarantined_rows.migration is 'The migration that put it here.';

-- No policy and no grant: nobody reads this through the API, the service included.
revoke all on table private.quarantined_rows from public, anon, authenticated, service_role;

-- What was moved, so that it is moved once.
create table if not exists private.legacy_moves (
  table_name text not null,
  moved_at timestamptz not null default now(),
  rows_in bigint,
  rows_carried bigint,
  rows_quarantined bigint,
  constraint legacy_moves_pkey primary key (table_name),
  constraint legacy_moves_rows_in_check check (rows_in = rows_carried + rows_quarantined)
);
alter table private.legacy_moves enable row level security;

comment on table private.legacy_moves is 'The legacy tables: when each was moved to schema legacy, and where its rows went.';
comment on column private.legacy_moves.rows_in is 'Rows the old table held; null until the new table is filled.';

-- No policy and no grant: for operators and migrations.
revoke all on table private.legacy_moves from public, anon, authenticated, service_role;

-- The move -----------------------------------------------------------------------------------------------------------

do $move$
declare
  moving text;
  routine regprocedure;
  view regclass;
begin
  if exists (select from private.legacy_moves) then
    return;
  end if;

  foreach moving in array array[
    'channels', 'videos', 'transcripts', 'transcript_chunks', 'user_creators', 'chat_sessions', 'chat_messages',
    'user_usage', 'public_chat_limits', 'error_logs'
  ]
  loop
    if to_regclass('public.' || moving) is not null then
      execute format('alter table public.%I set schema legacy', moving);
    end if;
    insert into private.legacy_moves (table_name) values (moving);
  end loop;

  -- The old functions speak of the old tables. They go along, since the tables' triggers use one of them.
  for routine in
    select oid
    from pg_catalog.pg_proc
    where pronamespace = 'public'::regnamespace
      and proname in (
        'search_transcript_chunks', 'get_usage_with_limits', 'increment_message_count', 'increment_creator_count',
        'increment_videos_indexed', 'update_updated_at_column', 'get_user_channels'
      )
  loop
    execute format('alter function %s set schema legacy', routine);
  end loop;

  -- A view made by hand would go on showing the old rows: it goes along too.
  for view in
    select distinct rule.ev_class
    from pg_catalog.pg_depend dependency
    join pg_catalog.pg_rewrite rule on rule.oid = dependency.objid
    join pg_catalog.pg_class shown on shown.oid = dependency.refobjid
    join pg_catalog.pg_class viewing on viewing.oid = rule.ev_class
    where dependency.classid = 'pg_catalog.pg_rewrite'::regclass
      and shown.relnamespace = 'legacy'::regnamespace
      and viewing.relnamespace = 'public'::regnamespace
  loop
    execute format('alter table %s set schema legacy', view);
  end loop;
  revoke all on all functions in schema legacy from public, anon, authenticated, service_role;

  -- Some databases have more than others. What only some have is added empty, so that one copy fits all.
  create table if not exists legacy.transcripts (
    id uuid primary key default gen_random_uuid(),
    video_id text not null unique,
    channel_id text not null,
    full_text text,
    segments jsonb,
    source_type text default 'caption',
    confidence real,
    extraction_status text default 'pending',
    error_message text,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
  );
  alter table legacy.channels add column if not exists user_id uuid;
  alter table legacy.transcript_chunks add column if not exists transcript_id uuid;
  alter table legacy.transcript_chunks add column if not exists token_count int;
  alter table legacy.user_creators add column if not exists created_at timestamptz;
  alter table legacy.user_creators add column if not exists added_at timestamptz;

  for moving in select table_name from private.legacy_moves
  loop
    execute format('alter table legacy.%I enable row level security', moving);
  end loop;
  revoke all on all tables in schema legacy from public, anon, authenticated, service_role;
end
$move$;

-- Tools of the carrying sections. They live as long as this connection.

-- Whether the new table of this name was filled by an earlier run.
create or replace function pg_temp.is_carried(moved text) returns boolean language sql as $$
  select rows_in is not null from private.legacy_moves where table_name = moved;
$$;

-- Each section first sorts the old rows into a temporary table sorted_<table> (id, the keys found, and the reason for
-- those that can't be carried), copies those without a reason, and then calls this: it sets the others aside and
-- enters the sums, which have to meet.
create or replace function pg_temp.finish(moved text, carried bigint) returns void language plpgsql as $$
declare
  aside bigint;
begin
  execute format(
    'insert into private.quarantined_rows (source_table, source_id, row_data, reason, migration) '
    'select %L, old.id, to_jsonb(old), sorted.reason, %L '
    'from legacy.%I old join pg_temp.%I sorted on sorted.id = old.id where sorted.reason is not null',
    'legacy.' || moved, 'redesign-database-schema', moved, 'sorted_' || moved
  );
  get diagnostics aside = row_count;
  execute format(
    'update private.legacy_moves set rows_in = (select count(*) from legacy.%I), rows_carried = $1, rows_quarantined = $2 '
    'where table_name = $3',
    moved
  ) using carried, aside, moved;
end;
$$;

-- Closed sets --------------------------------------------------------------------------------------------------------

do $types$
begin
  if to_regtype('public.app_role') is null then
    create type public.app_role as enum ('admin', 'moderator', 'user');
  end if;
  if to_regtype('public.ingestion_status') is null then
    create type public.ingestion_status as enum (
      'pending', 'processing', 'extracting', 'indexing', 'completed', 'partial', 'paused', 'failed', 'no_captions'
    );
  end if;
  if to_regtype('public.video_import_mode') is null then
    create type public.video_import_mode as enum ('latest', 'oldest', 'all');
  end if;
  if to_regtype('public.content_type') is null then
    create type public.content_type as enum ('video', 'short', 'live');
  end if;
  if to_regtype('public.live_broadcast_content') is null then
    create type public.live_broadcast_content as enum ('none', 'upcoming', 'live');
  end if;
  if to_regtype('public.extraction_status') is null then
    create type public.extraction_status as enum ('pending', 'processing', 'completed', 'failed', 'no_captions');
  end if;
  if to_regtype('public.embedding_status') is null then
    create type public.embedding_status as enum ('pending', 'processing', 'completed', 'failed');
  end if;
  if to_regtype('public.message_role') is null then
    create type public.message_role as enum ('user', 'assistant');
  end if;
  if to_regtype('public.error_severity') is null then
    create type public.error_severity as enum ('debug', 'info', 'warning', 'error', 'critical');
  end if;
end
$types$;

comment on type public.app_role is 'What a signed-in user may be beyond a user: nothing in the token says so, user_roles does.';
comment on type public.ingestion_status is 'How far a channel''s videos have been taken in.';
comment on type public.video_import_mode is 'Which videos of a channel are taken in first, or all of them.';
comment on type public.content_type is 'What kind of video YouTube says it is.';
comment on type public.live_broadcast_content is 'Whether a broadcast is announced or on, in YouTube''s words.';
comment on type public.extraction_status is 'How far the transcript of a video has been extracted.';
comment on type public.embedding_status is 'How far a chunk has been embedded.';
comment on type public.message_role is 'Who speaks.';
comment on type public.error_severity is 'How bad an error is, mildest first.';

--! Included functions/set_updated_at.sql
create or replace function private.set_updated_at() returns trigger
language plpgsql security invoker set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.set_updated_at() is 'Trigger: a changed row says when it changed, whatever the client sent.';
revoke all on function private.set_updated_at() from public, anon, authenticated, service_role;
--! EndIncluded functions/set_updated_at.sql

-- Plans --------------------------------------------------------------------------------------------------------------

-- What a plan allows is data, so that changing a limit is no deployment.
create table if not exists public.plans (
  id uuid not null default gen_random_uuid(),
  code text not null,
  creators_limit integer not null,
  videos_per_creator_limit integer not null,
  messages_per_day_limit integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint plans_pkey primary key (id),
  constraint plans_code_key unique (code),
  constraint plans_creators_limit_check check (creators_limit >= 0),
  constraint plans_videos_per_creator_limit_check check (videos_per_creator_limit >= 0),
  constraint plans_messages_per_day_limit_check check (messages_per_day_limit >= 0)
);
alter table public.plans enable row level security;

-- Once: plans that are there stay as they are, and so does what was taken away.
insert into public.plans (code, creators_limit, videos_per_creator_limit, messages_per_day_limit)
select seed.code, seed.creators, seed.videos, seed.messages
from (values ('free', 2, 10, 18), ('pro', 25, 100, 500)) seed (code, creators, videos, messages)
where not exists (select from public.plans);

create or replace trigger set_updated_at before update on public.plans
  for each row execute function private.set_updated_at();

comment on table public.plans is 'What users can subscribe to, and the limits of each.';
comment on column public.plans.code is 'The name that programs use: free, pro.';
comment on column public.plans.creators_limit is 'How many channels a user may follow.';
comment on column public.plans.videos_per_creator_limit is 'How many videos of one channel are taken in.';
comment on column public.plans.messages_per_day_limit is 'How many questions a user may ask a day.';

--! Included policies/plans.sql
drop policy if exists "Everyone can view the plans" on public.plans;
create policy "Everyone can view the plans" on public.plans
  for select to anon, authenticated
  using (true);

-- No insert, update or delete: a plan changes by a migration.
--! EndIncluded policies/plans.sql

revoke all on table public.plans from public, anon, authenticated, service_role;
grant select on table public.plans to anon, authenticated, service_role;

-- User roles ---------------------------------------------------------------------------------------------------------

-- Roles have their own table, not a column of a profile that its owner may edit.
create table if not exists public.user_roles (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  role public.app_role not null,
  granted_by uuid,
  created_at timestamptz not null default now(),
  constraint user_roles_pkey primary key (id),
  constraint user_roles_user_id_role_key unique (user_id, role),
  constraint user_roles_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint user_roles_granted_by_fkey foreign key (granted_by) references auth.users (id) on delete set null
);
alter table public.user_roles enable row level security;

-- For the foreign key: deleting a user must find the roles that they granted.
create index if not exists idx_user_roles_granted_by on public.user_roles (granted_by);

comment on table public.user_roles is 'Who is a moderator or an admin. One row per user and role.';
comment on column public.user_roles.granted_by is 'Who gave the role; null when a migration or a trigger did, or that user is gone.';

--! Included functions/has_role.sql
-- Definer rights, since a policy that read user_roles as the caller would meet that table's own policies again.
create or replace function private.has_role(required public.app_role) returns boolean
language sql stable security definer set search_path = ''
as $$
  select exists (
    select from public.user_roles
    where user_id = (select auth.uid()) and role = required
  );
$$;
comment on function private.has_role(public.app_role) is 'Whether the caller holds this role. Answers for nobody else.';
revoke all on function private.has_role(public.app_role) from public, anon, authenticated, service_role;
grant execute on function private.has_role(public.app_role) to authenticated, service_role;
--! EndIncluded functions/has_role.sql
--! Included functions/is_admin.sql
create or replace function private.is_admin() returns boolean
language sql stable security definer set search_path = ''
as $$
  select private.has_role('admin');
$$;
comment on function private.is_admin() is 'Whether the caller is an admin. In policies: (select private.is_admin()), so that it runs once a statement.';
revoke all on function private.is_admin() from public, anon, authenticated, service_role;
grant execute on function private.is_admin() to authenticated, service_role;
--! EndIncluded functions/is_admin.sql
--! Included functions/is_moderator.sql
create or replace function private.is_moderator() returns boolean
language sql stable security definer set search_path = ''
as $$
  select private.has_role('moderator') or private.has_role('admin');
$$;
comment on function private.is_moderator() is 'Whether the caller is a moderator, or an admin, who may do all that a moderator may.';
revoke all on function private.is_moderator() from public, anon, authenticated, service_role;
grant execute on function private.is_moderator() to authenticated, service_role;
--! EndIncluded functions/is_moderator.sql

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

-- Channels -----------------------------------------------------------------------------------------------------------

-- One row a YouTube channel, shared by everyone who follows it: two users of one channel share its transcripts.
create table if not exists public.channels (
  id uuid not null default gen_random_uuid(),
  youtube_channel_id text not null,
  channel_name text not null,
  channel_url text not null,
  avatar_url text,
  subscriber_count text,
  indexed_videos integer not null default 0,
  total_videos integer not null default 0,
  ingestion_status public.ingestion_status not null default 'pending',
  ingestion_progress integer not null default 0,
  ingestion_method text,
  error_message text,
  last_indexed_at timestamptz,
  ingest_videos boolean not null default true,
  ingest_shorts boolean not null default true,
  ingest_lives boolean not null default true,
  video_import_mode public.video_import_mode not null default 'latest',
  video_import_limit integer,
  public_slug text,
  uploads_playlist_id text,
  added_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint channels_pkey primary key (id),
  constraint channels_youtube_channel_id_key unique (youtube_channel_id),
  constraint channels_public_slug_key unique (public_slug),
  constraint channels_indexed_videos_check check (indexed_videos >= 0),
  constraint channels_total_videos_check check (total_videos >= 0),
  constraint channels_ingestion_progress_check check (ingestion_progress between 0 and 100),
  constraint channels_video_import_limit_check check (video_import_limit >= 0)
);
alter table public.channels enable row level security;

do $carry$
declare
  carried bigint;
begin
  if pg_temp.is_carried('channels') then
    return;
  end if;

  create temporary table sorted_channels on commit drop as
  select
    old.id,
    adder.id as added_by,
    case when row_number() over (partition by old.channel_id order by old.created_at, old.id) > 1 then 'duplicate' end as reason
  from legacy.channels old
  left join auth.users adder on adder.id = old.user_id;

  insert into public.channels (
    id, youtube_channel_id, channel_name, channel_url, avatar_url, subscriber_count, indexed_videos, total_videos,
    ingestion_status, ingestion_progress, ingestion_method, error_message, last_indexed_at, ingest_videos, ingest_shorts,
    ingest_lives, video_import_mode, video_import_limit, public_slug, uploads_playlist_id, added_by, created_at, updated_at
  )
  select
    old.id,
    old.channel_id,
    old.channel_name,
    old.channel_url,
    old.avatar_url,
    old.subscriber_count,
    greatest(old.indexed_videos, 0),
    greatest(old.total_videos, 0),
    case
      when old.ingestion_status = any (enum_range(null::public.ingestion_status)::text[])
        then old.ingestion_status::public.ingestion_status
      else 'pending'
    end,
    least(greatest(old.ingestion_progress, 0), 100),
    old.ingestion_method,
    old.error_message,
    old.last_indexed_at,
    coalesce(old.ingest_videos, true),
    coalesce(old.ingest_shorts, true),
    coalesce(old.ingest_lives, true),
    case
      when old.video_import_mode = any (enum_range(null::public.video_import_mode)::text[])
        then old.video_import_mode::public.video_import_mode
      else 'latest'
    end,
    case when old.video_import_limit < 0 then 0 else old.video_import_limit end,
    old.public_slug,
    old.uploads_playlist_id,
    sorted.added_by,
    coalesce(old.created_at, old.updated_at, now()),
    coalesce(old.updated_at, old.created_at, now())
  from legacy.channels old
  join pg_temp.sorted_channels sorted on sorted.id = old.id
  where sorted.reason is null;

  get diagnostics carried = row_count;
  perform pg_temp.finish('channels', carried);

  -- Every text that any old table uses as the key of a channel, and the channel it means: the YouTube id itself, else
  -- the uuid of a channel, else a YouTube id with blanks or in other case, where that leaves no doubt.
  create temporary table channel_keys on commit drop as
  select
    used.key,
    coalesce(exact.id, by_uuid.id, folded.id) as channel_id
  from (
    select channel_id as key from legacy.videos
    union select channel_id from legacy.transcripts
    union select channel_id from legacy.transcript_chunks
    union select channel_id from legacy.chat_sessions
    union select channel_id from legacy.public_chat_limits
    union select channel_id::text from legacy.user_creators
  ) used
  left join public.channels exact on exact.youtube_channel_id = used.key
  left join legacy.channels named on named.id::text = lower(btrim(used.key))
  left join public.channels by_uuid on by_uuid.youtube_channel_id = named.channel_id
  left join (
    select lower(btrim(youtube_channel_id)) as key, min(id::text)::uuid as id
    from public.channels
    group by lower(btrim(youtube_channel_id))
    having count(*) = 1
  ) folded on folded.key = lower(btrim(used.key));
end
$carry$;

alter table public.channels
  drop constraint if exists channels_added_by_fkey,
  add constraint channels_added_by_fkey foreign key (added_by) references auth.users (id) on delete set null;

-- For the foreign key: deleting a user must find the channels that they added.
create index if not exists idx_channels_added_by on public.channels (added_by);

create or replace trigger set_updated_at before update on public.channels
  for each row execute function private.set_updated_at();

comment on table public.channels is 'YouTube channels that can be chatted with. Shared by all who follow them.';
comment on column public.channels.youtube_channel_id is 'YouTube''s own id (UC…), for talking to YouTube and nothing else.';
comment on column public.channels.subscriber_count is 'As YouTube words it, such as 1.2M: for display.';
comment on column public.channels.indexed_videos is 'How many videos can be chatted with.';
comment on column public.channels.total_videos is 'How many videos YouTube lists.';
comment on column public.channels.ingestion_progress is 'In percent.';
comment on column public.channels.video_import_limit is 'How many videos to take in; null for as many as the plan allows.';
comment on column public.channels.public_slug is 'The name in the address of the channel''s public page; null while the channel is not public.';
comment on column public.channels.added_by is 'Who first added the channel; null when unknown or gone. It gives no rights.';

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
grant select on table public.channels to anon;
grant select, insert, update, delete on table public.channels to authenticated, service_role;

-- Videos -------------------------------------------------------------------------------------------------------------

create table if not exists public.videos (
  id uuid not null default gen_random_uuid(),
  channel_id uuid not null,
  youtube_video_id text not null,
  title text not null,
  description text,
  duration text,
  duration_seconds integer,
  published_at timestamptz,
  thumbnail_url text,
  view_count bigint,
  like_count integer,
  comment_count integer,
  transcript_status public.extraction_status not null default 'pending',
  transcript_language text,
  ingestion_method text,
  content_type public.content_type not null default 'video',
  has_live_streaming_details boolean not null default false,
  live_broadcast_content public.live_broadcast_content not null default 'none',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint videos_pkey primary key (id),
  constraint videos_youtube_video_id_key unique (youtube_video_id),
  -- What the tables below refer to, so that their copy of the channel can't lie. It serves videos_channel_id_fkey too.
  constraint videos_channel_id_id_key unique (channel_id, id),
  constraint videos_duration_seconds_check check (duration_seconds >= 0),
  constraint videos_view_count_check check (view_count >= 0),
  constraint videos_like_count_check check (like_count >= 0),
  constraint videos_comment_count_check check (comment_count >= 0)
);
alter table public.videos enable row level security;

do $carry$
declare
  carried bigint;
begin
  if pg_temp.is_carried('videos') then
    return;
  end if;

  create temporary table sorted_videos on commit drop as
  select
    old.id,
    keys.channel_id,
    case
      when keys.channel_id is null then 'orphan-channel'
      when row_number() over (
        partition by old.video_id, keys.channel_id is null order by old.created_at, old.id
      ) > 1 then 'duplicate'
    end as reason
  from legacy.videos old
  left join pg_temp.channel_keys keys on keys.key = old.channel_id;

  insert into public.videos (
    id, channel_id, youtube_video_id, title, description, duration, duration_seconds, published_at, thumbnail_url,
    view_count, like_count, comment_count, transcript_status, transcript_language, ingestion_method, content_type,
    created_at, updated_at
  )
  select
    old.id,
    sorted.channel_id,
    old.video_id,
    old.title,
    old.description,
    old.duration,
    case when old.duration_seconds >= 0 then old.duration_seconds end,
    old.published_at,
    old.thumbnail_url,
    case when old.view_count >= 0 then old.view_count end,
    case when old.like_count >= 0 then old.like_count end,
    case when old.comment_count >= 0 then old.comment_count end,
    case
      when old.transcript_status = any (enum_range(null::public.extraction_status)::text[])
        then old.transcript_status::public.extraction_status
      else 'pending'
    end,
    old.transcript_language,
    old.ingestion_method,
    case
      when old.content_type = any (enum_range(null::public.content_type)::text[])
        then old.content_type::public.content_type
      else 'video'
    end,
    coalesce(old.created_at, old.updated_at, now()),
    coalesce(old.updated_at, old.created_at, now())
  from legacy.videos old
  join pg_temp.sorted_videos sorted on sorted.id = old.id
  where sorted.reason is null;

  get diagnostics carried = row_count;
  perform pg_temp.finish('videos', carried);
end
$carry$;

alter table public.videos
  drop constraint if exists videos_channel_id_fkey,
  add constraint videos_channel_id_fkey foreign key (channel_id) references public.channels (id) on delete cascade;

create or replace trigger set_updated_at before update on public.videos
  for each row execute function private.set_updated_at();

comment on table public.videos is 'Videos of a channel that have been taken in, or are about to be.';
comment on column public.videos.youtube_video_id is 'YouTube''s own id, for talking to YouTube and nothing else.';
comment on column public.videos.duration is 'As YouTube gives it (ISO 8601).';
comment on column public.videos.view_count is 'As of the last time YouTube was asked; null when it does not say.';
comment on column public.videos.transcript_status is 'How far its transcript has been extracted.';
comment on column public.videos.transcript_language is 'The language of its captions; null while unknown.';
comment on column public.videos.has_live_streaming_details is 'Whether YouTube has details of a live stream for it, even a past one.';

--! Included policies/videos.sql
drop policy if exists "Anyone can view videos of public channels" on public.videos;
create policy "Anyone can view videos of public channels" on public.videos
  for select to anon
  using (channel_id in (select channel.id from public.channels channel where channel.public_slug is not null));

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

-- Transcripts --------------------------------------------------------------------------------------------------------

-- One a video: the place for what is true of a whole transcript, and the queue of extraction.
create table if not exists public.transcripts (
  id uuid not null default gen_random_uuid(),
  channel_id uuid not null,
  video_id uuid not null,
  language text,
  source_type text not null default 'caption',
  confidence real,
  extraction_status public.extraction_status not null default 'pending',
  error_message text,
  retry_count integer not null default 0,
  next_retry_at timestamptz,
  full_text text,
  segments jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint transcripts_pkey primary key (id),
  constraint transcripts_video_id_key unique (video_id),
  -- What chunks refer to, so that their copies can't lie. It serves transcripts_channel_id_video_id_fkey too.
  constraint transcripts_channel_id_video_id_id_key unique (channel_id, video_id, id),
  constraint transcripts_confidence_check check (confidence between 0 and 1),
  constraint transcripts_retry_count_check check (retry_count >= 0)
);
alter table public.transcripts enable row level security;

do $carry$
declare
  carried bigint;
begin
  if pg_temp.is_carried('transcripts') then
    return;
  end if;

  create temporary table sorted_transcripts on commit drop as
  select
    old.id,
    video.id as video_id,
    video.channel_id,
    video.transcript_language as language,
    case
      when video.id is null then 'orphan-video'
      when row_number() over (partition by old.video_id order by old.created_at, old.id) > 1 then 'duplicate'
    end as reason
  from legacy.transcripts old
  left join public.videos video on video.youtube_video_id = old.video_id;

  insert into public.transcripts (
    id, channel_id, video_id, language, source_type, confidence, extraction_status, error_message, full_text, segments,
    created_at, updated_at
  )
  select
    old.id,
    sorted.channel_id,
    sorted.video_id,
    sorted.language,
    coalesce(old.source_type, 'caption'),
    case when old.confidence between 0 and 1 then old.confidence end,
    case
      when old.extraction_status = any (enum_range(null::public.extraction_status)::text[])
        then old.extraction_status::public.extraction_status
      else 'pending'
    end,
    old.error_message,
    old.full_text,
    old.segments,
    coalesce(old.created_at, old.updated_at, now()),
    coalesce(old.updated_at, old.created_at, now())
  from legacy.transcripts old
  join pg_temp.sorted_transcripts sorted on sorted.id = old.id
  where sorted.reason is null;

  get diagnostics carried = row_count;
  perform pg_temp.finish('transcripts', carried);

  -- Where the old database had no transcript, one is made for every video that has chunks, or on which extraction was
  -- at least begun. It has the video's status; chunks of a video that still says pending mean completed.
  insert into public.transcripts (channel_id, video_id, language, extraction_status, created_at, updated_at)
  select
    video.channel_id,
    video.id,
    video.transcript_language,
    case when video.transcript_status = 'pending' then 'completed' else video.transcript_status end,
    video.created_at,
    video.updated_at
  from public.videos video
  where (
      video.transcript_status <> 'pending'
      or video.youtube_video_id in (select chunk.video_id from legacy.transcript_chunks chunk)
    )
    and video.id not in (select transcript.video_id from public.transcripts transcript);
end
$carry$;

alter table public.transcripts
  drop constraint if exists transcripts_channel_id_video_id_fkey,
  add constraint transcripts_channel_id_video_id_fkey foreign key (channel_id, video_id)
    references public.videos (channel_id, id) on delete cascade;

create or replace trigger set_updated_at before update on public.transcripts
  for each row execute function private.set_updated_at();

comment on table public.transcripts is 'What is said in a video. One a video.';
comment on column public.transcripts.channel_id is 'The video''s channel; a foreign key keeps the copy true.';
comment on column public.transcripts.language is 'Language of the text; null while unknown.';
comment on column public.transcripts.source_type is 'Where the text comes from, such as caption.';
comment on column public.transcripts.confidence is 'How sure the source is of the text, from 0 to 1; null when it does not say.';
comment on column public.transcripts.retry_count is 'How often extraction failed so far.';
comment on column public.transcripts.next_retry_at is 'Not to be tried again before; null for at once.';
comment on column public.transcripts.segments is 'The text as the source cut it, with times.';

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

-- Transcript chunks --------------------------------------------------------------------------------------------------

-- The vector lives elsewhere: without it a change of status or text costs nothing.
create table if not exists public.transcript_chunks (
  id uuid not null default gen_random_uuid(),
  channel_id uuid not null,
  video_id uuid not null,
  transcript_id uuid not null,
  chunk_index integer not null,
  text text not null,
  start_time real,
  end_time real,
  token_count integer,
  embedding_status public.embedding_status not null default 'pending',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint transcript_chunks_pkey primary key (id),
  constraint transcript_chunks_chunk_index_check check (chunk_index >= 0),
  constraint transcript_chunks_start_time_check check (start_time >= 0),
  constraint transcript_chunks_end_time_check check (end_time >= 0),
  constraint transcript_chunks_token_count_check check (token_count >= 0)
);
alter table public.transcript_chunks enable row level security;

do $carry$
declare
  carried bigint;
begin
  if pg_temp.is_carried('transcript_chunks') then
    return;
  end if;

  create temporary table sorted_transcript_chunks on commit drop as
  select
    old.id,
    transcript.channel_id,
    transcript.video_id,
    transcript.id as transcript_id,
    case
      when transcript.id is null then 'orphan-video'
      when old.chunk_index < 0 then 'negative-index'
      when row_number() over (partition by old.video_id, old.chunk_index order by old.created_at, old.id) > 1
        then 'duplicate'
    end as reason
  from legacy.transcript_chunks old
  left join public.videos video on video.youtube_video_id = old.video_id
  left join public.transcripts transcript on transcript.video_id = video.id;

  insert into public.transcript_chunks (
    id, channel_id, video_id, transcript_id, chunk_index, text, start_time, end_time, token_count, embedding_status,
    created_at, updated_at
  )
  select
    old.id,
    sorted.channel_id,
    sorted.video_id,
    sorted.transcript_id,
    old.chunk_index,
    old.text,
    case when old.start_time >= 0 then old.start_time end,
    case when old.end_time >= 0 then old.end_time end,
    case when old.token_count >= 0 then old.token_count end,
    case
      when old.embedding_status = any (enum_range(null::public.embedding_status)::text[])
        then old.embedding_status::public.embedding_status
      else 'pending'
    end,
    coalesce(old.created_at, old.updated_at, now()),
    coalesce(old.updated_at, old.created_at, now())
  from legacy.transcript_chunks old
  join pg_temp.sorted_transcript_chunks sorted on sorted.id = old.id
  where sorted.reason is null;

  get diagnostics carried = row_count;
  perform pg_temp.finish('transcript_chunks', carried);
end
$carry$;

-- A transcript's chunks in order, and no number twice.
create unique index if not exists transcript_chunks_transcript_id_chunk_index_key
  on public.transcript_chunks (transcript_id, chunk_index);
-- What embeddings refer to, so that their copy of the channel can't lie.
create unique index if not exists transcript_chunks_channel_id_id_key on public.transcript_chunks (channel_id, id);
do $unique$
begin
  if not exists (
    select from pg_catalog.pg_constraint
    where conrelid = 'public.transcript_chunks'::regclass and contype = 'u'
  ) then
    alter table public.transcript_chunks
      add constraint transcript_chunks_transcript_id_chunk_index_key
        unique using index transcript_chunks_transcript_id_chunk_index_key,
      add constraint transcript_chunks_channel_id_id_key unique using index transcript_chunks_channel_id_id_key;
  end if;
end
$unique$;

-- For the foreign key, and for all chunks of a video or of a channel.
create index if not exists idx_transcript_chunks_channel_id_video_id_transcript_id
  on public.transcript_chunks (channel_id, video_id, transcript_id);

alter table public.transcript_chunks
  drop constraint if exists transcript_chunks_channel_id_video_id_transcript_id_fkey,
  add constraint transcript_chunks_channel_id_video_id_transcript_id_fkey
    foreign key (channel_id, video_id, transcript_id)
    references public.transcripts (channel_id, video_id, id) on delete cascade;

create or replace trigger set_updated_at before update on public.transcript_chunks
  for each row execute function private.set_updated_at();

comment on table public.transcript_chunks is 'Passages of a transcript, in order: what search finds and answers quote.';
comment on column public.transcript_chunks.channel_id is 'The transcript''s channel; a foreign key keeps the copy true.';
comment on column public.transcript_chunks.video_id is 'The transcript''s video; a foreign key keeps the copy true.';
comment on column public.transcript_chunks.chunk_index is 'Its place in the transcript, from 0.';
comment on column public.transcript_chunks.start_time is 'Seconds into the video.';
comment on column public.transcript_chunks.end_time is 'Seconds into the video.';

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

-- Chunk embeddings ---------------------------------------------------------------------------------------------------

-- Half precision, stored in the row and not beside it: search reads two rows a page and fetches nothing else.
-- Nothing may be added to this table that makes the row wider.
create table if not exists public.chunk_embeddings (
  chunk_id uuid not null,
  channel_id uuid not null,
  embedding extensions.halfvec(1536) not null,
  constraint chunk_embeddings_pkey primary key (chunk_id)
);
alter table public.chunk_embeddings enable row level security;
-- Before the first row: it says how rows are written, and rewrites none.
alter table public.chunk_embeddings alter column embedding set storage plain;

do $carry$
begin
  -- Filled with the chunks, from the same old table, so it has no line of its own in private.legacy_moves.
  if to_regclass('pg_temp.sorted_transcript_chunks') is null then
    return;
  end if;

  insert into public.chunk_embeddings (chunk_id, channel_id, embedding)
  select old.id, sorted.channel_id, old.embedding::extensions.halfvec(1536)
  from legacy.transcript_chunks old
  join pg_temp.sorted_transcript_chunks sorted on sorted.id = old.id
  where sorted.reason is null and old.embedding is not null;
end
$carry$;

-- All embeddings of a channel, which is what search reads. No index on the embedding: exact search over one channel is
-- faster than it is over an approximate index, and finds everything.
create index if not exists idx_chunk_embeddings_channel_id on public.chunk_embeddings (channel_id);

-- The primary key finds the row for it, the index above its channel.
alter table public.chunk_embeddings
  drop constraint if exists chunk_embeddings_channel_id_chunk_id_fkey,
  add constraint chunk_embeddings_channel_id_chunk_id_fkey foreign key (channel_id, chunk_id)
    references public.transcript_chunks (channel_id, id) on delete cascade;

-- No trigger and no timestamps: an embedding is replaced with its chunk.

comment on table public.chunk_embeddings is 'The embedding of a chunk, for chunks that have one.';
comment on column public.chunk_embeddings.channel_id is 'The chunk''s channel; a foreign key keeps the copy true.';
comment on column public.chunk_embeddings.embedding is '1536 dimensions in half precision; compared by cosine distance.';

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

-- User creators ------------------------------------------------------------------------------------------------------

create table if not exists public.user_creators (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null default auth.uid(),
  channel_id uuid not null,
  added_at timestamptz not null default now(),
  constraint user_creators_pkey primary key (id),
  constraint user_creators_user_id_channel_id_key unique (user_id, channel_id)
);
alter table public.user_creators enable row level security;

do $carry$
declare
  carried bigint;
begin
  if pg_temp.is_carried('user_creators') then
    return;
  end if;

  create temporary table sorted_user_creators on commit drop as
  select
    old.id,
    keys.channel_id,
    case
      when follower.id is null then 'orphan-user'
      when keys.channel_id is null then 'orphan-channel'
      when row_number() over (
        partition by old.user_id, keys.channel_id order by coalesce(old.added_at, old.created_at), old.id
      ) > 1 then 'duplicate'
    end as reason
  from legacy.user_creators old
  left join auth.users follower on follower.id = old.user_id
  left join pg_temp.channel_keys keys on keys.key = old.channel_id::text;

  insert into public.user_creators (id, user_id, channel_id, added_at)
  select old.id, old.user_id, sorted.channel_id, coalesce(old.added_at, old.created_at, now())
  from legacy.user_creators old
  join pg_temp.sorted_user_creators sorted on sorted.id = old.id
  where sorted.reason is null;

  get diagnostics carried = row_count;
  perform pg_temp.finish('user_creators', carried);
end
$carry$;

alter table public.user_creators
  drop constraint if exists user_creators_user_id_fkey,
  add constraint user_creators_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  drop constraint if exists user_creators_channel_id_fkey,
  add constraint user_creators_channel_id_fkey foreign key (channel_id)
    references public.channels (id) on delete cascade;

-- For the foreign key, and for counting a channel's followers.
create index if not exists idx_user_creators_channel_id on public.user_creators (channel_id);

comment on table public.user_creators is 'Which channels a user follows.';

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

-- Chat sessions ------------------------------------------------------------------------------------------------------

create table if not exists public.chat_sessions (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null default auth.uid(),
  channel_id uuid not null,
  title text,
  last_message_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint chat_sessions_pkey primary key (id),
  constraint chat_sessions_user_id_channel_id_key unique (user_id, channel_id),
  -- What messages refer to, so that their copy of the user can't lie.
  constraint chat_sessions_user_id_id_key unique (user_id, id)
);
alter table public.chat_sessions enable row level security;

do $carry$
declare
  carried bigint;
begin
  if pg_temp.is_carried('chat_sessions') then
    return;
  end if;

  -- Two keys of one channel made two sessions of one: the older is kept, and takes the messages of the other.
  create temporary table sorted_chat_sessions on commit drop as
  select
    old.id,
    old.user_id,
    keys.channel_id,
    first_value(old.id) over same as kept_id,
    case
      when chatter.id is null then 'orphan-user'
      when keys.channel_id is null then 'orphan-channel'
      when row_number() over same > 1 then 'duplicate'
    end as reason
  from legacy.chat_sessions old
  left join auth.users chatter on chatter.id = old.user_id
  left join pg_temp.channel_keys keys on keys.key = old.channel_id
  window same as (partition by old.user_id, keys.channel_id order by old.created_at, old.id);

  insert into public.chat_sessions (id, user_id, channel_id, last_message_at, created_at, updated_at)
  select
    old.id,
    old.user_id,
    sorted.channel_id,
    latest.created_at,
    coalesce(old.created_at, old.updated_at, now()),
    coalesce(old.updated_at, old.created_at, now())
  from legacy.chat_sessions old
  join pg_temp.sorted_chat_sessions sorted on sorted.id = old.id
  left join (
    select session.kept_id, max(message.created_at) as created_at
    from legacy.chat_messages message
    join pg_temp.sorted_chat_sessions session on session.id = message.session_id
    group by session.kept_id
  ) latest on latest.kept_id = old.id
  where sorted.reason is null;

  get diagnostics carried = row_count;
  perform pg_temp.finish('chat_sessions', carried);
end
$carry$;

alter table public.chat_sessions
  drop constraint if exists chat_sessions_user_id_fkey,
  add constraint chat_sessions_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  drop constraint if exists chat_sessions_channel_id_fkey,
  add constraint chat_sessions_channel_id_fkey foreign key (channel_id)
    references public.channels (id) on delete cascade;

-- For the foreign key: deleting a channel must find its sessions.
create index if not exists idx_chat_sessions_channel_id on public.chat_sessions (channel_id);

create or replace trigger set_updated_at before update on public.chat_sessions
  for each row execute function private.set_updated_at();

comment on table public.chat_sessions is 'A user''s conversation with a channel. One per user and channel.';
comment on column public.chat_sessions.title is 'What the user calls it; null for the channel''s name.';
comment on column public.chat_sessions.last_message_at is 'When the latest message was written; null before the first.';

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
grant select, insert, delete on table public.chat_sessions to authenticated;
-- Not user_id, not channel_id: a session does not move.
grant update (title, updated_at) on table public.chat_sessions to authenticated;
grant select, insert, update, delete on table public.chat_sessions to service_role;

-- Chat messages ------------------------------------------------------------------------------------------------------

-- A message knows its user, so that its policy asks no other table.
create table if not exists public.chat_messages (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null default auth.uid(),
  session_id uuid not null,
  role public.message_role not null,
  content text not null,
  sources jsonb,
  created_at timestamptz not null default now(),
  constraint chat_messages_pkey primary key (id)
);
alter table public.chat_messages enable row level security;

do $carry$
declare
  carried bigint;
begin
  if pg_temp.is_carried('chat_messages') then
    return;
  end if;

  create temporary table sorted_chat_messages on commit drop as
  select
    old.id,
    session.user_id,
    session.id as session_id,
    session.created_at as session_created_at,
    case
      when session.id is null then 'orphan-session'
      when old.role <> all (enum_range(null::public.message_role)::text[]) then 'unknown-role'
    end as reason
  from legacy.chat_messages old
  left join pg_temp.sorted_chat_sessions sorted on sorted.id = old.session_id
  left join public.chat_sessions session on session.id = sorted.kept_id;

  insert into public.chat_messages (id, user_id, session_id, role, content, sources, created_at)
  select
    old.id,
    sorted.user_id,
    sorted.session_id,
    old.role::public.message_role,
    old.content,
    old.sources,
    coalesce(old.created_at, sorted.session_created_at)
  from legacy.chat_messages old
  join pg_temp.sorted_chat_messages sorted on sorted.id = old.id
  where sorted.reason is null;

  get diagnostics carried = row_count;
  perform pg_temp.finish('chat_messages', carried);
end
$carry$;

-- For the foreign key, and a session's messages of one user in order, without a sort.
create index if not exists idx_chat_messages_user_id_session_id_created_at
  on public.chat_messages (user_id, session_id, created_at desc);

alter table public.chat_messages
  drop constraint if exists chat_messages_user_id_session_id_fkey,
  add constraint chat_messages_user_id_session_id_fkey foreign key (user_id, session_id)
    references public.chat_sessions (user_id, id) on delete cascade;

--! Included functions/note_last_message.sql
-- Definer rights: last_message_at is not the user's to write.
create or replace function private.note_last_message() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.chat_sessions session
  set last_message_at = greatest(session.last_message_at, latest.created_at)
  from (
    select session_id, max(created_at) as created_at
    from inserted
    group by session_id
  ) latest
  where session.id = latest.session_id;
  return null;
end;
$$;
comment on function private.note_last_message() is 'Trigger: a session knows when its latest message was written.';
revoke all on function private.note_last_message() from public, anon, authenticated, service_role;
--! EndIncluded functions/note_last_message.sql

create or replace trigger note_last_message after insert on public.chat_messages
  referencing new table as inserted
  for each statement execute function private.note_last_message();

comment on table public.chat_messages is 'What was said in a session, by the user and by the assistant. Never changed.';
comment on column public.chat_messages.user_id is 'The session''s user, also of what the assistant said; a foreign key keeps the copy true.';
comment on column public.chat_messages.sources is 'The passages an answer rests on.';

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

-- User usage ---------------------------------------------------------------------------------------------------------

create table if not exists public.user_usage (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  plan_id uuid not null,
  plan_started_at timestamptz not null default now(),
  plan_expires_at timestamptz,
  messages_sent_today integer not null default 0,
  usage_date date not null default (now() at time zone 'UTC')::date,
  messages_sent_total bigint not null default 0,
  creators_added integer not null default 0,
  videos_indexed integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint user_usage_pkey primary key (id),
  constraint user_usage_user_id_key unique (user_id),
  constraint user_usage_plan_expires_at_check check (plan_expires_at > plan_started_at),
  constraint user_usage_messages_sent_today_check check (messages_sent_today >= 0),
  constraint user_usage_messages_sent_total_check check (messages_sent_total >= messages_sent_today),
  constraint user_usage_creators_added_check check (creators_added >= 0),
  constraint user_usage_videos_indexed_check check (videos_indexed >= 0)
);
alter table public.user_usage enable row level security;

do $carry$
declare
  carried bigint;
begin
  if pg_temp.is_carried('user_usage') then
    return;
  end if;

  create temporary table sorted_user_usage on commit drop as
  select
    old.id,
    plan.id as plan_id,
    case
      when holder.id is null then 'orphan-user'
      when row_number() over (partition by old.user_id order by old.created_at, old.id) > 1 then 'duplicate'
    end as reason
  from legacy.user_usage old
  left join auth.users holder on holder.id = old.user_id
  join public.plans plan
    on plan.code = case when old.plan_type in (select known.code from public.plans known) then old.plan_type else 'free' end;

  -- The total, which nobody counted before, starts at the questions that are still there.
  insert into public.user_usage (
    id, user_id, plan_id, plan_started_at, messages_sent_today, usage_date, messages_sent_total, creators_added,
    videos_indexed, created_at, updated_at
  )
  select
    old.id,
    old.user_id,
    sorted.plan_id,
    coalesce(old.created_at, old.updated_at, now()),
    greatest(old.messages_sent_today, 0),
    coalesce(old.last_message_date, (now() at time zone 'UTC')::date),
    greatest(asked.messages, old.messages_sent_today, 0),
    greatest(old.creators_added, 0),
    greatest(old.videos_indexed, 0),
    coalesce(old.created_at, old.updated_at, now()),
    coalesce(old.updated_at, old.created_at, now())
  from legacy.user_usage old
  join pg_temp.sorted_user_usage sorted on sorted.id = old.id
  left join (
    select message.user_id, count(*) as messages
    from public.chat_messages message
    where message.role = 'user'
    group by message.user_id
  ) asked on asked.user_id = old.user_id
  where sorted.reason is null;

  get diagnostics carried = row_count;
  perform pg_temp.finish('user_usage', carried);
end
$carry$;

alter table public.user_usage
  drop constraint if exists user_usage_user_id_fkey,
  add constraint user_usage_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  drop constraint if exists user_usage_plan_id_fkey,
  add constraint user_usage_plan_id_fkey foreign key (plan_id) references public.plans (id) on delete restrict;

-- For the foreign key, and for counting the users of a plan.
create index if not exists idx_user_usage_plan_id on public.user_usage (plan_id);

create or replace trigger set_updated_at before update on public.user_usage
  for each row execute function private.set_updated_at();

comment on table public.user_usage is 'The plan of a user, and how much of it is used. One a user.';
comment on column public.user_usage.plan_expires_at is 'When the plan ends; null for never.';
comment on column public.user_usage.messages_sent_today is 'Questions asked on usage_date; on any later day it counts as zero.';
comment on column public.user_usage.usage_date is 'The UTC day that messages_sent_today is about.';
comment on column public.user_usage.messages_sent_total is 'Questions asked, ever.';
comment on column public.user_usage.creators_added is 'How many channels the user follows.';

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

-- Public chat limits -------------------------------------------------------------------------------------------------

create table if not exists public.public_chat_limits (
  id uuid not null default gen_random_uuid(),
  channel_id uuid not null,
  identifier text not null,
  messages_today integer not null default 0,
  usage_date date not null default (now() at time zone 'UTC')::date,
  created_at timestamptz not null default now(),
  constraint public_chat_limits_pkey primary key (id),
  -- In this order it serves public_chat_limits_channel_id_fkey too.
  constraint public_chat_limits_channel_id_identifier_key unique (channel_id, identifier),
  constraint public_chat_limits_messages_today_check check (messages_today >= 0)
);
alter table public.public_chat_limits enable row level security;

do $carry$
declare
  carried bigint;
begin
  if pg_temp.is_carried('public_chat_limits') then
    return;
  end if;

  create temporary table sorted_public_chat_limits on commit drop as
  select
    old.id,
    keys.channel_id,
    case
      when keys.channel_id is null then 'orphan-channel'
      when row_number() over (
        partition by keys.channel_id, old.identifier order by old.created_at, old.id
      ) > 1 then 'duplicate'
    end as reason
  from legacy.public_chat_limits old
  left join pg_temp.channel_keys keys on keys.key = old.channel_id;

  insert into public.public_chat_limits (id, channel_id, identifier, messages_today, usage_date, created_at)
  select
    old.id,
    sorted.channel_id,
    old.identifier,
    greatest(old.messages_today, 0),
    (coalesce(old.last_reset_at, old.created_at, now()) at time zone 'UTC')::date,
    coalesce(old.created_at, old.last_reset_at, now())
  from legacy.public_chat_limits old
  join pg_temp.sorted_public_chat_limits sorted on sorted.id = old.id
  where sorted.reason is null;

  get diagnostics carried = row_count;
  perform pg_temp.finish('public_chat_limits', carried);
end
$carry$;

alter table public.public_chat_limits
  drop constraint if exists public_chat_limits_channel_id_fkey,
  add constraint public_chat_limits_channel_id_fkey foreign key (channel_id)
    references public.channels (id) on delete cascade;

comment on table public.public_chat_limits is 'How often somebody without an account asked a public channel on a day.';
comment on column public.public_chat_limits.identifier is 'A browser''s fingerprint or an address: personal data, so it is purged.';
comment on column public.public_chat_limits.usage_date is 'The UTC day that messages_today is about.';

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

-- Error logs ---------------------------------------------------------------------------------------------------------

create table if not exists public.error_logs (
  id uuid not null default gen_random_uuid(),
  function_name text not null,
  severity public.error_severity not null default 'error',
  error_code text,
  message text not null,
  stack text,
  details jsonb,
  request_id text,
  user_id uuid,
  created_at timestamptz not null default now(),
  constraint error_logs_pkey primary key (id)
);
alter table public.error_logs enable row level security;

do $carry$
declare
  carried bigint;
begin
  if pg_temp.is_carried('error_logs') then
    return;
  end if;

  create temporary table sorted_error_logs on commit drop as
  select old.id, null::text as reason
  from legacy.error_logs old;

  insert into public.error_logs (id, function_name, message, details, created_at)
  select old.id, old.service, old.error_message, old.error_details, coalesce(old.created_at, now())
  from legacy.error_logs old;

  get diagnostics carried = row_count;
  perform pg_temp.finish('error_logs', carried);
end
$carry$;

alter table public.error_logs
  drop constraint if exists error_logs_user_id_fkey,
  add constraint error_logs_user_id_fkey foreign key (user_id) references auth.users (id) on delete set null;

-- For the foreign key: deleting a user must find the errors that they met.
create index if not exists idx_error_logs_user_id on public.error_logs (user_id);

comment on table public.error_logs is 'Errors that edge functions reported.';
comment on column public.error_logs.function_name is 'The edge function, or the part of it, that failed.';
comment on column public.error_logs.error_code is 'A code that programs can tell apart, such as an SQLSTATE or an HTTP status.';
comment on column public.error_logs.request_id is 'Ties together what one request logged.';
comment on column public.error_logs.user_id is 'Whose request it was; null when nobody''s, or the user is gone.';

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

-- Search -------------------------------------------------------------------------------------------------------------

--! Included functions/search_transcript_chunks.sql
-- Exact: every chunk of the channel is measured, once. The `+ 0` keeps an index for approximate search, should one ever
-- be built, out of the plan, since it answers before it has looked at the channel. The parameter has the column's
-- type, or it would be cast again for each row.
create or replace function public.search_transcript_chunks(
  query_embedding extensions.halfvec(1536),
  filter_channel_id uuid,
  match_threshold double precision default 0.15,
  match_count integer default 10
)
returns table (
  id uuid,
  video_id uuid,
  channel_id uuid,
  chunk_index integer,
  text text,
  start_time real,
  end_time real,
  similarity double precision,
  video_title text,
  youtube_video_id text
)
language sql stable security invoker set search_path = ''
as $$
  select
    chunk.id,
    chunk.video_id,
    chunk.channel_id,
    chunk.chunk_index,
    chunk.text,
    chunk.start_time,
    chunk.end_time,
    1 - nearest.distance,
    video.title,
    video.youtube_video_id
  from (
    select
      embedded.chunk_id,
      (embedded.embedding operator(extensions.<=>) query_embedding) + 0 as distance
    from public.chunk_embeddings embedded
    where embedded.channel_id = filter_channel_id
    order by distance
    limit least(greatest(match_count, 0), 100)
  ) nearest
  join public.transcript_chunks chunk on chunk.id = nearest.chunk_id
  join public.videos video on video.id = chunk.video_id
  where 1 - nearest.distance > match_threshold
  order by nearest.distance;
$$;
comment on function public.search_transcript_chunks(extensions.halfvec, uuid, double precision, integer) is
  'The passages of one channel that are closest in meaning to an embedded question, best first; at most 100.';
revoke all on function public.search_transcript_chunks(extensions.halfvec, uuid, double precision, integer)
  from public, anon, authenticated, service_role;
grant execute on function public.search_transcript_chunks(extensions.halfvec, uuid, double precision, integer)
  to authenticated, service_role;
--! EndIncluded functions/search_transcript_chunks.sql

drop function pg_temp.is_carried(text);
drop function pg_temp.finish(text, bigint);
