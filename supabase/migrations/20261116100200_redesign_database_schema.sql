-- Exported by rolecall from migrations/committed/000002-redesign-database-schema.sql (sha1:fbbcdd6bff2d1ef7f4d32ee627f93c8b7e41e091, text 0903a24d9d8d34ce): edit nothing here, and run `rolecall export supabase`.

-- The redesigned schema: every key is a uuid, a key that is copied for speed can't disagree with its source, and embeddings
-- have a table of their own. Row level security is on everywhere and nothing is granted; 000004 opens what is meant. The
-- old tables move to schema legacy as they are, and each new table is filled from its old one, once; what can't be carried
-- is kept in private.quarantined_rows, with the reason. All of it is one transaction, and what is in the way is named
-- before anything moves, so a failure leaves the database as it was. Run again, it finds everything done and changes
-- nothing.

-- How long to wait for a lock, and for a statement, is set by whoever runs this (docs/locks.md): a limit here would take
-- the place of theirs.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout

-- Schemas ------------------------------------------------------------------------------------------------------------

create schema if not exists private;
comment on schema private is 'What the API needs and must not show: checks with more rights than their callers, and bookkeeping.';

-- What the move takes away, for whoever goes back to the old tables.
create table if not exists private.legacy_definitions (
  id uuid not null default gen_random_uuid(),
  -- As many as there were definitions.
  place integer not null, -- squawk-ignore prefer-bigint-over-int
  subject text not null,
  removal text,
  definition text,
  constraint legacy_definitions_pkey primary key (id),
  constraint legacy_definitions_removal_definition_check check (num_nonnulls(removal, definition) > 0)
);
alter table private.legacy_definitions enable row level security;

comment on table private.legacy_definitions is
  'What the move to this schema took away, as SQL that makes it again: migrations/online/back.sql runs it.';
comment on column private.legacy_definitions.place is 'Definitions are run in this order, removals in the reverse one.';
comment on column private.legacy_definitions.subject is 'What it is about, such as a policy, by its name of before the move.';
comment on column private.legacy_definitions.removal is 'What removes what stands in its place now; null where nothing does.';
comment on column private.legacy_definitions.definition is 'What makes it again; null where it was not there before the move.';

-- No policy and no grant: for operators and migrations.

--! Included legacy/privileges.sql
-- Guarantees that what the next statements take away is kept as SQL for the way back: the privileges of schema public, and
-- of a schema legacy that was there already, the default privileges, and the schema of pgvector. Does nothing where the old
-- tables have moved.

-- The statements that grant what an access list grants to others than the owner; null where that is nothing.
create or replace function pg_temp.grants_on(target text, acl aclitem[], owner oid, columns text default '')
returns text language sql as $$
  select string_agg(
    format('grant %s on %s to %s%s', given.privileges, target, given.grantee, case when given.is_grantable then ' with grant option' end),
    '; ' order by given.grantee, given.is_grantable
  )
  from (
    select
      case granted.grantee when 0 then 'public' else granted.grantee::regrole::text end as grantee,
      granted.is_grantable,
      string_agg(granted.privilege_type || columns, ', ' order by granted.privilege_type) as privileges
    from aclexplode(acl) granted
    where granted.grantee <> owner
    group by granted.grantee, granted.is_grantable
  ) given
$$;

do $privileges$
begin
  if to_regclass('private.legacy_moves') is not null then
    if exists (select from private.legacy_moves) then
      return;
    end if;
  end if;
  -- A preparation has written what it found where it ran.
  delete from private.legacy_definitions;

  insert into private.legacy_definitions (place, subject, definition)
  select 1, 'privileges of schema public', pg_temp.grants_on('schema public', nspacl, nspowner)
  from pg_catalog.pg_namespace
  where nspname = 'public' and pg_temp.grants_on('schema public', nspacl, nspowner) is not null
  union all
  select
    2,
    format('default privileges of %s%s', kind.objects, case when defaults.defaclnamespace <> 0 then ' in schema public' end),
    format(
      'alter default privileges%s %s', case when defaults.defaclnamespace <> 0 then ' in schema public' end, granting.statement
    )
  from pg_catalog.pg_default_acl defaults
  join (values ('r', 'tables'), ('S', 'sequences'), ('f', 'functions')) kind (type, objects)
    on kind.type = defaults.defaclobjtype::text
  cross join unnest(string_to_array(pg_temp.grants_on(kind.objects, defaults.defaclacl, defaults.defaclrole), '; ')) granting (statement)
  where defaults.defaclrole = current_user::regrole
    and (defaults.defaclnamespace = 'public'::regnamespace or defaults.defaclnamespace = 0 and defaults.defaclobjtype = 'f')
  union all
  select 2, 'default privileges of functions', 'alter default privileges grant execute on functions to public'
  where not exists (
    select from pg_catalog.pg_default_acl
    where defaclrole = current_user::regrole and defaclnamespace = 0 and defaclobjtype = 'f'
  )
  union all
  select 3, 'privileges of schema legacy', pg_temp.grants_on('schema legacy', nspacl, nspowner)
  from pg_catalog.pg_namespace
  where nspname = 'legacy' and pg_temp.grants_on('schema legacy', nspacl, nspowner) is not null
  union all
  select
    3,
    format('privileges of legacy.%I', relation.relname),
    pg_temp.grants_on(format('table legacy.%I', relation.relname), relation.relacl, relation.relowner)
  from pg_catalog.pg_class relation
  where relation.relnamespace = to_regnamespace('legacy')
    and relation.relkind in ('r', 'p', 'v', 'm', 'f')
    and pg_temp.grants_on(format('table legacy.%I', relation.relname), relation.relacl, relation.relowner) is not null
  union all
  select 99, 'extension vector', format('alter extension vector set schema %I', home.nspname)
  from pg_catalog.pg_extension extension
  join pg_catalog.pg_namespace home on home.oid = extension.extnamespace
  where extension.extname = 'vector' and home.nspname <> 'extensions'
  union all
  -- Where it is there, it gets a comment and is opened.
  select
    98,
    'schema extensions',
    concat_ws(
      '; ',
      format('comment on schema extensions is %L', obj_description(home.oid, 'pg_namespace')),
      (
        select string_agg(format('revoke usage on schema extensions from %I', role_name), '; ')
        from unnest(array['anon', 'authenticated', 'service_role']) role_name
        where not has_schema_privilege(role_name, home.oid, 'usage')
      )
    )
  from pg_catalog.pg_namespace home
  where home.nspname = 'extensions' and pg_has_role(home.nspowner, 'usage') and to_regclass('prepared.state') is null
  union all
  select 100, 'schema extensions', 'drop schema extensions'
  where to_regnamespace('extensions') is null
    -- Or a preparation created it.
    or to_regclass('prepared.state') is not null
      and not exists (
        select from pg_catalog.pg_depend
        where refclassid = 'pg_catalog.pg_namespace'::regclass and refobjid = to_regnamespace('extensions')
      );
end
$privileges$;
--! EndIncluded legacy/privileges.sql

-- On a server of Supabase another role may own it, and have granted its use already.
do $schema$
declare
  role_name text;
begin
  if to_regnamespace('extensions') is null then
    create schema extensions;
  end if;
  if pg_has_role((select nspowner from pg_catalog.pg_namespace where nspname = 'extensions'), 'usage') then
    comment on schema extensions is 'Extensions, so that public holds nothing but the API.';
  end if;
  foreach role_name in array array['anon', 'authenticated', 'service_role']
  loop
    if not has_schema_privilege(role_name, 'extensions', 'usage') then
      execute format('grant usage on schema extensions to %I', role_name);
    end if;
  end loop;
exception
  when insufficient_privilege then
    raise exception using
      errcode = 'insufficient_privilege',
      message = format('%s may not let %s use schema extensions: %s', current_user, role_name, sqlerrm),
      hint = 'As its owner, run: grant usage on schema extensions to anon, authenticated, service_role; and migrate again.';
end
$schema$;

create schema if not exists legacy;
comment on schema legacy is 'The tables as they were before the redesign, kept until an operator drops them.';
revoke all on schema legacy from public, anon, authenticated, service_role;

-- Only for these roles, and not for everybody who can connect, as it is by default.
revoke all on schema public from public;
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

  -- Its functions are open to everyone. Some servers' default privileges have granted them to these roles by name, too,
  -- which opens nothing more; without it all servers are alike.
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
exception
  when insufficient_privilege then
    raise exception using
      errcode = 'insufficient_privilege',
      message = format('%s may not move pgvector to schema extensions, or update it: %s', current_user, sqlerrm),
      hint = 'As its owner, run: alter extension vector set schema extensions; alter extension vector update; and migrate again.';
end
$extension$;

-- Defaults start closed: what is created from here on is open to nobody until a grant says so, so no table below revokes
-- anything. The default for functions names no schema, since within a schema it would take nothing from PUBLIC.
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
  restored_at timestamptz,
  constraint quarantined_rows_pkey primary key (id),
  constraint quarantined_rows_source_table_source_id_key unique (source_table, source_id)
);
alter table private.quarantined_rows enable row level security;

comment on table private.quarantined_rows is 'Rows that a migration could not carry, whole, with the reason.';
comment on column private.quarantined_rows.source_table is 'The table the row comes from, with its schema.';
comment on column private.quarantined_rows.reason is 'The named rule that set it aside, such as orphan-video.';
comment on column private.quarantined_rows.migration is 'The migration that put it here.';
comment on column private.quarantined_rows.restored_at is
  'When it was put back, whole, which rolecall restore-quarantined does; null while it is set aside.';

-- No policy and no grant: nobody reads this through the API, the service included.

-- One row per old table: what is listed has moved, and is not moved again.
create table if not exists private.legacy_moves (
  id uuid not null default gen_random_uuid(),
  table_name text not null,
  moved_at timestamptz not null default now(),
  rows_in bigint,
  rows_carried bigint,
  rows_quarantined bigint,
  columns text,
  constraint legacy_moves_pkey primary key (id),
  constraint legacy_moves_table_name_key unique (table_name),
  constraint legacy_moves_rows_in_rows_carried_rows_quarantined_check check (rows_in = rows_carried + rows_quarantined)
);
alter table private.legacy_moves enable row level security;

comment on table private.legacy_moves is 'The legacy tables: when each was moved to schema legacy, and where its rows went.';
comment on column private.legacy_moves.rows_in is 'Rows the old table held; null until the new table is filled.';
comment on column private.legacy_moves.columns is 'The columns that were carried from, as a table definition has them.';

-- No policy and no grant: for operators and migrations.

-- What an operator should read after a migration.
create table if not exists private.migration_notes (
  id uuid not null default gen_random_uuid(),
  migration text not null,
  subject text not null,
  note text not null,
  created_at timestamptz not null default now(),
  constraint migration_notes_pkey primary key (id)
);
alter table private.migration_notes enable row level security;

comment on table private.migration_notes is 'What a migration met that nobody here had heard of, and what became of it.';
comment on column private.migration_notes.subject is 'What it is about, such as a view by its name.';

-- No policy and no grant: for operators and migrations.

-- The old tables make way --------------------------------------------------------------------------------------------

-- The new tables need their names, so this comes first. The schema goes on at "Closed sets".

-- What the old tables look like in the databases that we know.
--! Included legacy/columns.sql
-- Guarantees that the columns of the old tables are known by name and type to everything below.
-- A column that is not listed was added by hand: it stays in schema legacy, with its values.
-- required: no row can be carried without it. Any other column that a database lacks is added empty.
-- unchanged: the new table has the column too, under the same name and of the same type.
create temporary table known_columns (
  table_name text not null,
  column_name text not null,
  column_type regtype not null,
  required boolean not null,
  unchanged boolean not null
) on commit drop;
insert into pg_temp.known_columns (table_name, column_name, column_type, required, unchanged) values
  ('channels', 'id', 'uuid', true, true),
  ('channels', 'channel_id', 'text', true, false),
  ('channels', 'channel_name', 'text', false, true),
  ('channels', 'channel_url', 'text', false, true),
  ('channels', 'avatar_url', 'text', false, true),
  ('channels', 'subscriber_count', 'text', false, true),
  ('channels', 'indexed_videos', 'integer', false, true),
  ('channels', 'total_videos', 'integer', false, true),
  ('channels', 'ingestion_status', 'text', false, false),
  ('channels', 'ingestion_progress', 'integer', false, true),
  ('channels', 'ingestion_method', 'text', false, true),
  ('channels', 'error_message', 'text', false, true),
  ('channels', 'last_indexed_at', 'timestamptz', false, true),
  ('channels', 'ingest_videos', 'boolean', false, true),
  ('channels', 'ingest_shorts', 'boolean', false, true),
  ('channels', 'ingest_lives', 'boolean', false, true),
  ('channels', 'video_import_mode', 'text', false, false),
  ('channels', 'video_import_limit', 'integer', false, true),
  ('channels', 'public_slug', 'text', false, true),
  ('channels', 'uploads_playlist_id', 'text', false, true),
  ('channels', 'user_id', 'uuid', false, false),
  ('channels', 'created_at', 'timestamptz', false, true),
  ('channels', 'updated_at', 'timestamptz', false, true),
  ('videos', 'id', 'uuid', true, true),
  ('videos', 'video_id', 'text', true, false),
  ('videos', 'channel_id', 'text', true, false),
  ('videos', 'title', 'text', false, true),
  ('videos', 'description', 'text', false, true),
  ('videos', 'duration', 'text', false, true),
  ('videos', 'duration_seconds', 'integer', false, true),
  ('videos', 'published_at', 'timestamptz', false, true),
  ('videos', 'thumbnail_url', 'text', false, true),
  ('videos', 'view_count', 'bigint', false, true),
  ('videos', 'like_count', 'integer', false, true),
  ('videos', 'comment_count', 'integer', false, true),
  ('videos', 'transcript_status', 'text', false, false),
  ('videos', 'transcript_language', 'text', false, true),
  ('videos', 'ingestion_method', 'text', false, true),
  ('videos', 'content_type', 'text', false, false),
  ('videos', 'created_at', 'timestamptz', false, true),
  ('videos', 'updated_at', 'timestamptz', false, true),
  ('transcripts', 'id', 'uuid', true, true),
  ('transcripts', 'video_id', 'text', true, false),
  ('transcripts', 'channel_id', 'text', false, false),
  ('transcripts', 'full_text', 'text', false, true),
  ('transcripts', 'segments', 'jsonb', false, true),
  ('transcripts', 'source_type', 'text', false, true),
  ('transcripts', 'confidence', 'real', false, true),
  ('transcripts', 'extraction_status', 'text', false, false),
  ('transcripts', 'error_message', 'text', false, true),
  ('transcripts', 'created_at', 'timestamptz', false, true),
  ('transcripts', 'updated_at', 'timestamptz', false, true),
  ('transcript_chunks', 'id', 'uuid', true, true),
  ('transcript_chunks', 'video_id', 'text', true, false),
  ('transcript_chunks', 'channel_id', 'text', false, false),
  ('transcript_chunks', 'transcript_id', 'uuid', false, true),
  ('transcript_chunks', 'chunk_index', 'integer', true, true),
  ('transcript_chunks', 'text', 'text', true, true),
  ('transcript_chunks', 'start_time', 'real', false, true),
  ('transcript_chunks', 'end_time', 'real', false, true),
  ('transcript_chunks', 'token_count', 'integer', false, true),
  ('transcript_chunks', 'embedding', 'extensions.vector', true, false),
  ('transcript_chunks', 'embedding_status', 'text', false, false),
  ('transcript_chunks', 'created_at', 'timestamptz', false, true),
  ('transcript_chunks', 'updated_at', 'timestamptz', false, true),
  ('user_creators', 'id', 'uuid', true, true),
  ('user_creators', 'user_id', 'uuid', true, true),
  ('user_creators', 'channel_id', 'uuid', true, true),
  ('user_creators', 'created_at', 'timestamptz', false, false),
  ('user_creators', 'added_at', 'timestamptz', false, true),
  ('chat_sessions', 'id', 'uuid', true, true),
  ('chat_sessions', 'channel_id', 'text', true, false),
  ('chat_sessions', 'user_id', 'uuid', true, true),
  ('chat_sessions', 'created_at', 'timestamptz', false, true),
  ('chat_sessions', 'updated_at', 'timestamptz', false, true),
  ('chat_messages', 'id', 'uuid', true, true),
  ('chat_messages', 'session_id', 'uuid', true, true),
  ('chat_messages', 'role', 'text', true, false),
  ('chat_messages', 'content', 'text', true, true),
  ('chat_messages', 'sources', 'jsonb', false, true),
  ('chat_messages', 'created_at', 'timestamptz', false, true),
  ('user_usage', 'id', 'uuid', true, true),
  ('user_usage', 'user_id', 'uuid', true, true),
  ('user_usage', 'plan_type', 'text', false, false),
  ('user_usage', 'messages_sent_today', 'integer', false, true),
  ('user_usage', 'last_message_date', 'date', false, false),
  ('user_usage', 'creators_added', 'integer', false, true),
  ('user_usage', 'videos_indexed', 'integer', false, true),
  ('user_usage', 'created_at', 'timestamptz', false, true),
  ('user_usage', 'updated_at', 'timestamptz', false, true),
  ('public_chat_limits', 'id', 'uuid', true, true),
  ('public_chat_limits', 'identifier', 'text', true, true),
  ('public_chat_limits', 'channel_id', 'text', true, false),
  ('public_chat_limits', 'messages_today', 'integer', false, true),
  ('public_chat_limits', 'last_reset_at', 'timestamptz', false, false),
  ('public_chat_limits', 'created_at', 'timestamptz', false, true),
  ('error_logs', 'id', 'uuid', true, true),
  ('error_logs', 'service', 'text', true, false),
  ('error_logs', 'error_message', 'text', true, false),
  ('error_logs', 'error_details', 'jsonb', false, false),
  ('error_logs', 'created_at', 'timestamptz', false, true),
  ('profiles', 'id', 'uuid', true, true),
  ('profiles', 'display_name', 'text', false, true),
  ('profiles', 'avatar_url', 'text', false, true),
  ('profiles', 'created_at', 'timestamptz', false, true),
  ('profiles', 'updated_at', 'timestamptz', false, true);
--! EndIncluded legacy/columns.sql

-- What this database has, whatever was added to it by hand: what moves, and what stays and depends on it.
--! Included legacy/look.sql
-- Guarantees that whatever moves with the old tables, or depends on them and stays, is written down before anything
-- moves: in temporary tables, by identity where that lasts, and as SQL where PostgreSQL forgets it. Only reads.
-- All of them are empty when the old tables have been moved already.
do $look$
declare
  path constant text := current_setting('search_path');
begin
  -- So that definitions name the schema of everything.
  perform set_config('search_path', 'pg_catalog, pg_temp', true);

  -- The old tables (known), whether this database has them or not; and what was made by hand under the name of a new one.
  create temporary table old_tables on commit drop as
  select named.table_name, named.known, relation.oid as relation, relation.relkind
  from (
    select distinct known.table_name, true as known from pg_temp.known_columns known
    union all
    select name, false
    from unnest(array[
      'plans', 'user_roles', 'usage_daily', 'saved_answers', 'voice_conversations', 'audit_log', 'operation_locks',
      'request_idempotency', 'chunk_embeddings'
    ]) name
  ) named
  left join pg_class relation on relation.oid = to_regclass('public.' || named.table_name)
  where not exists (select from private.legacy_moves);

  -- Types made by hand under the name of a new one.
  create temporary table old_types on commit drop as
  select kind.typname, coalesce(relation.relkind, 'c') <> 'c' as of_table
  from pg_type kind
  left join pg_class relation on relation.oid = kind.typrelid
  where kind.typnamespace = 'public'::regnamespace
    and kind.typname in (
      'app_role', 'ingestion_status', 'video_import_mode', 'content_type', 'live_broadcast_content',
      'extraction_status', 'embedding_status', 'message_role', 'error_severity', 'request_status', 'audit_action',
      'request_outcome', 'request_caller'
    )
    and exists (select from pg_temp.old_tables);

  -- Functions. The old ones speak of the old tables and go with them, and so does what was made by hand under the name of a
  -- new one. The others stay. definition: what makes it again; null where PostgreSQL does not say. hollow: it may not be
  -- called any more, and its trigger can't be dropped.
  create temporary table old_routines on commit drop as
  select
    routine.oid,
    routine.oid::regprocedure::text as name,
    routine.proname in (
      'update_updated_at_column', 'get_user_channels', 'handle_new_user',
      'acquire_operation_lock', 'admin_daily_messages', 'admin_error_summary', 'admin_ingestion_queue',
      'admin_overview', 'admin_plan_distribution', 'admin_recent_errors', 'admin_top_channels', 'admin_users',
      'begin_request', 'claim_transcripts', 'complete_request', 'consume_message_quota', 'consume_public_chat_quota',
      'decrement_creator_count', 'export_my_data', 'fail_request', 'get_usage_with_limits', 'grant_role',
      'increment_creator_count', 'increment_message_count', 'increment_videos_indexed', 'log_error', 'my_usage',
      'publish_channel', 'purge_expired', 'release_operation_lock', 'renew_operation_lock', 'replace_transcript_chunks',
      'revoke_role', 'search_all_transcript_chunks', 'search_my_messages', 'search_transcript_chunks',
      'unpublish_channel'
    ) as moves,
    case
      when routine.prokind <> 'a' then concat_ws(
        '; ',
        pg_get_functiondef(routine.oid),
        case
          when routine.proacl is not null
            then format('revoke all on routine %s from public, anon, authenticated, service_role', routine.oid::regprocedure)
        end,
        pg_temp.grants_on(format('routine %s', routine.oid::regprocedure), routine.proacl, routine.proowner),
        format('comment on routine %s is ', routine.oid::regprocedure) || quote_literal(obj_description(routine.oid, 'pg_proc')),
        case
          when routine.proowner <> current_user::regrole
            then format('alter routine %s owner to %s', routine.oid::regprocedure, routine.proowner::regrole)
        end
      )
    end as definition,
    false as hollow
  from pg_proc routine
  where routine.pronamespace = 'public'::regnamespace
    and exists (select from pg_temp.old_tables)
    and not exists (
      select from pg_depend where classid = 'pg_proc'::regclass and objid = routine.oid and deptype = 'e'
    );

  -- Views of the old tables, and views of those views, nearest first. One that stands in schema legacy stays with the
  -- old tables, and so does one that moves there itself. missing: what a view reads and the new tables lack.
  create temporary table old_views on commit drop as
  with recursive reading as (
    select rule.ev_class as view, dependency.refobjid as relation, dependency.refobjsubid as attnum
    from pg_depend dependency
    join pg_rewrite rule on rule.oid = dependency.objid and rule.ev_class <> dependency.refobjid
    join pg_class viewing on viewing.oid = rule.ev_class and viewing.relkind in ('v', 'm')
    where dependency.classid = 'pg_rewrite'::regclass
      and dependency.refclassid = 'pg_class'::regclass
      and viewing.relnamespace <> 'legacy'::regnamespace
      and not exists (select from pg_temp.old_tables old where old.relation = viewing.oid)
  ),
  dependent as (
    select reading.view, 1 as depth
    from reading
    join pg_temp.old_tables old on old.relation = reading.relation
    union
    select reading.view, dependent.depth + 1
    from dependent
    join reading on reading.relation = dependent.view
    where dependent.depth < 100
  ),
  deepest as (
    select dependent.view, max(dependent.depth) as depth from dependent group by dependent.view
  )
  select
    relation.oid::regclass::text as name,
    case relation.relkind when 'm' then 'materialized view' else 'view' end as kind,
    deepest.depth,
    relation.relowner,
    relation.relacl,
    relation.reloptions,
    trim(trailing ';' from pg_get_viewdef(relation.oid)) as definition,
    -- What the API can read must show each caller only what the new policies show them.
    relation.relkind = 'v' and (
      has_any_column_privilege('anon', relation.oid, 'select')
      or has_any_column_privilege('authenticated', relation.oid, 'select')
      or array_to_string(relation.reloptions, ' ') ~ 'security_invoker=(true|on|1|yes)'
    ) as as_caller,
    array(select pg_get_indexdef(indexrelid) from pg_index where indrelid = relation.oid) as indexes,
    array(
      select format(
        'comment on %s %s%s is %L',
        case when described.objsubid > 0 then 'column' when relation.relkind = 'm' then 'materialized view' else 'view' end,
        relation.oid::regclass, '.' || quote_ident(attribute.attname), described.description
      )
      from pg_description described
      left join pg_attribute attribute
        on attribute.attrelid = described.objoid and attribute.attnum = described.objsubid and described.objsubid > 0
      where described.classoid = 'pg_class'::regclass and described.objoid = relation.oid
    ) as comments,
    (
      select string_agg(distinct format('%s.%s', reading.relation::regclass, attribute.attname), ', ')
      from reading
      join pg_temp.old_tables old on old.relation = reading.relation
      join pg_attribute attribute on attribute.attrelid = reading.relation and attribute.attnum = reading.attnum
      where reading.view = relation.oid
        and reading.attnum > 0
        and (old.table_name, attribute.attname) not in (
          select known.table_name, known.column_name from pg_temp.known_columns known where known.unchanged
        )
    ) as missing,
    exists (select from pg_trigger where tgrelid = relation.oid and not tgisinternal)
      or (select count(*) from pg_rewrite where ev_class = relation.oid) > 1 as acting
  from deepest
  join pg_class relation on relation.oid = deepest.view;

  -- Foreign keys of tables that stay. new_column: what the new table calls the column they refer to.
  create temporary table incoming_keys on commit drop as
  select
    incoming.conname,
    incoming.conrelid::regclass as relation,
    referring.relkind = 'p' as partitioned,
    incoming.convalidated as validated,
    old.table_name,
    pg_get_constraintdef(incoming.oid) as definition,
    case (
      select array_agg(attribute.attname::text)
      from pg_attribute attribute
      where attribute.attrelid = incoming.confrelid and attribute.attnum = any (incoming.confkey)
    )
      when array['id'] then 'id'
      when array['channel_id'] then case old.table_name when 'channels' then 'youtube_channel_id' end
      when array['video_id'] then case old.table_name when 'videos' then 'youtube_video_id' end
      when array['user_id'] then case old.table_name when 'user_usage' then 'user_id' end
    end as new_column
  from pg_constraint incoming
  join pg_class referring on referring.oid = incoming.conrelid
  join pg_temp.old_tables old on old.relation = incoming.confrelid
  where incoming.contype = 'f'
    and incoming.conparentid = 0
    and not exists (select from pg_temp.old_tables other where other.relation = incoming.conrelid);

  -- Policies of the old tables; and of tables that stay, where they ask old ones.
  create temporary table policies_in_the_way on commit drop as
  select
    found.*,
    format(
      'create policy %I on %s as %s for %s to %s%s%s', found.polname, found.relation, found.kind, found.command, found.roles,
      ' using (' || found.using_expression || ')', ' with check (' || found.check_expression || ')'
    ) as statement
  from (
    select
      policy.polname,
      policy.polrelid::regclass as relation,
      case when policy.polpermissive then 'permissive' else 'restrictive' end as kind,
      case policy.polcmd
        when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all'
      end as command,
      array_to_string(array(
        select case role when 0 then 'public' else role::regrole::text end from unnest(policy.polroles) role
      ), ', ') as roles,
      pg_get_expr(policy.polqual, policy.polrelid) as using_expression,
      pg_get_expr(policy.polwithcheck, policy.polrelid) as check_expression,
      obj_description(policy.oid, 'pg_policy') as comment,
      exists (select from pg_temp.old_tables old where old.relation = policy.polrelid) as of_old
    from pg_policy policy
    where exists (select from pg_temp.old_tables old where old.relation = policy.polrelid)
      or exists (
        select
        from pg_depend dependency
        join pg_temp.old_tables old on old.relation = dependency.refobjid
        where dependency.classid = 'pg_policy'::regclass
          and dependency.objid = policy.oid
          and dependency.refclassid = 'pg_class'::regclass
      )
  ) found;

  -- Roles of the database's own that may do something in schema public. Those of the API get what is meant for them, and
  -- the host's own get nothing.
  create temporary table own_roles on commit drop as
  select grantee.oid, grantee.rolname
  from pg_roles grantee
  where not grantee.rolsuper
    and grantee.rolname !~ '^(anon|authenticated|service_role|authenticator|dashboard_user|pgbouncer|supabase_.*|pg_.*)$'
    and exists (select from pg_temp.old_tables)
    and exists (
      select
      from pg_class relation
      cross join aclexplode(relation.relacl) granted
      where relation.relnamespace = 'public'::regnamespace
        and granted.grantee = grantee.oid
        and granted.grantee <> relation.relowner
    );

  perform set_config('search_path', path, true);
end
$look$;
--! EndIncluded legacy/look.sql

-- What is in the way is named, all of it at once, before anything moves.
--! Included legacy/refuse.sql
-- Guarantees that what follows can be done: otherwise the migration ends here, names everything that is in the way and
-- what to do about it, and has changed nothing.
do $refuse$
declare
  path constant text := current_setting('search_path');
  refusals text[];
  keyless record;
  counted record;
begin
  -- A database that is being prepared while it is used goes on by the switch only (docs/migrating.md).
  if to_regprocedure('prepared.move_in()') is not null then
    perform prepared.move_in();
  end if;
  perform set_config('search_path', 'pg_catalog, pg_temp', true);

  refusals := array(
    select format('public.%s is no table. Rename it, or move it to another schema.', old.table_name)
    from pg_temp.old_tables old
    where old.known and old.relkind not in ('r', 'p') or old.relkind in ('i', 'I')
  ) || array(
    select format(
      'public.%1$s has to move to schema legacy, and legacy.%1$s is in its way. Rename one of them.', old.table_name
    )
    from pg_temp.old_tables old
    where old.relation is not null and to_regclass('legacy.' || old.table_name) is not null
  ) || array(
    select format('public.%s has no column %s. Add it.', known.table_name, known.column_name)
    from pg_temp.known_columns known
    join pg_temp.old_tables old on old.table_name = known.table_name and old.relation is not null
    where known.required
      and not exists (
        select from pg_attribute where attrelid = old.relation and attname = known.column_name and not attisdropped
      )
    order by known.table_name, known.column_name
  ) || array(
    -- A narrower type of the same kind will do, and so will a vector of no stated length.
    select format(
      'public.%s.%s is of type %s and not %s. Change it: alter table public.%1$s alter column %2$I type … using ….',
      known.table_name, known.column_name,
      regexp_replace(format_type(attribute.atttypid, attribute.atttypmod), '^extensions\.', ''),
      case known.column_type when 'extensions.vector'::regtype then 'vector(1536)' else known.column_type::text end
    )
    from pg_temp.known_columns known
    join pg_temp.old_tables old on old.table_name = known.table_name
    join pg_attribute attribute
      on attribute.attrelid = old.relation and attribute.attname = known.column_name and not attribute.attisdropped
    where attribute.atttypid <> known.column_type
      and (known.column_type, attribute.atttypid) not in (
        ('text'::regtype, 'varchar'::regtype), ('integer'::regtype, 'smallint'::regtype),
        ('bigint'::regtype, 'integer'::regtype), ('bigint'::regtype, 'smallint'::regtype)
      )
      or attribute.atttypid = 'extensions.vector'::regtype and attribute.atttypmod not in (-1, 1536)
    order by known.table_name, known.column_name
  );

  -- Rows are told apart by their id. Where no key says that it is unique, the rows have to.
  for keyless in
    select old.table_name, old.relation::regclass as relation
    from pg_temp.old_tables old
    where old.known
      and exists (select from pg_attribute where attrelid = old.relation and attname = 'id' and not attisdropped)
      and not exists (
        select
        from pg_index unique_index
        join pg_attribute id on id.attrelid = unique_index.indrelid and id.attname = 'id' and id.attnotnull
        where unique_index.indrelid = old.relation
          and unique_index.indisunique
          and unique_index.indisvalid
          and unique_index.indpred is null
          and unique_index.indnkeyatts = 1
          and unique_index.indkey[0] = id.attnum
      )
  loop
    execute format(
      'select count(*) as times, min(id::text) as first, bool_or(id is null) as missing '
      'from (select id from %s group by id having count(*) > 1 or id is null) twice', keyless.relation
    ) into counted;
    if counted.times > 0 then
      refusals := refusals || format(
        'public.%s has no primary key, and %s. Give each row an id of its own.', keyless.table_name,
        concat_ws(' and ', case when counted.missing then 'rows without an id' end,
          case when counted.first is not null then format('ids that are there twice, such as %s', counted.first) end)
      );
    end if;
  end loop;

  refusals := refusals || array(
    select format(
      'The view %1$s %2$s. Drop it, or leave it with the old tables, whose rows it then goes on showing: '
      'create schema if not exists legacy; alter %3$s %1$s set schema legacy;',
      viewing.name,
      case
        when viewing.missing is not null then format('reads what the new tables don''t have (%s)', viewing.missing)
        else 'has triggers or rules of its own'
      end,
      viewing.kind
    )
    from pg_temp.old_views viewing
    where viewing.missing is not null or viewing.acting
    order by viewing.depth, viewing.name
  ) || array(
    select format(
      'The foreign key %I of %s (%s) refers to what the new table doesn''t have. Drop it.',
      incoming.conname, incoming.relation, incoming.definition
    )
    from pg_temp.incoming_keys incoming
    where incoming.new_column is null
  );

  perform set_config('search_path', path, true);
  if cardinality(refusals) > 0 then
    raise exception using
      errcode = 'object_not_in_prerequisite_state',
      message = E'This database can\'t be migrated as it is:\n  - ' || array_to_string(refusals, E'\n  - '),
      hint = 'Nothing was changed. Fix what is named, and run the migration again.';
  end if;
end
$refuse$;
--! EndIncluded legacy/refuse.sql

-- The statement that moves it.
--! Included legacy/move.sql
-- Guarantees that the old tables stand in schema legacy, with every row, column, constraint and index, and that every name
-- which the new schema uses is free. Policies, triggers and functions of theirs have nothing to do there, and are kept as
-- SQL. Nothing that stays refers to the old tables. Does nothing where that is so already.

-- What is dropped below, for the way back.
--! Included legacy/keep.sql
-- Guarantees that all that the move takes from the old tables, or from what stays and depends on them, is kept as SQL in
-- private.legacy_definitions, from which migrations/online/back.sql makes it again. It is written down before anything
-- moves, since PostgreSQL then forgets the names.
do $keep$
declare
  path constant text := current_setting('search_path');
begin
  perform set_config('search_path', 'pg_catalog, pg_temp', true);
  insert into private.legacy_definitions (place, subject, removal, definition)
  select 10, format('%s public.%I', kind.name, old.table_name), null, format('alter %s legacy.%I set schema public', kind.name, old.table_name)
  from pg_temp.old_tables old
  cross join lateral (select case old.relkind when 'c' then 'type' else 'table' end as name) kind
  where old.relation is not null
  union all
  select 10, format('%s public.%I', kind.name, old.typname), null, format('alter %s legacy.%I set schema public', kind.name, old.typname)
  from pg_temp.old_types old
  cross join lateral (select case when old.of_table then 'table' else 'type' end as name) kind
  union all
  -- Those of auth.users that move.sql drops, and all of the old tables: nobody writes these, but when an account is deleted,
  -- foreign keys delete rows of theirs, and no trigger may stop that.
  select
    30,
    format('trigger %I on %s', acting.tgname, acting.tgrelid::regclass),
    null,
    concat_ws(
      '; ',
      regexp_replace(pg_get_triggerdef(acting.oid), '^CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER'),
      case acting.tgenabled
        when 'D' then format('alter table %s disable trigger %I', acting.tgrelid::regclass, acting.tgname)
        when 'R' then format('alter table %s enable replica trigger %I', acting.tgrelid::regclass, acting.tgname)
        when 'A' then format('alter table %s enable always trigger %I', acting.tgrelid::regclass, acting.tgname)
      end,
      format('comment on trigger %I on %s is ', acting.tgname, acting.tgrelid::regclass)
        || quote_literal(obj_description(acting.oid, 'pg_trigger'))
    )
  from pg_trigger acting
  join pg_proc routine on routine.oid = acting.tgfoid
  where not acting.tgisinternal
    and acting.tgparentid = 0
    and (
      acting.tgrelid in (select old.relation from pg_temp.old_tables old where old.relkind in ('r', 'p'))
      or acting.tgrelid = 'auth.users'::regclass
        and routine.proname = 'handle_new_user'
        and routine.pronamespace in ('public'::regnamespace, 'legacy'::regnamespace)
        and exists (select from pg_temp.old_tables)
    )
  union all
  -- Of the old tables, which nobody may read or write any more, and of tables that stay and ask the old ones.
  select
    case when policy.of_old then 40 else 65 end,
    format('policy %I on %s', policy.polname, policy.relation),
    case when not policy.of_old then format('drop policy if exists %I on %s', policy.polname, policy.relation) end,
    policy.statement || coalesce(
      format('; comment on policy %I on %s is ', policy.polname, policy.relation) || quote_literal(policy.comment), ''
    )
  from pg_temp.policies_in_the_way policy
  union all
  select 45, format('row level security of public.%I', old.table_name), null, format('alter table public.%I disable row level security', old.table_name)
  from pg_temp.old_tables old
  join pg_class relation on relation.oid = old.relation and not relation.relrowsecurity
  where old.relkind in ('r', 'p')
  union all
  select 50, format('privileges of public.%I', old.table_name), null, given.statements
  from pg_temp.old_tables old
  join pg_class relation on relation.oid = old.relation
  cross join lateral (
    select concat_ws(
      '; ',
      pg_temp.grants_on(format('table public.%I', old.table_name), relation.relacl, relation.relowner),
      (
        select string_agg(
          pg_temp.grants_on(
            format('table public.%I', old.table_name), attribute.attacl, relation.relowner, format(' (%I)', attribute.attname)
          ),
          '; ' order by attribute.attnum
        )
        from pg_attribute attribute
        where attribute.attrelid = old.relation and attribute.attacl is not null and not attribute.attisdropped
      )
    ) as statements
  ) given
  where old.relkind in ('r', 'p', 'v', 'm', 'f') and given.statements <> ''
  union all
  select
    60,
    format('foreign key %I of %s', incoming.conname, incoming.relation),
    format('alter table if exists %s drop constraint if exists %I', incoming.relation, incoming.conname),
    format('alter table %s add constraint %I %s', incoming.relation, incoming.conname, incoming.definition)
  from pg_temp.incoming_keys incoming
  union all
  select
    70 + viewing.depth,
    format('view %s', viewing.name),
    format('drop %s if exists %s', viewing.kind, viewing.name),
    concat_ws(
      '; ',
      format(
        'create %s %s %s as %s', viewing.kind, viewing.name, 'with (' || array_to_string(viewing.reloptions, ', ') || ')',
        viewing.definition
      ),
      nullif(array_to_string(viewing.indexes, '; '), ''),
      format('revoke all on table %s from public, anon, authenticated, service_role', viewing.name),
      pg_temp.grants_on('table ' || viewing.name, viewing.relacl, viewing.relowner),
      nullif(array_to_string(viewing.comments, '; '), ''),
      case
        when viewing.relowner <> current_user::regrole
          then format('alter %s %s owner to %s', viewing.kind, viewing.name, viewing.relowner::regrole)
      end
    )
  from pg_temp.old_views viewing
  union all
  select
    90,
    format('publication %I of public.%I', publication.pubname, old.table_name),
    format('alter publication %I drop table public.%I', publication.pubname, old.table_name),
    format('alter publication %I add table public.%I', publication.pubname, old.table_name)
  from pg_publication_rel published
  join pg_publication publication on publication.oid = published.prpubid
  join pg_temp.old_tables old on old.relation = published.prrelid and old.known
  where published.prqual is null and published.prattrs is null;
  perform set_config('search_path', path, true);
end
$keep$;
--! EndIncluded legacy/keep.sql

do $move$
declare
  path constant text := current_setting('search_path');
  command text;
  going record;
  called integer;
  called_before integer;
begin
  perform set_config('search_path', 'pg_catalog, pg_temp', true);
  foreach command in array array(
    -- The view that nothing depends on first.
    select format('drop %s %s', viewing.kind, viewing.name) from pg_temp.old_views viewing order by viewing.depth desc
  ) || array(
    select format('alter table %s drop constraint %I', incoming.relation, incoming.conname)
    from pg_temp.incoming_keys incoming
  ) || array(
    select format('drop policy %I on %s', policy.polname, policy.relation) from pg_temp.policies_in_the_way policy
  ) || array(
    select format('drop trigger %I on %s', acting.tgname, acting.tgrelid::regclass)
    from pg_trigger acting
    join pg_temp.old_tables old on old.relation = acting.tgrelid and old.relkind in ('r', 'p')
    where not acting.tgisinternal and acting.tgparentid = 0
  ) || array(
    select format(
      'alter %s public.%I set schema legacy', case old.relkind when 'c' then 'type' else 'table' end, old.table_name
    )
    from pg_temp.old_tables old
    where old.relation is not null
  ) || array(
    select format('alter table legacy.%I enable row level security', old.table_name)
    from pg_temp.old_tables old
    where old.relkind in ('r', 'p')
  ) || array(
    select format('alter %s public.%I set schema legacy', case when old.of_table then 'table' else 'type' end, old.typname)
    from pg_temp.old_types old
  )
  loop
    execute command;
  end loop;

  insert into private.legacy_moves (table_name)
  select old.table_name from pg_temp.old_tables old where old.known;

  -- What some databases did for a new account: it fills a table that is no longer there. Who may not drop a trigger of a
  -- table that is the host's lets it do nothing.
  for going in
    select acting.tgname, acting.tgfoid
    from pg_trigger acting
    join pg_proc routine on routine.oid = acting.tgfoid and routine.proname = 'handle_new_user'
    where acting.tgrelid = 'auth.users'::regclass
      and not acting.tgisinternal
      and routine.pronamespace in ('public'::regnamespace, 'legacy'::regnamespace)
      and exists (select from pg_temp.old_tables)
  loop
    begin
      execute format('drop trigger %I on auth.users', going.tgname);
    exception
      when insufficient_privilege then
        update pg_temp.old_routines old set hollow = true where old.oid = going.tgfoid;
    end;
  end loop;

  -- Functions, after what called them. They can call each other in ways that PostgreSQL tracks, so this is tried again for
  -- as long as it helps.
  loop
    called_before := called;
    called := 0;
    for command in
      select format('drop routine %s', routine.oid::regprocedure)
      from pg_temp.old_routines old
      join pg_proc routine on routine.oid = old.oid
      where old.moves and old.definition is not null
    loop
      begin
        execute command;
      exception
        when dependent_objects_still_exist then
          called := called + 1;
      end;
    end loop;
    exit when called = 0 or called = called_before;
  end loop;

  -- One that something else calls, such as a trigger of a table that stays, goes where the old tables are.
  for going in
    select routine.oid::regprocedure as routine, old.oid, old.hollow, routine.proconfig is null and routine.prokind <> 'a' as bare
    from pg_temp.old_routines old
    join pg_proc routine on routine.oid = old.oid
    where old.moves
  loop
    update pg_temp.old_routines old
    set definition = concat_ws(
      '; ', format('alter routine %s set schema public', regexp_replace(going.routine::text, '^public\.', 'legacy.')), old.definition
    )
    where old.oid = going.oid;
    if going.hollow then
      execute format(
        'create or replace function %s returns trigger language plpgsql as %L', going.routine, 'begin return new; end'
      );
    end if;
    if going.bare then
      execute format('alter routine %s set search_path = public, pg_temp', going.routine);
    end if;
    execute format('alter routine %s set schema legacy', going.routine);
  end loop;
  revoke all on all routines in schema legacy from public, anon, authenticated, service_role;

  insert into private.legacy_definitions (place, subject, definition)
  select 20, format('function %s', old.name), old.definition
  from pg_temp.old_routines old
  where old.moves and old.definition is not null;
  perform set_config('search_path', path, true);
end
$move$;
--! EndIncluded legacy/move.sql

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
  if to_regtype('public.request_status') is null then
    create type public.request_status as enum ('in_progress', 'completed', 'failed');
  end if;
  if to_regtype('public.request_caller') is null then
    create type public.request_caller as enum ('user', 'service');
  end if;
  if to_regtype('public.audit_action') is null then
    create type public.audit_action as enum (
      'role_granted', 'role_changed', 'role_revoked', 'plan_changed', 'channel_published', 'channel_slug_changed',
      'channel_unpublished', 'channel_deleted'
    );
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
comment on type public.request_status is 'How far a request that must not be done twice has come.';
comment on type public.request_caller is 'Who begins a request that must not be done twice: a user, or the service.';
comment on type public.audit_action is 'What happened that must stay known.';

--! Included functions/set_updated_at.sql
create or replace function private.set_updated_at() returns trigger
language plpgsql security invoker set search_path = pg_catalog, pg_temp
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
  -- Limits that people choose: nobody means two billion.
  creators_limit integer not null, -- squawk-ignore prefer-bigint-over-int
  videos_per_creator_limit integer not null, -- squawk-ignore prefer-bigint-over-int
  messages_per_day_limit integer not null, -- squawk-ignore prefer-bigint-over-int
  chat_sessions_limit integer not null default 1000, -- squawk-ignore prefer-bigint-over-int
  chat_messages_limit integer not null default 500000, -- squawk-ignore prefer-bigint-over-int
  saved_answers_limit integer not null default 5000, -- squawk-ignore prefer-bigint-over-int
  voice_conversations_limit integer not null default 1000, -- squawk-ignore prefer-bigint-over-int
  requests_limit integer not null default 5000, -- squawk-ignore prefer-bigint-over-int
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint plans_pkey primary key (id),
  constraint plans_code_key unique (code),
  constraint plans_creators_limit_check check (creators_limit >= 0),
  constraint plans_videos_per_creator_limit_check check (videos_per_creator_limit >= 0),
  constraint plans_messages_per_day_limit_check check (messages_per_day_limit >= 0),
  constraint plans_chat_sessions_limit_check check (chat_sessions_limit >= 0),
  constraint plans_chat_messages_limit_check check (chat_messages_limit >= 0),
  constraint plans_saved_answers_limit_check check (saved_answers_limit >= 0),
  constraint plans_voice_conversations_limit_check check (voice_conversations_limit >= 0),
  constraint plans_requests_limit_check check (requests_limit >= 0)
);
alter table public.plans enable row level security;

-- Only into an empty table: a plan that was changed or deleted stays so.
insert into public.plans (
  code, creators_limit, videos_per_creator_limit, messages_per_day_limit, chat_sessions_limit, chat_messages_limit,
  saved_answers_limit, voice_conversations_limit, requests_limit
)
select seed.*
from (
  values
    ('free', 2, 10, 18, 100, 20000, 500, 100, 500),
    ('pro', 25, 100, 500, 1000, 500000, 5000, 1000, 5000)
) seed
where not exists (select from public.plans);

create or replace trigger set_updated_at before update on public.plans
  for each row execute function private.set_updated_at();

comment on table public.plans is 'What users can subscribe to, and the limits of each.';
comment on column public.plans.code is 'The name that programs use: free, pro.';
comment on column public.plans.creators_limit is 'How many channels a user may follow.';
comment on column public.plans.videos_per_creator_limit is 'How many videos of one channel are taken in.';
comment on column public.plans.messages_per_day_limit is 'How many questions a user may ask a day.';
comment on column public.plans.chat_sessions_limit is 'How many chats are kept for a user.';
comment on column public.plans.chat_messages_limit is 'How many messages are kept for a user, questions and answers.';
comment on column public.plans.saved_answers_limit is 'How many answers a user may keep.';
comment on column public.plans.voice_conversations_limit is 'How many voice conversations are kept for a user.';
comment on column public.plans.requests_limit is 'How many requests of a user are remembered at a time, open or done.';

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

comment on table public.user_roles is 'What a user may be: every account has the role user, a few are moderators or admins. One row per user and role.';
comment on column public.user_roles.granted_by is 'Who gave the role; null when a migration or a trigger did, or that user is gone.';

--! Included functions/has_role.sql
-- Definer rights, since a policy that read user_roles as the caller would meet that table's own policies again.
create or replace function private.has_role(required public.app_role) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
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
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select private.has_role('admin');
$$;
comment on function private.is_admin() is 'Whether the caller is an admin. In policies: (select private.is_admin()), so that it runs once a statement.';
revoke all on function private.is_admin() from public, anon, authenticated, service_role;
grant execute on function private.is_admin() to authenticated, service_role;
--! EndIncluded functions/is_admin.sql
--! Included functions/is_moderator.sql
create or replace function private.is_moderator() returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select private.has_role('moderator') or private.has_role('admin');
$$;
comment on function private.is_moderator() is 'Whether the caller is a moderator, or an admin, who may do all that a moderator may.';
revoke all on function private.is_moderator() from public, anon, authenticated, service_role;
grant execute on function private.is_moderator() to authenticated, service_role;
--! EndIncluded functions/is_moderator.sql

-- Carrying rows ------------------------------------------------------------------------------------------------------

-- Most tables below have an old one. Such a table is created without keys, filled by the statement of its name in carry/,
-- and gets its keys, indexes and triggers then, which is faster than keeping them up row by row.

-- Some databases lack some of the old tables and columns.
--! Included legacy/complete.sql
-- Guarantees that the carrying finds one shape of the old tables in every database, and that nobody but their owner can
-- do anything with them. What only some databases have is added empty.
do $complete$
declare
  path constant text := current_setting('search_path');
  command text;
begin
  if not exists (select from pg_temp.old_tables) then
    return;
  end if;
  perform set_config('search_path', 'pg_catalog, pg_temp', true);

  -- On the way back they go again.
  insert into private.legacy_definitions (place, subject, removal)
  select 10, format('table legacy.%I', old.table_name), format('drop table if exists legacy.%I', old.table_name)
  from pg_temp.old_tables old
  where old.table_name in ('transcripts', 'profiles') and old.relation is null
  union all
  select
    20,
    format('column legacy.%I.%I', known.table_name, known.column_name),
    format('alter table if exists legacy.%I drop column if exists %I', known.table_name, known.column_name)
  from pg_temp.known_columns known
  join pg_temp.old_tables old on old.table_name = known.table_name and old.relation is not null
  where not exists (
    select from pg_attribute where attrelid = old.relation and attname = known.column_name and not attisdropped
  );

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
  alter table legacy.transcripts enable row level security;
  create table if not exists legacy.profiles (
    id uuid primary key,
    display_name text,
    avatar_url text,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
  );
  alter table legacy.profiles enable row level security;
  for command in
    select format('alter table legacy.%I add column %I %s', known.table_name, known.column_name, known.column_type)
    from pg_temp.known_columns known
    where not exists (
      select
      from pg_attribute
      where attrelid = to_regclass('legacy.' || known.table_name) and attname = known.column_name and not attisdropped
    )
  loop
    execute command;
  end loop;
  revoke all on all tables in schema legacy from public, anon, authenticated, service_role;

  -- How the old tables were, for whoever puts a row back when they are gone.
  update private.legacy_moves moved
  set columns = (
    select string_agg(
      format('%I %s', attribute.attname, format_type(attribute.atttypid, attribute.atttypmod)), ', ' order by attribute.attnum
    )
    from pg_attribute attribute
    join pg_temp.known_columns known on known.table_name = moved.table_name and known.column_name = attribute.attname
    where attribute.attrelid = to_regclass('legacy.' || moved.table_name) and not attribute.attisdropped
  );
  perform set_config('search_path', path, true);
end
$complete$;
--! EndIncluded legacy/complete.sql

-- Memory for sorting and hashing.
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

--! Included functions/trimmed.sql
-- A blank shows nothing: Unicode's white space, line breaks and no-break spaces among it, and the characters of no width that
-- get into texts by copying. (The mark of byte order stands at the beginning of many files.)
create or replace function private.trimmed(value text) returns text
language sql immutable parallel safe security invoker set search_path = pg_catalog, pg_temp
as $$
  select btrim(
    value,
    E'\t\n\u000B\f\r \u0085\u00A0\u1680\u180E\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A'
    '\u200B\u200C\u200D\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF'
  )
$$;
comment on function private.trimmed(text) is 'The text without the blanks at its ends: the one meaning of blank in keys and addresses.';
-- For migrations, for functions with definer rights, and for those that the service calls.
revoke all on function private.trimmed(text) from public, anon, authenticated, service_role;
grant execute on function private.trimmed(text) to service_role;
--! EndIncluded functions/trimmed.sql

-- The rules by which rows are carried, and the functions that those statements share.
--! Included carry/tools.sql
-- What the sections that carry rows share: the rules they follow, and functions that live as long as this connection.
--
-- Which of several rows stays, where a key allows one: the oldest by created_at (of follows: by when they were added), of
-- equal age the one with the smaller id; a row without a time comes last. The others are set aside as duplicates. What
-- named a duplicate channel or video by YouTube's id belongs to the one that stays anyway; what named a channel by uuid
-- follows rule channel-key, messages follow kept-session, chunks follow transcript-of-video.
--
-- A value that is carried is the old value, unless one of these rules changed it (spec/legacy says which, for each column):
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
--   channel-key          a text key that holds channels.id, or the YouTube id in other case or with blanks at its ends
--                        (private.trimmed), is followed
--   channel-of-video     a chunk or transcript is of its video's channel, whatever its own copy said
--   transcript-of-video  a chunk is of its video's one transcript
--   kept-session         messages of a duplicate session go to the session that was kept
--   gone-user            who added a channel is unknown when that user is gone
--   half-precision       an embedding is rounded to half precision
--   unfit-embedding      an embedding that half precision can't hold is left behind, and its chunk waits for another
--   fill-name            a channel or video without a name is called by YouTube's id
--   fill-url             a channel without an address has the one that YouTube gives every channel
--   reset-day            a counter's day is the UTC day of its last reset
--   clean-display-name   a display name is one line of at most 80 visible characters, or none
--   unfit-avatar-to-null a picture that is no web address by https is none
--   fitting-slug         a public address is in lower case, without blanks at its ends, where it then fits (it is no id, and neither is nor
--                        looks like a reserved word) and no other channel has it, or one that looks like it (of several
--                        channels, one that had just that, else the oldest, keeps it); else the channel is
--                        not public until somebody gives it an address that fits
-- A counter is carried as it is, even where it has drifted from what it counts, such as user_usage.creators_added: it is
-- somebody's data until it is counted again.
--
-- A value that is longer than what may be written by now (functions/refuse_too_long.sql) is carried as it is: it is what
-- somebody wrote. The limits hold what is written from then on, as a plan's limits hold what is added from then on.
--
-- A row is set aside, with all of its values, for one of these reasons: orphan-user, orphan-channel, orphan-video,
-- orphan-session (its parent is gone, or was set aside itself), duplicate, missing-key (it lacks YouTube's id, or whose
-- limit it is), missing-content (nothing was said), unknown-role, impossible-index.

-- Whether the new table of this name was filled by an earlier run.
create or replace function pg_temp.is_carried(moved text) returns boolean language sql as $$
  select rows_in is not null from private.legacy_moves where table_name = moved;
$$;

-- The schema of the old tables, for texts that are executed. rolecall online runs the sections over views of them, finds
-- every name in the code, and says here what no code names.
create or replace function pg_temp.source_schema() returns text language sql as $$ select 'legacy' $$;

-- Whether an address is, or was, another channel's: before the migration nothing remembers.
create or replace function pg_temp.is_held(folded text, of_channel text) returns boolean language sql as $$ select false $$;

-- The old rows of a table for which its section found a reason to set them aside.
create or replace function pg_temp.rows_aside(moved text)
returns table (source_id uuid, row_data jsonb, reason text) language plpgsql as $$
begin
  return query execute format(
    'select old.id, to_jsonb(old), sorted.reason '
    'from %I.%I old join pg_temp.%I sorted on sorted.id = old.id where sorted.reason is not null',
    pg_temp.source_schema(), moved, 'sorted_' || moved
  );
end;
$$;

-- Each section sorts the old rows into a temporary table sorted_<table>: at least the id of those that can't be carried,
-- and the reason. It copies the others, and then calls this: it sets aside those with a reason, and enters the sums.
-- A check of that table holds that no row is missing.
create or replace function pg_temp.finish(moved text, carried bigint) returns void language plpgsql as $$
declare
  there bigint;
  aside bigint;
begin
  insert into private.quarantined_rows (source_table, source_id, row_data, reason, migration)
  select 'legacy.' || moved, old.source_id, old.row_data, old.reason, 'redesign-database-schema'
  from pg_temp.rows_aside(moved) old;
  get diagnostics aside = row_count;
  execute format('select count(*) from %I.%I', pg_temp.source_schema(), moved) into there;
  update private.legacy_moves moves
  set rows_in = there, rows_carried = carried, rows_quarantined = aside
  where moves.table_name = moved;
end;
$$;

-- A key is added when the rows are there, which is faster, and once: adding it again would check all rows again.
create or replace function pg_temp.add_constraint(relation regclass, named text, definition text)
returns void language plpgsql as $$
begin
  if not exists (select from pg_catalog.pg_constraint where conrelid = relation and conname = named) then
    execute format('alter table %s add constraint %I %s', relation, named, definition);
  end if;
end;
$$;
--! EndIncluded carry/tools.sql

-- Profiles -----------------------------------------------------------------------------------------------------------

--! Included functions/display_name_of.sql
-- What identity providers and clients claim is anything: another type than text, blanks, control characters, megabytes.
--
-- What shows nothing, or turns the text around it, goes: format characters, fillers, tags, the blank braille pattern. Joiners
-- and the emoji selector stay inside a name, which Persian and emoji need; they are no name by themselves, and neither are
-- accents without a letter. It calls no other function of private: the online move calls it under another name of the schema.
create or replace function private.display_name_of(claimed jsonb, email text) returns text
language sql immutable security invoker set search_path = pg_catalog, pg_temp
as $$
  select cleaned.name
  from (
    values
      (1, claimed -> 'display_name'),
      (2, claimed -> 'full_name'),
      (3, claimed -> 'name'),
      (4, to_jsonb(split_part(email, '@', 1)))
  ) candidate (place, value)
  cross join lateral (
    select regexp_replace(
      regexp_replace(
        left(candidate.value #>> '{}', 1000),
        '[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164'
        '\uFE00-\uFE0E\uFEFF\uFFA0\uFFF0-\uFFFC\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]',
        '', 'g'
      ),
      '[\s\u0001-\u001F\u007F-\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+', ' ', 'g'
    ) as name
  ) visible
  cross join lateral (
    select btrim(left(btrim(visible.name), 80)) as name
  ) cleaned
  where jsonb_typeof(candidate.value) = 'string'
    and cleaned.name ~ '[^ \u0300-\u036F\u200C\u200D\u20D0-\u20FF\uFE0F]'
  order by candidate.place
  limit 1;
$$;
comment on function private.display_name_of(jsonb, text) is
  'The name under which to greet somebody, one line of at most 80 visible characters: the first usable one of those claimed, or else what stands before the @.';
revoke all on function private.display_name_of(jsonb, text) from public, anon, authenticated, service_role;
-- A check of public.profiles calls it for whoever writes there.
grant execute on function private.display_name_of(jsonb, text) to authenticated, service_role;
--! EndIncluded functions/display_name_of.sql
--! Included functions/avatar_url_of.sql
-- Browsers fetch it, and pages hold it: no quote, bracket, blank or backslash in it can end an attribute or a CSS url(), and
-- no name before an @ makes a host look like another.
create or replace function private.avatar_url_of(claimed jsonb) returns text
language sql immutable security invoker set search_path = pg_catalog, pg_temp
as $$
  select candidate.url
  from (values (1, claimed ->> 'avatar_url'), (2, claimed ->> 'picture')) candidate (place, url)
  where char_length(candidate.url) <= 2048
    and candidate.url ~ '^https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?([/?#][A-Za-z0-9._~:/?#@!$&*+,;=%-]*)?$'
  order by candidate.place
  limit 1;
$$;
comment on function private.avatar_url_of(jsonb) is
  'The first usable picture of those claimed: the address of something on the web, by https, of at most 2048 characters.';
revoke all on function private.avatar_url_of(jsonb) from public, anon, authenticated, service_role;
-- A check of public.profiles calls it for whoever writes there.
grant execute on function private.avatar_url_of(jsonb) to authenticated, service_role;
--! EndIncluded functions/avatar_url_of.sql

-- What users say of themselves. One per account, so its key is the account's.
create table if not exists public.profiles (
  id uuid not null,
  display_name text,
  avatar_url text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint profiles_display_name_check check (
    display_name is not distinct from private.display_name_of(jsonb_build_object('display_name', display_name), null)
  ),
  constraint profiles_avatar_url_check check (
    avatar_url is not distinct from private.avatar_url_of(jsonb_build_object('avatar_url', avatar_url))
  )
);
alter table public.profiles enable row level security;

--! Included carry/profiles.sql
-- Every old profile of an account that exists is carried, and afterwards every account has a profile.
do $carry$
declare
  carried bigint;
begin
  if pg_temp.is_carried('profiles') then
    return;
  end if;

  create temporary table sorted_profiles on commit drop as
  select old.id, case when holder.id is null then 'orphan-user' end as reason
  from legacy.profiles old
  left join auth.users holder on holder.id = old.id;

  insert into public.profiles (id, display_name, avatar_url, created_at, updated_at)
  select
    old.id,
    private.display_name_of(jsonb_build_object('display_name', old.display_name), null),
    private.avatar_url_of(jsonb_build_object('avatar_url', old.avatar_url)),
    coalesce(old.created_at, old.updated_at, now()),
    coalesce(old.updated_at, old.created_at, now())
  from legacy.profiles old
  join pg_temp.sorted_profiles sorted on sorted.id = old.id
  where sorted.reason is null
  on conflict do nothing;

  get diagnostics carried = row_count;
  perform pg_temp.finish('profiles', carried);

  -- Whoever had none gets what a new account gets.
  insert into public.profiles (id, display_name, avatar_url, created_at, updated_at)
  select
    holder.id,
    private.display_name_of(holder.raw_user_meta_data, holder.email),
    private.avatar_url_of(holder.raw_user_meta_data),
    coalesce(holder.created_at, now()),
    coalesce(holder.created_at, now())
  from auth.users holder
  where not exists (select from public.profiles profile where profile.id = holder.id);
end
$carry$;
--! EndIncluded carry/profiles.sql

select pg_temp.add_constraint('public.profiles', 'profiles_pkey', 'primary key (id)');

select pg_temp.add_constraint(
  'public.profiles', 'profiles_id_fkey',
  'foreign key (id) references auth.users (id) on delete cascade'
);

create or replace trigger set_updated_at before update on public.profiles
  for each row execute function private.set_updated_at();

comment on table public.profiles is 'What users say of themselves. One an account; nobody else reads it.';
comment on column public.profiles.id is 'The account''s own id.';
comment on column public.profiles.display_name is 'The name to greet them by; null when none is known.';
comment on column public.profiles.avatar_url is 'A picture on the web; null for none.';

-- Channels -----------------------------------------------------------------------------------------------------------

--! Included functions/folded_slug.sql
-- Two addresses that people take for one another are the same folded: world-news, w0rld-news and vvorld-news. No two digits are
-- folded to one, since they make two numbers.
create or replace function private.folded_slug(p_slug text) returns text
language plpgsql immutable strict security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  return replace(replace(translate(p_slug, '013457l', 'oieasti'), 'rn', 'm'), 'vv', 'w');
end;
$$;
comment on function private.folded_slug(text) is
  'A public address without the differences that people overlook: digits in place of letters, i and l, rn and m, vv and w.';
revoke all on function private.folded_slug(text) from public, anon, authenticated, service_role;
-- A check of public.channels calls it for whoever writes there.
grant execute on function private.folded_slug(text) to authenticated, service_role;
--! EndIncluded functions/folded_slug.sql
--! Included functions/fits_slug.sql
-- A reviewed list: words that people trust as the app's own, that mean a page or a file of it, or that programs take for
-- nothing; hyphens make no other word of one. Removing a word opens it at once. A channel that has a word that is added keeps
-- it, and can't be changed until it has another.
--
-- It folds as private.folded_slug does, and does not call it: the online move calls this under another name of the schema.
create or replace function private.fits_slug(p_slug text) returns boolean
language plpgsql immutable strict security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  reserved constant text := '
    channelchat youtube google supabase
    admin admins administrator administrators moderator moderators mod mods root superuser sysadmin system operator
    owner staff team official verified support help helpdesk service security abuse legal contact press billing
    postmaster hostmaster webmaster noreply
    login logout signin signout signup register auth oauth sso callback verify confirm password reset invite
    account accounts profile profiles settings user users dashboard
    home index main search explore discover channel channels creator creators video videos chat chats session sessions
    message messages public private
    pricing plans plan free pro upgrade subscribe checkout payment payments invoice
    about faq docs blog news status terms tos privacy cookies imprint dmca copyright
    api app apps www web cdn static assets images img css fonts media download downloads upload uploads
    mail email smtp imap ftp ssh dns localhost
    graphql graphiql rest rpc functions storage realtime webhook webhooks
    robots sitemap favicon manifest wellknown rss feed
    null undefined none nil nan true false anon anonymous
  ';
  folded constant text := replace(
    replace(
      translate(replace(p_slug, '-', '') || ',' || regexp_replace(reserved, '\s+', ' ', 'g'), '013457l', 'oieasti'),
      'rn', 'm'
    ),
    'vv', 'w'
  );
begin
  return p_slug collate "C" ~ '^[a-z0-9]+(-[a-z0-9]+)*$'
    and length(p_slug) between 3 and 63
    -- Ids: of a row, with hyphens or without, and of a channel on YouTube.
    and replace(p_slug, '-', '') !~ '^[0-9a-f]{32}$'
    and not (p_slug ~ '^uc[a-z0-9-]{22}$' and p_slug ~ '[0-9]')
    -- The app's own name, folded, with anything beside it.
    and position('channeichat' in split_part(folded, ',', 1)) = 0
    and split_part(folded, ',', 1) <> all (string_to_array(split_part(folded, ',', 2), ' '));
end;
$$;
comment on function private.fits_slug(text) is
  'Whether this may be the address of a public page: 3 to 63 lower-case letters and digits with single hyphens between them, which is no id, neither is nor looks like a reserved word, and has not the app''s own name in it.';
revoke all on function private.fits_slug(text) from public, anon, authenticated, service_role;
-- A check of public.channels calls it for whoever writes there.
grant execute on function private.fits_slug(text) to authenticated, service_role;
--! EndIncluded functions/fits_slug.sql

-- One row per YouTube channel, shared by everyone who follows it: two users of one channel share its transcripts.
create table if not exists public.channels (
  id uuid not null default gen_random_uuid(),
  youtube_channel_id text not null,
  channel_name text not null,
  channel_url text not null,
  avatar_url text,
  subscriber_count text,
  -- The largest channels have less than a million videos.
  indexed_videos integer not null default 0, -- squawk-ignore prefer-bigint-over-int
  total_videos integer not null default 0, -- squawk-ignore prefer-bigint-over-int
  ingestion_status public.ingestion_status not null default 'pending',
  -- Per cent.
  ingestion_progress integer not null default 0, -- squawk-ignore prefer-bigint-over-int
  ingestion_method text,
  error_message text,
  last_indexed_at timestamptz,
  ingest_videos boolean not null default true,
  ingest_shorts boolean not null default true,
  ingest_lives boolean not null default true,
  video_import_mode public.video_import_mode not null default 'latest',
  -- Of the videos that a channel has.
  video_import_limit integer, -- squawk-ignore prefer-bigint-over-int
  public_slug text,
  uploads_playlist_id text,
  -- Some thousands a video at most, of one channel.
  chunk_count integer not null default 0, -- squawk-ignore prefer-bigint-over-int
  added_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint channels_public_slug_check check (private.fits_slug(public_slug)),
  constraint channels_indexed_videos_check check (indexed_videos >= 0),
  constraint channels_total_videos_check check (total_videos >= 0),
  constraint channels_ingestion_progress_check check (ingestion_progress between 0 and 100),
  constraint channels_video_import_limit_check check (video_import_limit >= 0),
  constraint channels_chunk_count_check check (chunk_count >= 0)
);
alter table public.channels enable row level security;

-- Ingestion updates chunk_count. An update that finds room in the row's own page leaves every index as it is.
alter table public.channels set (fillfactor = 90);

--! Included carry/channels.sql
-- Every old channel is carried, except duplicates and those without YouTube's id. Afterwards pg_temp.channel_keys says which
-- channel is meant by each text that an old table uses as a channel's key.
do $carry$
declare
  statuses constant text[] := enum_range(null::public.ingestion_status)::text[];
  modes constant text[] := enum_range(null::public.video_import_mode)::text[];
  carried bigint;
begin
  if pg_temp.is_carried('channels') then
    return;
  end if;

  create temporary table sorted_channels on commit drop as
  select
    found.id,
    found.added_by,
    found.reason,
    case
      when found.reason is null
        and private.fits_slug(found.slug)
        -- What does not fit is in nobody's way.
        and row_number() over (
          partition by private.folded_slug(found.slug), found.reason, private.fits_slug(found.slug)
          order by found.public_slug <> found.slug, found.created_at, found.id
        ) = 1
        and not exists (
          select from public.channels holder
          where private.folded_slug(holder.public_slug) = private.folded_slug(found.slug)
        )
        and not pg_temp.is_held(private.folded_slug(found.slug), found.channel_id)
        then found.slug
    end as public_slug
  from (
    select
      old.id,
      old.channel_id,
      old.created_at,
      old.public_slug,
      lower(private.trimmed(old.public_slug) collate "C") as slug,
      adder.id as added_by,
      case
        when old.channel_id is null then 'missing-key'
        when row_number() over (partition by old.channel_id order by old.created_at, old.id) > 1 then 'duplicate'
      end as reason
    from legacy.channels old
    left join auth.users adder on adder.id = old.user_id
  ) found;

  insert into public.channels (
    id, youtube_channel_id, channel_name, channel_url, avatar_url, subscriber_count, indexed_videos, total_videos,
    ingestion_status, ingestion_progress, ingestion_method, error_message, last_indexed_at, ingest_videos, ingest_shorts,
    ingest_lives, video_import_mode, video_import_limit, public_slug, uploads_playlist_id, added_by, created_at, updated_at
  )
  select
    old.id,
    old.channel_id,
    coalesce(old.channel_name, old.channel_id),
    coalesce(old.channel_url, 'https://www.youtube.com/channel/' || old.channel_id),
    old.avatar_url,
    old.subscriber_count,
    greatest(old.indexed_videos, 0),
    greatest(old.total_videos, 0),
    case when old.ingestion_status = any (statuses) then old.ingestion_status::public.ingestion_status else 'pending' end,
    least(greatest(old.ingestion_progress, 0), 100),
    old.ingestion_method,
    old.error_message,
    old.last_indexed_at,
    coalesce(old.ingest_videos, true),
    coalesce(old.ingest_shorts, true),
    coalesce(old.ingest_lives, true),
    case when old.video_import_mode = any (modes) then old.video_import_mode::public.video_import_mode else 'latest' end,
    case when old.video_import_limit < 0 then 0 else old.video_import_limit end,
    sorted.public_slug,
    old.uploads_playlist_id,
    sorted.added_by,
    coalesce(old.created_at, old.updated_at, now()),
    coalesce(old.updated_at, old.created_at, now())
  from legacy.channels old
  join pg_temp.sorted_channels sorted on sorted.id = old.id
  where sorted.reason is null
  on conflict do nothing;

  get diagnostics carried = row_count;
  perform pg_temp.finish('channels', carried);

  -- A key means the channel of that YouTube id; else the channel of that uuid (of a duplicate: the one that was kept);
  -- else the channel of that YouTube id with blanks or in other case, where only one has it.
  create temporary table channel_keys on commit drop as
  select
    used.key,
    coalesce(exact.id, by_uuid.id, named.id, folded.id) as channel_id
  from (
    select channel_id as key from legacy.videos
    union select channel_id from legacy.chat_sessions
    union select channel_id from legacy.public_chat_limits
    union select channel_id::text from legacy.user_creators
  ) used
  left join public.channels exact on exact.youtube_channel_id = used.key
  left join public.channels by_uuid on by_uuid.id::text = lower(private.trimmed(used.key))
  left join (
    select aside.source_id::text as key, kept.id
    from private.quarantined_rows aside
    join public.channels kept on kept.youtube_channel_id = aside.row_data ->> 'channel_id'
    where split_part(aside.source_table, '.', 2) = 'channels'
  ) named on named.key = lower(private.trimmed(used.key))
  left join (
    select lower(private.trimmed(youtube_channel_id)) as key, min(id::text)::uuid as id
    from public.channels
    group by lower(private.trimmed(youtube_channel_id))
    having count(*) = 1
  ) folded on folded.key = lower(private.trimmed(used.key));
end
$carry$;
--! EndIncluded carry/channels.sql

select pg_temp.add_constraint('public.channels', 'channels_pkey', 'primary key (id)');
select pg_temp.add_constraint('public.channels', 'channels_youtube_channel_id_key', 'unique (youtube_channel_id)');
select pg_temp.add_constraint('public.channels', 'channels_public_slug_key', 'unique (public_slug)');

select pg_temp.add_constraint(
  'public.channels', 'channels_added_by_fkey',
  'foreign key (added_by) references auth.users (id) on delete set null'
);

-- For the foreign key: deleting a user must find the channels that they added.
create index if not exists idx_channels_added_by on public.channels (added_by);

-- Counting its chunks is no change of a channel.
create or replace trigger set_updated_at before update on public.channels
  for each row when (old.chunk_count is not distinct from new.chunk_count)
  execute function private.set_updated_at();

comment on table public.channels is 'YouTube channels that can be chatted with. Shared by all who follow them.';
comment on column public.channels.youtube_channel_id is 'YouTube''s own id (UC…), for talking to YouTube and nothing else.';
comment on column public.channels.subscriber_count is 'As YouTube words it, such as 1.2M: for display.';
comment on column public.channels.indexed_videos is 'How many videos can be chatted with.';
comment on column public.channels.total_videos is 'How many videos YouTube lists.';
comment on column public.channels.ingestion_progress is 'In percent.';
comment on column public.channels.video_import_limit is 'How many videos to take in; null for as many as the plan allows.';
comment on column public.channels.public_slug is
  'The name in the address of the channel''s public page, which no other channel gets any more; null while the channel is not public.';
comment on column public.channels.chunk_count is 'How many chunks its transcripts have: what a search in it has to read. Kept by trigger.';
comment on column public.channels.added_by is 'Who first added the channel; null when unknown or gone. It gives no rights.';

-- Public addresses ---------------------------------------------------------------------------------------------------

-- A link to a page outlives the page: an address that was given once is its channel's for ever, with all that look like it.
create table if not exists private.slug_holders (
  id uuid not null default gen_random_uuid(),
  folded_slug text not null,
  youtube_channel_id text not null,
  published_by uuid,
  created_at timestamptz not null default now(),
  constraint slug_holders_pkey primary key (id),
  constraint slug_holders_folded_slug_key unique (folded_slug),
  constraint slug_holders_published_by_fkey foreign key (published_by) references auth.users (id) on delete set null
);
alter table private.slug_holders enable row level security;

-- For the foreign key, and for counting what somebody has published.
create index if not exists idx_slug_holders_published_by on private.slug_holders (published_by);

comment on table private.slug_holders is 'Whose each address of a public page is, or was. An operator who frees one deletes its row.';
comment on column private.slug_holders.folded_slug is 'The address as private.folded_slug has it: it stands for all that look like it.';
comment on column private.slug_holders.youtube_channel_id is 'YouTube''s id of the channel, which outlives the channel''s row.';
comment on column private.slug_holders.published_by is
  'The follower who gave the channel this address; null when a moderator, the service or an operator did, or that user is gone.';

-- No policy and no grant: a trigger writes it, and publish_channel.

-- What a moderator took down stays down, also when the channel is deleted and added again.
create table if not exists private.channel_takedowns (
  id uuid not null default gen_random_uuid(),
  youtube_channel_id text not null,
  created_at timestamptz not null default now(),
  constraint channel_takedowns_pkey primary key (id),
  constraint channel_takedowns_youtube_channel_id_key unique (youtube_channel_id)
);
alter table private.channel_takedowns enable row level security;

comment on table private.channel_takedowns is 'Channels whose public page was taken down, until somebody who may do so publishes them again.';
comment on column private.channel_takedowns.youtube_channel_id is 'YouTube''s id of the channel, which outlives the channel''s row.';

-- No policy and no grant: a trigger writes it.

-- What was public before.
insert into private.slug_holders (folded_slug, youtube_channel_id)
select private.folded_slug(channel.public_slug), channel.youtube_channel_id
from public.channels channel
where channel.public_slug is not null
on conflict on constraint slug_holders_folded_slug_key do nothing;

--! Included functions/hold_slug.sql
-- Definer rights: nobody writes these tables through the API. After the row, when its own keys have had their say.
--
-- Both are kept by YouTube's id, so that they outlive the channel's row: one that is deleted and added again is the same.
create or replace function private.hold_slug() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then
    if old.public_slug is not null and new.public_slug is null then
      insert into private.channel_takedowns (youtube_channel_id)
      values (new.youtube_channel_id)
      on conflict on constraint channel_takedowns_youtube_channel_id_key do nothing;
    elsif old.youtube_channel_id <> new.youtube_channel_id then
      insert into private.channel_takedowns (youtube_channel_id)
      select new.youtube_channel_id
      from private.channel_takedowns takedown
      where takedown.youtube_channel_id = old.youtube_channel_id
      on conflict on constraint channel_takedowns_youtube_channel_id_key do nothing;
    end if;
  end if;

  if new.public_slug is null then
    return null;
  end if;

  -- Whoever may write an address may lift a takedown: publish_channel sees to it that no follower does.
  delete from private.channel_takedowns takedown where takedown.youtube_channel_id = new.youtube_channel_id;

  insert into private.slug_holders as holder (folded_slug, youtube_channel_id)
  values (private.folded_slug(new.public_slug), new.youtube_channel_id)
  on conflict on constraint slug_holders_folded_slug_key do update set youtube_channel_id = excluded.youtube_channel_id
  where holder.youtube_channel_id in (new.youtube_channel_id, old.youtube_channel_id);
  if not found then
    raise exception using
      errcode = 'PT409',
      message = format('The address %s is, or was, another channel''s, or looks like it.', new.public_slug),
      detail = jsonb_build_object('error', 'slug_taken', 'slug', new.public_slug)::text,
      hint = 'Choose another address.';
  end if;
  return null;
end;
$$;
comment on function private.hold_slug() is
  'Trigger: an address, once given, is its channel''s for ever, with all that look like it; and a takedown is remembered.';
revoke all on function private.hold_slug() from public, anon, authenticated, service_role;
--! EndIncluded functions/hold_slug.sql

create or replace trigger hold_new_slug after insert on public.channels
  for each row when (new.public_slug is not null) execute function private.hold_slug();
create or replace trigger hold_slug after update on public.channels
  for each row when (
    (old.public_slug, old.youtube_channel_id) is distinct from (new.public_slug, new.youtube_channel_id)
  )
  execute function private.hold_slug();

-- Videos -------------------------------------------------------------------------------------------------------------

-- One row per YouTube video. Rows below it repeat its channel, and (channel_id, id) keeps those copies true.
create table if not exists public.videos (
  id uuid not null default gen_random_uuid(),
  channel_id uuid not null,
  youtube_video_id text not null,
  title text not null,
  description text,
  duration text,
  -- Two billion seconds are 68 years.
  duration_seconds integer, -- squawk-ignore prefer-bigint-over-int
  published_at timestamptz,
  thumbnail_url text,
  view_count bigint,
  -- No video has a tenth of two billion likes, or comments; views are another matter.
  like_count integer, -- squawk-ignore prefer-bigint-over-int
  comment_count integer, -- squawk-ignore prefer-bigint-over-int
  transcript_status public.extraction_status not null default 'pending',
  transcript_language text,
  ingestion_method text,
  content_type public.content_type not null default 'video',
  has_live_streaming_details boolean not null default false,
  live_broadcast_content public.live_broadcast_content not null default 'none',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint videos_duration_seconds_check check (duration_seconds >= 0),
  constraint videos_view_count_check check (view_count >= 0),
  constraint videos_like_count_check check (like_count >= 0),
  constraint videos_comment_count_check check (comment_count >= 0)
);
alter table public.videos enable row level security;

--! Included carry/videos.sql
-- Every old video of a carried channel is carried, one row for each of YouTube's ids.
do $carry$
declare
  statuses constant text[] := enum_range(null::public.extraction_status)::text[];
  types constant text[] := enum_range(null::public.content_type)::text[];
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
      when old.video_id is null then 'missing-key'
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
    coalesce(old.title, old.video_id),
    old.description,
    old.duration,
    case when old.duration_seconds >= 0 then old.duration_seconds end,
    old.published_at,
    old.thumbnail_url,
    case when old.view_count >= 0 then old.view_count end,
    case when old.like_count >= 0 then old.like_count end,
    case when old.comment_count >= 0 then old.comment_count end,
    case when old.transcript_status = any (statuses) then old.transcript_status::public.extraction_status else 'pending' end,
    old.transcript_language,
    old.ingestion_method,
    case when old.content_type = any (types) then old.content_type::public.content_type else 'video' end,
    coalesce(old.created_at, old.updated_at, now()),
    coalesce(old.updated_at, old.created_at, now())
  from legacy.videos old
  join pg_temp.sorted_videos sorted on sorted.id = old.id
  where sorted.reason is null
  on conflict do nothing;

  get diagnostics carried = row_count;
  perform pg_temp.finish('videos', carried);
end
$carry$;
--! EndIncluded carry/videos.sql

select pg_temp.add_constraint('public.videos', 'videos_pkey', 'primary key (id)');
select pg_temp.add_constraint('public.videos', 'videos_youtube_video_id_key', 'unique (youtube_video_id)');
-- What the tables below refer to, so that their copy of the channel can't lie. It serves videos_channel_id_fkey too.
select pg_temp.add_constraint('public.videos', 'videos_channel_id_id_key', 'unique (channel_id, id)');

select pg_temp.add_constraint(
  'public.videos', 'videos_channel_id_fkey',
  'foreign key (channel_id) references public.channels (id) on delete cascade'
);

create or replace trigger set_updated_at before update on public.videos
  for each row execute function private.set_updated_at();

comment on table public.videos is 'Videos of a channel that have been taken in, or are about to be.';
comment on column public.videos.youtube_video_id is 'YouTube''s own id, for talking to YouTube and nothing else.';
comment on column public.videos.duration is 'As YouTube gives it (ISO 8601).';
comment on column public.videos.view_count is 'As of the last time YouTube was asked; null when it does not say.';
comment on column public.videos.transcript_status is 'How far its transcript has been extracted.';
comment on column public.videos.transcript_language is 'The language of its captions; null while unknown.';
comment on column public.videos.has_live_streaming_details is 'Whether YouTube has details of a live stream for it, even a past one.';

-- Transcripts --------------------------------------------------------------------------------------------------------

-- One per video: the place for what is true of a whole transcript, and the queue of extraction.
create table if not exists public.transcripts (
  id uuid not null default gen_random_uuid(),
  channel_id uuid not null,
  video_id uuid not null,
  language text,
  source_type text not null default 'caption',
  confidence real,
  extraction_status public.extraction_status not null default 'pending',
  error_message text,
  -- Once a second would take 68 years.
  retry_count integer not null default 0, -- squawk-ignore prefer-bigint-over-int
  next_retry_at timestamptz,
  full_text text,
  segments jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint transcripts_confidence_check check (confidence between 0 and 1),
  constraint transcripts_retry_count_check check (retry_count >= 0)
);
alter table public.transcripts enable row level security;

--! Included carry/transcripts.sql
-- Every old transcript of a carried video is carried, one per video. Afterwards every video has a transcript whose
-- extraction was begun, or which has chunks.
do $carry$
declare
  statuses constant text[] := enum_range(null::public.extraction_status)::text[];
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
    case when old.extraction_status = any (statuses) then old.extraction_status::public.extraction_status else 'pending' end,
    old.error_message,
    old.full_text,
    old.segments,
    coalesce(old.created_at, old.updated_at, now()),
    coalesce(old.updated_at, old.created_at, now())
  from legacy.transcripts old
  join pg_temp.sorted_transcripts sorted on sorted.id = old.id
  where sorted.reason is null
  on conflict do nothing;

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
      video.transcript_status <> 'pending' and video.id in (select old.id from legacy.videos old)
      or video.youtube_video_id in (select chunk.video_id from legacy.transcript_chunks chunk)
    )
    and not exists (select from public.transcripts transcript where transcript.video_id = video.id);
end
$carry$;
--! EndIncluded carry/transcripts.sql

select pg_temp.add_constraint('public.transcripts', 'transcripts_pkey', 'primary key (id)');
select pg_temp.add_constraint('public.transcripts', 'transcripts_video_id_key', 'unique (video_id)');
-- What chunks refer to, so that their copies can't lie. It serves transcripts_channel_id_video_id_fkey too.
select pg_temp.add_constraint(
  'public.transcripts', 'transcripts_channel_id_video_id_id_key', 'unique (channel_id, video_id, id)'
);

select pg_temp.add_constraint(
  'public.transcripts', 'transcripts_channel_id_video_id_fkey',
  'foreign key (channel_id, video_id) references public.videos (channel_id, id) on delete cascade'
);

create or replace trigger set_updated_at before update on public.transcripts
  for each row execute function private.set_updated_at();

comment on table public.transcripts is 'What is said in a video. One a video.';
comment on column public.transcripts.channel_id is 'The video''s channel; a foreign key keeps the copy true.';
comment on column public.transcripts.language is 'Language of the text; null while unknown.';
comment on column public.transcripts.source_type is 'Where the text comes from, such as caption.';
comment on column public.transcripts.confidence is 'How sure the source is of the text, from 0 to 1; null when it does not say.';
comment on column public.transcripts.retry_count is 'How often extraction failed so far.';
comment on column public.transcripts.next_retry_at is
  'Not to be taken before: when a retry is due, or when whoever extracts it has had time enough; null for at once.';
comment on column public.transcripts.segments is 'The text as the source cut it, with times.';

-- Transcript chunks --------------------------------------------------------------------------------------------------

-- The vector lives elsewhere: without it a change of status or text costs nothing.
create table if not exists public.transcript_chunks (
  id uuid not null default gen_random_uuid(),
  channel_id uuid not null,
  video_id uuid not null,
  transcript_id uuid not null,
  -- Within one transcript.
  chunk_index integer not null, -- squawk-ignore prefer-bigint-over-int
  text text not null,
  start_time real,
  end_time real,
  -- Of one passage.
  token_count integer, -- squawk-ignore prefer-bigint-over-int
  embedding_status public.embedding_status not null default 'pending',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint transcript_chunks_chunk_index_check check (chunk_index >= 0),
  constraint transcript_chunks_start_time_check check (start_time >= 0),
  constraint transcript_chunks_end_time_check check (end_time >= 0),
  constraint transcript_chunks_token_count_check check (token_count >= 0)
);
alter table public.transcript_chunks enable row level security;

--! Included carry/transcript_chunks.sql
-- Every old chunk of a carried video is carried, as a child of the video's one transcript. Its embedding comes later.
do $carry$
declare
  statuses constant text[] := enum_range(null::public.embedding_status)::text[];
  carried bigint;
begin
  if pg_temp.is_carried('transcript_chunks') then
    return;
  end if;

  -- The transcript of each video, by the key that old chunks have.
  create temporary table transcript_keys on commit drop as
  select video.youtube_video_id as key, transcript.channel_id, transcript.video_id, transcript.id
  from public.transcripts transcript
  join public.videos video on video.id = transcript.video_id;
  analyze pg_temp.transcript_keys;

  -- Only those that can't be carried: of the others there are too many to be written down twice.
  create temporary table sorted_transcript_chunks on commit drop as
  select found.id, found.reason
  from (
    select
      old.id,
      case
        when transcript.id is null then 'orphan-video'
        when old.chunk_index is null or old.chunk_index < 0 then 'impossible-index'
        when old.text is null then 'missing-content'
        when row_number() over (
          partition by transcript.id, old.chunk_index order by old.text is null, old.created_at, old.id
        ) > 1 then 'duplicate'
      end as reason
    from legacy.transcript_chunks old
    left join pg_temp.transcript_keys transcript on transcript.key = old.video_id
  ) found
  where found.reason is not null;
  analyze pg_temp.sorted_transcript_chunks;

  insert into public.transcript_chunks (
    id, channel_id, video_id, transcript_id, chunk_index, text, start_time, end_time, token_count, embedding_status,
    created_at, updated_at
  )
  select
    old.id,
    transcript.channel_id,
    transcript.video_id,
    transcript.id,
    old.chunk_index,
    old.text,
    case when old.start_time >= 0 then old.start_time end,
    case when old.end_time >= 0 then old.end_time end,
    case when old.token_count >= 0 then old.token_count end,
    case when old.embedding_status = any (statuses) then old.embedding_status::public.embedding_status else 'pending' end,
    coalesce(old.created_at, old.updated_at, now()),
    coalesce(old.updated_at, old.created_at, now())
  from legacy.transcript_chunks old
  join pg_temp.transcript_keys transcript on transcript.key = old.video_id
  where not exists (select from pg_temp.sorted_transcript_chunks aside where aside.id = old.id)
  on conflict do nothing;

  get diagnostics carried = row_count;
  perform pg_temp.finish('transcript_chunks', carried);
end
$carry$;
--! EndIncluded carry/transcript_chunks.sql

select pg_temp.add_constraint('public.transcript_chunks', 'transcript_chunks_pkey', 'primary key (id)');

-- A transcript's chunks in order, and no number twice.
select pg_temp.add_constraint(
  'public.transcript_chunks', 'transcript_chunks_transcript_id_chunk_index_key', 'unique (transcript_id, chunk_index)'
);
-- What embeddings refer to, so that their copy of the channel can't lie.
select pg_temp.add_constraint('public.transcript_chunks', 'transcript_chunks_channel_id_id_key', 'unique (channel_id, id)');

-- For the foreign key, and for all chunks of a video or of a channel.
create index if not exists idx_transcript_chunks_channel_id_video_id_transcript_id
  on public.transcript_chunks (channel_id, video_id, transcript_id);

select pg_temp.add_constraint(
  'public.transcript_chunks', 'transcript_chunks_channel_id_video_id_transcript_id_fkey',
  'foreign key (channel_id, video_id, transcript_id) references public.transcripts (channel_id, video_id, id) on delete cascade'
);

--! Included carry/chunk_count.sql
-- Every channel's chunk_count is the number of its carried chunks.
do $count$
begin
  if to_regclass('pg_temp.sorted_transcript_chunks') is null then
    return;
  end if;

  update public.channels channel
  set chunk_count = counted.chunks
  from (
    select chunk.channel_id, count(*) as chunks
    from public.transcript_chunks chunk
    group by chunk.channel_id
  ) counted
  where channel.id = counted.channel_id;
end
$count$;
--! EndIncluded carry/chunk_count.sql
-- From here on a trigger keeps it. A chunk changes its channel so rarely that it is counted by itself, and not with every
-- change of a status.

--! Included functions/lock_channel_of_chunk.sql
-- A new chunk locks its transcript, and is counted in its channel. Whoever deletes a channel locks them the other way
-- round, so that the channel comes first here too: the two would wait for each other otherwise. And the transcript comes
-- before the chunk: who replaces the chunks holds it, and would wait for a chunk that waits for it.
create or replace function private.lock_channel_of_chunk() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform from public.channels channel where channel.id = new.channel_id for key share;
  perform from public.transcripts transcript where transcript.id = new.transcript_id for key share;
  return new;
end;
$$;
comment on function private.lock_channel_of_chunk() is
  'Trigger: a chunk locks its channel before its transcript, as deleting a channel does, and both before it is there.';
revoke all on function private.lock_channel_of_chunk() from public, anon, authenticated, service_role;
--! EndIncluded functions/lock_channel_of_chunk.sql
--! Included functions/hold_channel.sql
-- Who counts a channel's chunks has a key-share lock on the channel already, so that nobody deletes it meanwhile. Whoever
-- wants to delete it is first in the queue for its row, and waits for that lock; to queue behind them for a stronger one is
-- to wait for each other. So nobody queues here: it is tried again until the row is free, which it is when the other who
-- counts has committed. After a second it queues after all, and PostgreSQL says who waits for whom.
create or replace function private.hold_channel(p_id uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  for try in 1..500 loop
    perform from public.channels channel where channel.id = p_id for no key update skip locked;
    exit when found;
    perform from public.channels channel where channel.id = p_id;
    exit when not found;
    perform pg_sleep(0.002);
  end loop;
end;
$$;
comment on function private.hold_channel(uuid) is
  'Locks a channel that is about to be counted, without queueing behind somebody who deletes it.';
-- For triggers.
revoke all on function private.hold_channel(uuid) from public, anon, authenticated, service_role;
--! EndIncluded functions/hold_channel.sql
--! Included functions/count_chunks.sql
-- Definer rights: the count is nobody's to write. Channels in one order, so that two transactions can't wait for each
-- other.
create or replace function private.count_chunks() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  counted record;
begin
  if tg_op = 'UPDATE' then
    perform private.hold_channel(least(old.channel_id, new.channel_id));
    perform private.hold_channel(greatest(old.channel_id, new.channel_id));
    update public.channels
    set chunk_count = chunk_count + case id when new.channel_id then 1 else -1 end
    where id in (old.channel_id, new.channel_id);
    return null;
  end if;

  for counted in
    select changed.channel_id, count(*) as chunks
    from changed
    group by changed.channel_id
    order by changed.channel_id
  loop
    perform private.hold_channel(counted.channel_id);
    update public.channels channel
    set chunk_count = channel.chunk_count + counted.chunks * case tg_op when 'INSERT' then 1 else -1 end
    where channel.id = counted.channel_id;
  end loop;
  return null;
end;
$$;
comment on function private.count_chunks() is 'Trigger: a channel knows how many chunks it has.';
revoke all on function private.count_chunks() from public, anon, authenticated, service_role;
--! EndIncluded functions/count_chunks.sql

create or replace trigger lock_channel_of_chunk before insert on public.transcript_chunks
  for each row execute function private.lock_channel_of_chunk();
create or replace trigger count_inserted_chunks after insert on public.transcript_chunks
  referencing new table as changed
  for each statement execute function private.count_chunks();
create or replace trigger count_deleted_chunks after delete on public.transcript_chunks
  referencing old table as changed
  for each statement execute function private.count_chunks();
create or replace trigger count_moved_chunk after update of channel_id on public.transcript_chunks
  for each row when (old.channel_id <> new.channel_id) execute function private.count_chunks();

comment on table public.transcript_chunks is 'Passages of a transcript, in order: what search finds and answers quote.';
comment on column public.transcript_chunks.channel_id is 'The transcript''s channel; a foreign key keeps the copy true.';
comment on column public.transcript_chunks.video_id is 'The transcript''s video; a foreign key keeps the copy true.';
comment on column public.transcript_chunks.chunk_index is 'Its place in the transcript, from 0.';
comment on column public.transcript_chunks.start_time is 'Seconds into the video.';
comment on column public.transcript_chunks.end_time is 'Seconds into the video.';

-- Chunk embeddings ---------------------------------------------------------------------------------------------------

-- Half precision, stored in the row and not beside it: search reads two rows a page and fetches nothing else. A row may
-- be 4,084 bytes wide and is 3,336.
create table if not exists public.chunk_embeddings (
  chunk_id uuid not null,
  channel_id uuid not null,
  embedding extensions.halfvec(1536) not null,
  bits bit(1536) not null generated always as (extensions.binary_quantize(embedding)) stored
);
alter table public.chunk_embeddings enable row level security;
-- Before the first row, since it rewrites none. The bits too: PostgreSQL would move them out of line otherwise, as the only
-- column that can make such a row shorter.
alter table public.chunk_embeddings
  alter column embedding set storage plain,
  alter column bits set storage plain;
-- The bits are read from the index alone only where vacuum has been. By default it would not come before a fifth of the
-- table is new, and a channel that was just taken in would be read row by row.
alter table public.chunk_embeddings set (autovacuum_vacuum_insert_threshold = 5000, autovacuum_vacuum_insert_scale_factor = 0);

--! Included functions/half_precision.sql
-- A number that is too large has no rounded value. Small ones have, but few: below a norm of 0.001 the direction can become
-- another one, or none. Above it, 1 - cosine is less than 0.000002.
--
-- The names in the body are resolved now, and not with each call: embeddings are carried while pgvector is where the old
-- tables had it.
create or replace function private.half_precision(embedding extensions.vector) returns extensions.halfvec
language sql immutable parallel safe security invoker set search_path = pg_catalog, pg_temp
begin atomic
  select
    case
      when extensions.l2_norm(half.rounded) >= 0.001 or extensions.vector_norm(embedding) = 0 then half.rounded
      when extensions.l2_norm(half.rounded) = 0 then null
      when extensions.cosine_distance(embedding, half.rounded::extensions.vector) <= 0.0001 then half.rounded
    end
  from (
    select
      case
        when extensions.vector_dims(embedding) <> 1536 then null
        when extensions.vector_norm(embedding) < 65504
          or not exists (select from unnest(embedding::real[]) number where abs(number) >= 65520)
          -- In a subquery, so that the planner does not try it for an argument that it knows.
          then (select embedding)::extensions.halfvec(1536)
      end as rounded
    offset 0
  ) half;
end;
comment on function private.half_precision(extensions.vector) is
  'The embedding in half precision; null where that would not be near it: too large, too small, or of other dimensions.';
-- For migrations and operators.
revoke all on function private.half_precision(extensions.vector) from public, anon, authenticated, service_role;
--! EndIncluded functions/half_precision.sql

--! Included carry/chunk_embeddings.sql
-- The embedding of every carried chunk is carried, if half precision can hold it. Otherwise its chunk is pending again.
do $carry$
begin
  -- Filled with the chunks, from the same old table, so it has no line of its own in private.legacy_moves.
  if to_regclass('pg_temp.sorted_transcript_chunks') is null then
    return;
  end if;

  begin
    -- A short one is looked at; of the others, the cast refuses what is too large.
    insert into public.chunk_embeddings (chunk_id, channel_id, embedding)
    select old.id, chunk.channel_id, half.rounded
    from legacy.transcript_chunks old
    join public.transcript_chunks chunk on chunk.id = old.id
    cross join lateral (select old.embedding::extensions.halfvec(1536) as rounded offset 0) half
    where old.embedding is not null
      and (extensions.l2_norm(half.rounded) >= 0.001 or private.half_precision(old.embedding) is not null)
    on conflict do nothing;
  exception
    when numeric_value_out_of_range or data_exception then
      -- Some vector is too large. Looking for it first would mean reading every number of every vector.
      insert into public.chunk_embeddings (chunk_id, channel_id, embedding)
      select old.id, chunk.channel_id, half.rounded
      from legacy.transcript_chunks old
      join public.transcript_chunks chunk on chunk.id = old.id
      cross join lateral (select private.half_precision(old.embedding) as rounded offset 0) half
      where half.rounded is not null
      on conflict do nothing;
  end;

  update public.transcript_chunks chunk
  set embedding_status = 'pending'
  from legacy.transcript_chunks old
  where old.id = chunk.id
    and old.embedding is not null
    and chunk.embedding_status <> 'pending'
    and not exists (select from public.chunk_embeddings embedded where embedded.chunk_id = chunk.id);
end
$carry$;
--! EndIncluded carry/chunk_embeddings.sql

-- Only now: leaving an embedding behind is no change of its chunk.
create or replace trigger set_updated_at before update on public.transcript_chunks
  for each row execute function private.set_updated_at();

select pg_temp.add_constraint('public.chunk_embeddings', 'chunk_embeddings_pkey', 'primary key (chunk_id)');

-- All embeddings of a channel, which is what search reads, or, of a large one, only their bits, for which it needs the
-- index alone. It serves the foreign key too.
create index if not exists idx_chunk_embeddings_channel_id_chunk_id
  on public.chunk_embeddings (channel_id, chunk_id) include (bits);

select pg_temp.add_constraint(
  'public.chunk_embeddings', 'chunk_embeddings_channel_id_chunk_id_fkey',
  'foreign key (channel_id, chunk_id) references public.transcript_chunks (channel_id, id) on delete cascade'
);

-- No trigger and no timestamps: an embedding is replaced with its chunk.

comment on table public.chunk_embeddings is 'The embedding of a chunk, for chunks that have one.';
comment on column public.chunk_embeddings.channel_id is 'The chunk''s channel; a foreign key keeps the copy true.';
comment on column public.chunk_embeddings.embedding is '1536 dimensions in half precision; compared by cosine distance.';
comment on column public.chunk_embeddings.bits is 'The signs of the embedding''s numbers: what is near differs in few. Search finds candidates by them.';

-- User creators ------------------------------------------------------------------------------------------------------

--! Included functions/bound_times.sql
-- With the caller's rights: those whom row level security does not hold, the service and operators, may write any time.
create or replace function private.bound_times() returns trigger
language plpgsql security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  if not row_security_active(tg_relid) then
    return new;
  end if;
  if tg_table_name = 'user_creators' then
    -- How long somebody has followed is not theirs to say: publish_channel asks.
    new.added_at := now();
    return new;
  end if;
  if new.created_at not between '2005-01-01' and now() then
    new.created_at := now();
  end if;
  if tg_table_name = 'chat_messages' then
    return new;
  end if;
  new.updated_at := now();
  if tg_table_name = 'chat_sessions' then
    new.last_message_at := null;
  end if;
  return new;
end;
$$;
comment on function private.bound_times() is
  'Trigger: what users write was written at a time from 2005 until now; any other that they send is the server''s. When they followed, and when something changed, is the server''s always.';
revoke all on function private.bound_times() from public, anon, authenticated, service_role;
--! EndIncluded functions/bound_times.sql

-- A follow is a row of its own, so that plans can limit how many there are and a channel can be shared.
create table if not exists public.user_creators (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null default auth.uid(),
  channel_id uuid not null,
  added_at timestamptz not null default now()
);
alter table public.user_creators enable row level security;

--! Included carry/user_creators.sql
-- Every follow of a carried channel by an account that exists is carried, one per user and channel.
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
  where sorted.reason is null
  on conflict do nothing;

  get diagnostics carried = row_count;
  perform pg_temp.finish('user_creators', carried);
end
$carry$;
--! EndIncluded carry/user_creators.sql

select pg_temp.add_constraint('public.user_creators', 'user_creators_pkey', 'primary key (id)');
select pg_temp.add_constraint(
  'public.user_creators', 'user_creators_user_id_channel_id_key', 'unique (user_id, channel_id)'
);

select pg_temp.add_constraint(
  'public.user_creators', 'user_creators_user_id_fkey',
  'foreign key (user_id) references auth.users (id) on delete cascade'
);
select pg_temp.add_constraint(
  'public.user_creators', 'user_creators_channel_id_fkey',
  'foreign key (channel_id) references public.channels (id) on delete cascade'
);

-- For the foreign key, and for counting a channel's followers.
create index if not exists idx_user_creators_channel_id on public.user_creators (channel_id);

create or replace trigger bound_times before insert on public.user_creators
  for each row execute function private.bound_times();

comment on table public.user_creators is 'Which channels a user follows.';

-- Chat sessions ------------------------------------------------------------------------------------------------------

-- One per user and channel: the app finds it or creates it, and never has to choose.
create table if not exists public.chat_sessions (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null default auth.uid(),
  channel_id uuid not null,
  title text,
  last_message_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint chat_sessions_title_check check (char_length(title) <= 200)
);
alter table public.chat_sessions enable row level security;

-- Each message changes its session, in the same page where there is room.
alter table public.chat_sessions set (fillfactor = 90);

--! Included carry/chat_sessions.sql
-- Every session of an account that exists with a carried channel is carried, one per user and channel. Afterwards
-- pg_temp.sorted_chat_sessions says which session takes the messages of each old one.
do $carry$
declare
  roles constant text[] := enum_range(null::public.message_role)::text[];
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
    coalesce(there.id, first_value(old.id) over same) as kept_id,
    case
      when chatter.id is null then 'orphan-user'
      when keys.channel_id is null then 'orphan-channel'
      when there.id is not null or row_number() over same > 1 then 'duplicate'
    end as reason
  from legacy.chat_sessions old
  left join auth.users chatter on chatter.id = old.user_id
  left join pg_temp.channel_keys keys on keys.key = old.channel_id
  left join public.chat_sessions there on there.user_id = old.user_id and there.channel_id = keys.channel_id
  window same as (partition by old.user_id, keys.channel_id order by old.created_at, old.id);
  analyze pg_temp.sorted_chat_sessions;

  insert into public.chat_sessions (id, user_id, channel_id, last_message_at, created_at, updated_at)
  select
    old.id,
    old.user_id,
    sorted.channel_id,
    -- A message without a time gets its session's.
    greatest(latest.created_at, case when latest.undated then coalesce(old.created_at, old.updated_at, now()) end),
    coalesce(old.created_at, old.updated_at, now()),
    coalesce(old.updated_at, old.created_at, now())
  from legacy.chat_sessions old
  join pg_temp.sorted_chat_sessions sorted on sorted.id = old.id
  left join (
    select session.kept_id, max(message.created_at) as created_at, bool_or(message.created_at is null) as undated
    from legacy.chat_messages message
    join pg_temp.sorted_chat_sessions session on session.id = message.session_id
    where message.content is not null and message.role = any (roles)
    group by session.kept_id
  ) latest on latest.kept_id = old.id
  where sorted.reason is null
  on conflict do nothing;

  get diagnostics carried = row_count;
  perform pg_temp.finish('chat_sessions', carried);
end
$carry$;
--! EndIncluded carry/chat_sessions.sql

select pg_temp.add_constraint('public.chat_sessions', 'chat_sessions_pkey', 'primary key (id)');
select pg_temp.add_constraint(
  'public.chat_sessions', 'chat_sessions_user_id_channel_id_key', 'unique (user_id, channel_id)'
);
-- What messages refer to, so that their copy of the user can't lie.
select pg_temp.add_constraint('public.chat_sessions', 'chat_sessions_user_id_id_key', 'unique (user_id, id)');
-- What saved answers refer to, for the same reason. It serves chat_sessions_channel_id_fkey too.
select pg_temp.add_constraint(
  'public.chat_sessions', 'chat_sessions_channel_id_user_id_id_key', 'unique (channel_id, user_id, id)'
);

select pg_temp.add_constraint(
  'public.chat_sessions', 'chat_sessions_user_id_fkey',
  'foreign key (user_id) references auth.users (id) on delete cascade'
);
select pg_temp.add_constraint(
  'public.chat_sessions', 'chat_sessions_channel_id_fkey',
  'foreign key (channel_id) references public.channels (id) on delete cascade'
);

create or replace trigger set_updated_at before update on public.chat_sessions
  for each row execute function private.set_updated_at();

create or replace trigger bound_times before insert on public.chat_sessions
  for each row execute function private.bound_times();

comment on table public.chat_sessions is 'A user''s conversation with a channel. One per user and channel.';
comment on column public.chat_sessions.title is 'What the user calls it; null for the channel''s name.';
comment on column public.chat_sessions.last_message_at is 'When the latest message was written; null before the first.';

-- Chat messages ------------------------------------------------------------------------------------------------------

-- A message knows its user, so that its policy asks no other table.
create table if not exists public.chat_messages (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null default auth.uid(),
  session_id uuid not null,
  role public.message_role not null,
  content text not null,
  sources jsonb,
  created_at timestamptz not null default now()
);
alter table public.chat_messages enable row level security;

--! Included carry/chat_messages.sql
-- Every message of a carried session is carried, to the session that was kept, if it has content and a known role.
do $carry$
declare
  roles constant text[] := enum_range(null::public.message_role)::text[];
  carried bigint;
begin
  if pg_temp.is_carried('chat_messages') then
    return;
  end if;

  -- The session of each old one: itself, or the one that was kept.
  create temporary table session_keys on commit drop as
  select sorted.id as key, session.id, session.user_id, session.created_at
  from pg_temp.sorted_chat_sessions sorted
  join public.chat_sessions session on session.id = sorted.kept_id
  union all
  select session.id, session.id, session.user_id, session.created_at
  from public.chat_sessions session
  where not exists (select from pg_temp.sorted_chat_sessions sorted where sorted.id = session.id);
  analyze pg_temp.session_keys;

  -- Only those that can't be carried: of the others there are too many to be written down twice.
  create temporary table sorted_chat_messages on commit drop as
  select
    old.id,
    case
      when session.id is null then 'orphan-session'
      when old.content is null then 'missing-content'
      else 'unknown-role'
    end as reason
  from legacy.chat_messages old
  left join pg_temp.session_keys session on session.key = old.session_id
  where session.id is null or old.content is null or old.role is null or old.role <> all (roles);
  analyze pg_temp.sorted_chat_messages;

  insert into public.chat_messages (id, user_id, session_id, role, content, sources, created_at)
  select
    old.id,
    session.user_id,
    session.id,
    old.role::public.message_role,
    old.content,
    old.sources,
    coalesce(old.created_at, session.created_at)
  from legacy.chat_messages old
  join pg_temp.session_keys session on session.key = old.session_id
  where not exists (select from pg_temp.sorted_chat_messages aside where aside.id = old.id)
  on conflict do nothing;

  get diagnostics carried = row_count;
  perform pg_temp.finish('chat_messages', carried);
end
$carry$;
--! EndIncluded carry/chat_messages.sql

select pg_temp.add_constraint('public.chat_messages', 'chat_messages_pkey', 'primary key (id)');

-- What saved answers refer to, so that their copy of the session can't lie.
select pg_temp.add_constraint('public.chat_messages', 'chat_messages_session_id_id_key', 'unique (session_id, id)');

select pg_temp.add_constraint(
  'public.chat_messages', 'chat_messages_user_id_session_id_fkey',
  'foreign key (user_id, session_id) references public.chat_sessions (user_id, id) on delete cascade'
);

--! Included functions/hold_session.sql
-- As hold_channel() for channels: whoever writes a message has a key-share lock on its session by the foreign key.
create or replace function private.hold_session(p_id uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  for try in 1..500 loop
    perform from public.chat_sessions session where session.id = p_id for no key update skip locked;
    exit when found;
    perform from public.chat_sessions session where session.id = p_id;
    exit when not found;
    perform pg_sleep(0.002);
  end loop;
end;
$$;
comment on function private.hold_session(uuid) is
  'Locks a session that is about to be changed, without queueing behind somebody who deletes it.';
-- For triggers.
revoke all on function private.hold_session(uuid) from public, anon, authenticated, service_role;
--! EndIncluded functions/hold_session.sql
--! Included functions/note_last_message.sql
-- Definer rights: last_message_at is not the user's to write. Sessions in one order, so that two who write can't wait for
-- each other.
create or replace function private.note_last_message() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  latest record;
begin
  for latest in
    select session_id, max(created_at) as created_at
    from inserted
    group by session_id
    order by session_id
  loop
    perform private.hold_session(latest.session_id);
    update public.chat_sessions session
    set last_message_at = greatest(session.last_message_at, latest.created_at)
    where session.id = latest.session_id;
  end loop;
  return null;
end;
$$;
comment on function private.note_last_message() is 'Trigger: a session knows when its latest message was written.';
revoke all on function private.note_last_message() from public, anon, authenticated, service_role;
--! EndIncluded functions/note_last_message.sql

create or replace trigger note_last_message after insert on public.chat_messages
  referencing new table as inserted
  for each statement execute function private.note_last_message();

create or replace trigger bound_times before insert on public.chat_messages
  for each row execute function private.bound_times();

comment on table public.chat_messages is 'What was said in a session, by the user and by the assistant. Never changed.';
comment on column public.chat_messages.user_id is 'The session''s user, also of what the assistant said; a foreign key keeps the copy true.';
comment on column public.chat_messages.sources is 'The passages an answer rests on.';

-- Saved answers ------------------------------------------------------------------------------------------------------

-- A copy, so that it outlives the message and the session. With the channel it goes: what it quotes is its creator's.
create table if not exists public.saved_answers (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null default auth.uid(),
  channel_id uuid not null,
  session_id uuid,
  message_id uuid,
  question text,
  content text not null,
  sources jsonb,
  note text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint saved_answers_pkey primary key (id),
  -- It serves saved_answers_user_id_fkey too.
  constraint saved_answers_user_id_message_id_key unique (user_id, message_id),
  -- As much as a message takes.
  constraint saved_answers_question_check check (char_length(question) <= 32768),
  constraint saved_answers_content_check check (char_length(content) <= 32768),
  constraint saved_answers_sources_check check (octet_length(sources::text) <= 65536),
  constraint saved_answers_note_check check (char_length(note) <= 10000),
  -- Without its session, a message could be of any user and channel.
  constraint saved_answers_session_id_message_id_check check (session_id is not null or message_id is null),
  constraint saved_answers_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint saved_answers_channel_id_fkey foreign key (channel_id) references public.channels (id) on delete cascade,
  -- Each sets only its own column to null when its parent is gone: the answer stays its user's and its channel's.
  constraint saved_answers_channel_id_user_id_session_id_fkey foreign key (channel_id, user_id, session_id)
    references public.chat_sessions (channel_id, user_id, id) on delete set null (session_id),
  constraint saved_answers_session_id_message_id_fkey foreign key (session_id, message_id)
    references public.chat_messages (session_id, id) on delete set null (message_id)
);
alter table public.saved_answers enable row level security;

-- For the foreign keys to the channel and to the session.
create index if not exists idx_saved_answers_channel_id_user_id_session_id
  on public.saved_answers (channel_id, user_id, session_id);
-- For the foreign key to the message.
create index if not exists idx_saved_answers_session_id_message_id on public.saved_answers (session_id, message_id);

--! Included functions/settle_saved_answer.sql
-- Keeps message and session together, whichever of the foreign keys comes first: a saved answer that lost its session
-- has lost its message too, and one that names a message only is of that message's session.
create or replace function private.settle_saved_answer() returns trigger
language plpgsql security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  if new.session_id is null and new.message_id is not null then
    if tg_op = 'UPDATE' then
      new.message_id := null;
    else
      select message.session_id into new.session_id
      from public.chat_messages message
      where message.id = new.message_id and message.user_id = new.user_id;
    end if;
  end if;
  return new;
end;
$$;
comment on function private.settle_saved_answer() is 'Trigger: a saved answer that knows its message knows the session, and loses both together.';
revoke all on function private.settle_saved_answer() from public, anon, authenticated, service_role;
--! EndIncluded functions/settle_saved_answer.sql

create or replace trigger settle_saved_answer before insert or update of session_id on public.saved_answers
  for each row execute function private.settle_saved_answer();

create or replace trigger set_updated_at before update on public.saved_answers
  for each row execute function private.set_updated_at();

create or replace trigger bound_times before insert on public.saved_answers
  for each row execute function private.bound_times();

comment on table public.saved_answers is 'Answers that users keep, as copies. One per user and message.';
comment on column public.saved_answers.session_id is 'Where it was said; null when that session is gone.';
comment on column public.saved_answers.message_id is 'The message it copies; null when that is gone.';
comment on column public.saved_answers.question is 'What the answer answers; null when it is not known.';
comment on column public.saved_answers.sources is 'The passages the answer rests on.';
comment on column public.saved_answers.note is 'What the user says about it; the only part that changes.';

-- Voice conversations ------------------------------------------------------------------------------------------------

-- Kept apart from chat messages: it is one document per conversation, with a duration, and search does not read it.
create table if not exists public.voice_conversations (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null default auth.uid(),
  channel_id uuid not null,
  -- Two billion seconds are 68 years.
  duration_seconds integer not null default 0, -- squawk-ignore prefer-bigint-over-int
  transcript jsonb not null default '[]',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint voice_conversations_pkey primary key (id),
  constraint voice_conversations_duration_seconds_check check (duration_seconds >= 0),
  -- Some hours of speech.
  constraint voice_conversations_transcript_check check (octet_length(transcript::text) <= 262144),
  constraint voice_conversations_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint voice_conversations_channel_id_fkey foreign key (channel_id)
    references public.channels (id) on delete cascade
);
alter table public.voice_conversations enable row level security;

-- For the foreign key: deleting a channel must find what was said with it.
create index if not exists idx_voice_conversations_channel_id on public.voice_conversations (channel_id);

create or replace trigger set_updated_at before update on public.voice_conversations
  for each row execute function private.set_updated_at();

create or replace trigger bound_times before insert on public.voice_conversations
  for each row execute function private.bound_times();

comment on table public.voice_conversations is 'What a user and a channel said to each other aloud.';
comment on column public.voice_conversations.transcript is 'Who said what, in order.';

-- Row counts ---------------------------------------------------------------------------------------------------------

-- How many rows a user has in each table that a plan limits, so that a limit is one look at one row. After those tables: an
-- account that is deleted loses its rows in this order, and what counts them locks the count last.
create table if not exists private.user_row_counts (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  table_name text not null,
  row_count bigint not null,
  constraint user_row_counts_pkey primary key (id),
  -- It serves user_row_counts_user_id_fkey too.
  constraint user_row_counts_user_id_table_name_key unique (user_id, table_name),
  constraint user_row_counts_row_count_check check (row_count >= 0),
  constraint user_row_counts_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade
);
alter table private.user_row_counts enable row level security;

-- Each message changes a row, in the same page where there is room.
alter table private.user_row_counts set (fillfactor = 90);

--! Included carry/user_row_counts.sql
-- Every user's count of sessions and of messages is the number of those that were carried. From then on triggers keep it.
do $count$
begin
  if to_regclass('pg_temp.sorted_chat_messages') is null then
    return;
  end if;

  insert into private.user_row_counts (user_id, table_name, row_count)
  select session.user_id, 'chat_sessions', count(*)
  from public.chat_sessions session
  group by session.user_id
  union all
  select message.user_id, 'chat_messages', count(*)
  from public.chat_messages message
  group by message.user_id
  on conflict (user_id, table_name) do update set row_count = excluded.row_count;
end
$count$;
--! EndIncluded carry/user_row_counts.sql

comment on table private.user_row_counts is 'How many rows a user has in a table that a plan limits. Kept by trigger.';
comment on column private.user_row_counts.table_name is 'A table of public; a user without a row has none there.';

-- No policy and no grant: nobody writes a count themselves.

-- Daily usage --------------------------------------------------------------------------------------------------------

-- Analytics read this and never scan messages. It goes on counting what users have deleted since.
create table if not exists public.usage_daily (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  day date not null default (now() at time zone 'UTC')::date,
  -- Of one user on one day.
  messages_sent integer not null default 0, -- squawk-ignore prefer-bigint-over-int
  creators_added integer not null default 0, -- squawk-ignore prefer-bigint-over-int
  videos_indexed integer not null default 0, -- squawk-ignore prefer-bigint-over-int
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint usage_daily_pkey primary key (id),
  constraint usage_daily_user_id_day_key unique (user_id, day),
  constraint usage_daily_messages_sent_check check (messages_sent >= 0),
  constraint usage_daily_creators_added_check check (creators_added >= 0),
  constraint usage_daily_videos_indexed_check check (videos_indexed >= 0),
  constraint usage_daily_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade
);
alter table public.usage_daily enable row level security;

-- Each question changes a row, in the same page where there is room.
alter table public.usage_daily set (fillfactor = 90);

create or replace trigger set_updated_at before update on public.usage_daily
  for each row execute function private.set_updated_at();

comment on table public.usage_daily is 'What a user did on a day. One row per user and day on which there was something.';
comment on column public.usage_daily.day is 'A UTC day.';
comment on column public.usage_daily.messages_sent is 'Questions asked on that day.';
comment on column public.usage_daily.creators_added is 'Channels followed on that day.';
comment on column public.usage_daily.videos_indexed is 'Videos taken in for the user on that day.';

-- User usage ---------------------------------------------------------------------------------------------------------

-- The current plan and today's counters in one row per user, so that a question is counted and limited in one update.
create table if not exists public.user_usage (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  plan_id uuid not null,
  plan_started_at timestamptz not null default now(),
  plan_expires_at timestamptz,
  -- Of one user on one day; the total is a bigint.
  messages_sent_today integer not null default 0, -- squawk-ignore prefer-bigint-over-int
  usage_date date not null default (now() at time zone 'UTC')::date,
  messages_sent_total bigint not null default 0,
  -- Of one user, whom the plan limits.
  creators_added integer not null default 0, -- squawk-ignore prefer-bigint-over-int
  videos_indexed integer not null default 0, -- squawk-ignore prefer-bigint-over-int
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint user_usage_plan_started_at_plan_expires_at_check check (plan_expires_at > plan_started_at),
  constraint user_usage_messages_sent_today_check check (messages_sent_today >= 0),
  constraint user_usage_messages_sent_today_messages_sent_total_check
    check (messages_sent_total >= messages_sent_today),
  constraint user_usage_creators_added_check check (creators_added >= 0),
  constraint user_usage_videos_indexed_check check (videos_indexed >= 0)
);
alter table public.user_usage enable row level security;

-- Each question changes a row, in the same page where there is room.
alter table public.user_usage set (fillfactor = 90);

--! Included carry/user_usage.sql
-- Every old usage row of an account that exists is carried, one per user, and afterwards every account has one.
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
  where sorted.reason is null
  on conflict do nothing;

  get diagnostics carried = row_count;
  perform pg_temp.finish('user_usage', carried);

  -- Whoever had none gets what a new account gets.
  insert into public.user_usage (user_id, plan_id)
  select holder.id, plan.id
  from auth.users holder
  join public.plans plan on plan.code = 'free'
  where not exists (select from public.user_usage used where used.user_id = holder.id);
end
$carry$;
--! EndIncluded carry/user_usage.sql
--! Included carry/accounts.sql
-- Every account has the role user; and every day on which somebody asked or followed something has a row of usage, counted
-- from what is still there. No old table kept either.
do $count$
begin
  if to_regclass('pg_temp.sorted_user_usage') is null then
    return;
  end if;

  insert into public.user_roles (user_id, role)
  select holder.id, 'user'
  from auth.users holder
  on conflict do nothing;

  insert into public.usage_daily (user_id, day, messages_sent, creators_added)
  select done.user_id, done.day, sum(done.messages), sum(done.creators)
  from (
    select message.user_id, (message.created_at at time zone 'UTC')::date as day, count(*) as messages, 0 as creators
    from public.chat_messages message
    where message.role = 'user'
    group by message.user_id, (message.created_at at time zone 'UTC')::date
    union all
    select follow.user_id, (follow.added_at at time zone 'UTC')::date, 0, count(*)
    from public.user_creators follow
    group by follow.user_id, (follow.added_at at time zone 'UTC')::date
  ) done
  group by done.user_id, done.day;
end
$count$;
--! EndIncluded carry/accounts.sql

select pg_temp.add_constraint('public.user_usage', 'user_usage_pkey', 'primary key (id)');
select pg_temp.add_constraint('public.user_usage', 'user_usage_user_id_key', 'unique (user_id)');

select pg_temp.add_constraint(
  'public.user_usage', 'user_usage_user_id_fkey',
  'foreign key (user_id) references auth.users (id) on delete cascade'
);
select pg_temp.add_constraint(
  'public.user_usage', 'user_usage_plan_id_fkey',
  'foreign key (plan_id) references public.plans (id) on delete restrict'
);

-- For the foreign key, and for counting the users of a plan.
create index if not exists idx_user_usage_plan_id on public.user_usage (plan_id);

create or replace trigger set_updated_at before update on public.user_usage
  for each row execute function private.set_updated_at();

comment on table public.user_usage is 'The plan of a user, and how much of it is used. One a user.';
comment on column public.user_usage.plan_expires_at is 'When the plan ends; null for never.';
comment on column public.user_usage.messages_sent_today is 'Questions asked on usage_date; on any later day it counts as zero.';
comment on column public.user_usage.usage_date is 'The UTC day that messages_sent_today is about.';
comment on column public.user_usage.messages_sent_total is 'Questions asked, ever.';
comment on column public.user_usage.creators_added is
  'How many channels the user follows, as of the last time somebody followed or unfollowed; what came from before is as it was.';

-- Public chat limits -------------------------------------------------------------------------------------------------

-- Visitors without an account are counted per channel, so that a public channel can be asked without signing in.
create table if not exists public.public_chat_limits (
  id uuid not null default gen_random_uuid(),
  channel_id uuid not null,
  identifier text not null,
  -- Of one visitor on one day.
  messages_today integer not null default 0, -- squawk-ignore prefer-bigint-over-int
  usage_date date not null default (now() at time zone 'UTC')::date,
  created_at timestamptz not null default now(),
  constraint public_chat_limits_messages_today_check check (messages_today >= 0)
);
alter table public.public_chat_limits enable row level security;

-- Each question changes a row, in the same page where there is room.
alter table public.public_chat_limits set (fillfactor = 90);

--! Included carry/public_chat_limits.sql
-- Every limit of a carried channel is carried that says whose it is, one per channel and visitor.
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
      when old.identifier is null then 'missing-key'
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
  where sorted.reason is null
  on conflict do nothing;

  get diagnostics carried = row_count;
  perform pg_temp.finish('public_chat_limits', carried);
end
$carry$;
--! EndIncluded carry/public_chat_limits.sql

select pg_temp.add_constraint('public.public_chat_limits', 'public_chat_limits_pkey', 'primary key (id)');
-- In this order it serves public_chat_limits_channel_id_fkey too.
select pg_temp.add_constraint(
  'public.public_chat_limits', 'public_chat_limits_channel_id_identifier_key', 'unique (channel_id, identifier)'
);

select pg_temp.add_constraint(
  'public.public_chat_limits', 'public_chat_limits_channel_id_fkey',
  'foreign key (channel_id) references public.channels (id) on delete cascade'
);

comment on table public.public_chat_limits is 'How often somebody without an account asked a public channel on a day.';
comment on column public.public_chat_limits.identifier is 'A browser''s fingerprint or an address: personal data, so it is purged.';
comment on column public.public_chat_limits.usage_date is 'The UTC day that messages_today is about.';

-- Error logs ---------------------------------------------------------------------------------------------------------

-- One place for what edge functions report, so that admins can look for errors by function, severity and request.
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
  created_at timestamptz not null default now()
);
alter table public.error_logs enable row level security;

--! Included carry/error_logs.sql
-- Every logged error is carried that says what failed and how.
do $carry$
declare
  carried bigint;
begin
  if pg_temp.is_carried('error_logs') then
    return;
  end if;

  create temporary table sorted_error_logs on commit drop as
  select old.id, case when old.service is null or old.error_message is null then 'missing-content' end as reason
  from legacy.error_logs old;

  insert into public.error_logs (id, function_name, message, details, created_at)
  select old.id, old.service, old.error_message, old.error_details, coalesce(old.created_at, now())
  from legacy.error_logs old
  join pg_temp.sorted_error_logs sorted on sorted.id = old.id
  where sorted.reason is null
  on conflict do nothing;

  get diagnostics carried = row_count;
  perform pg_temp.finish('error_logs', carried);
end
$carry$;
--! EndIncluded carry/error_logs.sql

select pg_temp.add_constraint('public.error_logs', 'error_logs_pkey', 'primary key (id)');

select pg_temp.add_constraint(
  'public.error_logs', 'error_logs_user_id_fkey',
  'foreign key (user_id) references auth.users (id) on delete set null'
);

-- For the foreign key: deleting a user must find the errors that they met.
create index if not exists idx_error_logs_user_id on public.error_logs (user_id);

comment on table public.error_logs is 'Errors that edge functions reported.';
comment on column public.error_logs.function_name is 'The edge function, or the part of it, that failed.';
comment on column public.error_logs.error_code is 'A code that programs can tell apart, such as an SQLSTATE or an HTTP status.';
comment on column public.error_logs.request_id is 'Ties together what one request logged.';
comment on column public.error_logs.user_id is 'Whose request it was; null when nobody''s, or the user is gone.';

-- Operation locks ----------------------------------------------------------------------------------------------------

-- Who may work on what at the moment. A lock that is not renewed expires, so that a crash holds nothing for ever.
create table if not exists public.operation_locks (
  id uuid not null default gen_random_uuid(),
  lock_key text not null,
  user_id uuid,
  operation_type text not null,
  fencing_token bigint not null generated always as identity,
  acquired_at timestamptz not null default now(),
  expires_at timestamptz not null,
  metadata jsonb not null default '{}',
  constraint operation_locks_pkey primary key (id),
  constraint operation_locks_lock_key_key unique (lock_key),
  constraint operation_locks_lock_key_check check (length(lock_key) between 1 and 255),
  constraint operation_locks_operation_type_check check (length(operation_type) between 1 and 100),
  constraint operation_locks_metadata_check check (octet_length(metadata::text) <= 16384),
  constraint operation_locks_acquired_at_expires_at_check check (expires_at >= acquired_at),
  constraint operation_locks_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade
);
alter table public.operation_locks enable row level security;

-- For the foreign key: deleting a user must find the locks taken for them.
create index if not exists idx_operation_locks_user_id on public.operation_locks (user_id);

comment on table public.operation_locks is 'Locks of operations that must not run twice at once, such as taking in a channel.';
comment on column public.operation_locks.lock_key is 'What is locked, such as a channel''s pipeline.';
comment on column public.operation_locks.user_id is 'For whom; null for nobody in particular.';
comment on column public.operation_locks.operation_type is 'What is being done.';
comment on column public.operation_locks.fencing_token is
  'Grows with each taking of any lock, so that what an earlier holder still sends can be told and refused.';
comment on column public.operation_locks.expires_at is 'From then on anybody may take it over.';

-- Remembered requests ------------------------------------------------------------------------------------------------

-- What has been asked already, so that asking again does nothing again.
create table if not exists public.request_idempotency (
  id uuid not null default gen_random_uuid(),
  user_id uuid,
  begun_by public.request_caller not null default 'service',
  operation_type text not null,
  idempotency_key text not null,
  request_hash text not null,
  status public.request_status not null default 'in_progress',
  response jsonb,
  locked_until timestamptz,
  completed_at timestamptz,
  expires_at timestamptz not null default now() + interval '24 hours',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint request_idempotency_pkey primary key (id),
  -- Requests without a user can't share a key either. It serves request_idempotency_user_id_fkey too.
  constraint request_idempotency_user_id_begun_by_operation_type_idempot_key
    unique nulls not distinct (user_id, begun_by, operation_type, idempotency_key),
  constraint request_idempotency_user_id_begun_by_check check (user_id is not null or begun_by = 'service'),
  -- As begin_request allows, and so that an index can hold them.
  constraint request_idempotency_operation_type_check check (length(operation_type) between 1 and 100),
  constraint request_idempotency_idempotency_key_check check (length(idempotency_key) between 1 and 255),
  constraint request_idempotency_request_hash_check check (length(request_hash) between 1 and 255),
  constraint request_idempotency_response_check check (octet_length(response::text) <= 65536),
  -- There is a lease while it is being done, and at no other time.
  constraint request_idempotency_status_locked_until_check
    check ((status = 'in_progress') = (locked_until is not null)),
  constraint request_idempotency_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade
);
alter table public.request_idempotency enable row level security;

create or replace trigger set_updated_at before update on public.request_idempotency
  for each row execute function private.set_updated_at();

comment on table public.request_idempotency is 'Requests that must not be done twice, and what was answered. Keys are per user, who began it, and operation.';
comment on column public.request_idempotency.user_id is 'Whose request; null for a service''s own.';
comment on column public.request_idempotency.begun_by is
  'The user''s own client, or the service, for the user or for itself: only they complete it.';
comment on column public.request_idempotency.idempotency_key is 'The client''s name for the request, the same when it asks again.';
comment on column public.request_idempotency.request_hash is 'Tells apart two requests that were given one key by mistake.';
comment on column public.request_idempotency.response is 'What was answered, to be answered again; null until then.';
comment on column public.request_idempotency.locked_until is 'Until then whoever started it is given time; null when it is done or failed.';
comment on column public.request_idempotency.completed_at is 'When it was done or failed; null while in progress.';
comment on column public.request_idempotency.expires_at is 'From then on it may be forgotten.';

-- Audit log ----------------------------------------------------------------------------------------------------------

-- What must stay known. Triggers write it, and what it says stays: not even the service may change it.
create table if not exists public.audit_log (
  id uuid not null default gen_random_uuid(),
  actor_id uuid,
  action public.audit_action not null,
  table_name text not null,
  record_id uuid not null,
  old_record jsonb,
  new_record jsonb,
  created_at timestamptz not null default now(),
  constraint audit_log_pkey primary key (id)
  -- No foreign key: an entry outlives its actor and its row.
);
alter table public.audit_log enable row level security;

--! Included functions/audit_refuse.sql
create or replace function private.audit_refuse() returns trigger
language plpgsql security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'public.audit_log is append-only: no % of what was written', lower(tg_op)
    using errcode = 'insufficient_privilege';
end;
$$;
comment on function private.audit_refuse() is 'Trigger: what the audit log says stays, whoever asks.';
revoke all on function private.audit_refuse() from public, anon, authenticated, service_role;
--! EndIncluded functions/audit_refuse.sql

create or replace trigger audit_refuse before update or delete or truncate on public.audit_log
  for each statement execute function private.audit_refuse();

comment on table public.audit_log is 'Who changed roles and plans, deleted channels and published them. Append-only.';
comment on column public.audit_log.actor_id is 'The user who did it; null for the service and for operators.';
comment on column public.audit_log.table_name is 'The table, with its schema.';
comment on column public.audit_log.record_id is 'The row, which may be gone.';
comment on column public.audit_log.old_record is 'The row before; null when it is new.';
comment on column public.audit_log.new_record is 'The row after; null when it is gone.';

-- Only from here on, so that what the migration carried is not logged as a change.
--! Included functions/audit_write.sql
-- Definer rights, since nobody may write here. The trigger's argument says what happened.
create or replace function private.audit_write() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.audit_log (actor_id, action, table_name, record_id, old_record, new_record)
  values (
    (select auth.uid()),
    tg_argv[0]::public.audit_action,
    tg_table_schema || '.' || tg_table_name,
    coalesce(new.id, old.id),
    to_jsonb(old),
    to_jsonb(new)
  );
  return null;
end;
$$;
comment on function private.audit_write() is 'Trigger: writes who did what to which row, and the row before and after.';
revoke all on function private.audit_write() from public, anon, authenticated, service_role;
--! EndIncluded functions/audit_write.sql

-- Not the role user that an account gets when it is created and loses when it is deleted.
create or replace trigger audit_role_granted after insert on public.user_roles
  for each row when (new.role <> 'user' or pg_trigger_depth() = 0)
  execute function private.audit_write('role_granted');
create or replace trigger audit_role_changed after update on public.user_roles
  for each row when ((old.user_id, old.role) is distinct from (new.user_id, new.role))
  execute function private.audit_write('role_changed');
create or replace trigger audit_role_revoked after delete on public.user_roles
  for each row when (old.role <> 'user' or pg_trigger_depth() = 0)
  execute function private.audit_write('role_revoked');

-- Not the plan that comes with a new account.
create or replace trigger audit_plan_given after insert on public.user_usage
  for each row when (pg_trigger_depth() = 0) execute function private.audit_write('plan_changed');
create or replace trigger audit_plan_changed after update on public.user_usage
  for each row when (
    (old.user_id, old.plan_id, old.plan_expires_at) is distinct from (new.user_id, new.plan_id, new.plan_expires_at)
  )
  execute function private.audit_write('plan_changed');

create or replace trigger audit_channel_published_new after insert on public.channels
  for each row when (new.public_slug is not null) execute function private.audit_write('channel_published');
create or replace trigger audit_channel_published after update on public.channels
  for each row when (old.public_slug is null and new.public_slug is not null)
  execute function private.audit_write('channel_published');
create or replace trigger audit_channel_slug_changed after update on public.channels
  for each row when (old.public_slug <> new.public_slug)
  execute function private.audit_write('channel_slug_changed');
create or replace trigger audit_channel_unpublished after update on public.channels
  for each row when (old.public_slug is not null and new.public_slug is null)
  execute function private.audit_write('channel_unpublished');
create or replace trigger audit_channel_deleted after delete on public.channels
  for each row execute function private.audit_write('channel_deleted');

-- Sign-up ------------------------------------------------------------------------------------------------------------

--! Included functions/handle_new_user.sql
-- Definer rights, since whoever inserts the account has none in public. Each row is tried by itself: an account without
-- a profile can be mended later, a person who could not sign up is gone. What failed is in the error log.
create or replace function private.handle_new_user() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  failures text[] := '{}'::text[];
begin
  begin
    insert into public.profiles (id, display_name, avatar_url)
    values (
      new.id,
      private.display_name_of(new.raw_user_meta_data, new.email),
      private.avatar_url_of(new.raw_user_meta_data)
    )
    on conflict do nothing;
  exception
    when others then
      failures := failures || format('profile: %s', sqlerrm);
  end;

  begin
    insert into public.user_roles (user_id, role) values (new.id, 'user') on conflict do nothing;
  exception
    when others then
      failures := failures || format('role: %s', sqlerrm);
  end;

  begin
    insert into public.user_usage (user_id, plan_id)
    values (new.id, (select plan.id from public.plans plan where plan.code = 'free'))
    on conflict do nothing;
  exception
    when others then
      failures := failures || format('usage: %s', sqlerrm);
  end;

  if cardinality(failures) > 0 then
    begin
      insert into public.error_logs (function_name, message, details, user_id)
      values ('handle_new_user', 'A new account lacks rows of its own.', to_jsonb(failures), new.id);
    exception
      when others then
        raise warning 'handle_new_user: %', failures;
    end;
  end if;
  return null;
end;
$$;
comment on function private.handle_new_user() is
  'Trigger: a new account gets a profile, the role user and the free plan, and is made even when these cannot be.';
revoke all on function private.handle_new_user() from public, anon, authenticated, service_role;
--! EndIncluded functions/handle_new_user.sql

create or replace trigger handle_new_user after insert on auth.users
  for each row execute function private.handle_new_user();

-- What stays and depended on the old tables --------------------------------------------------------------------------

--! Included legacy/reconnect.sql
-- Guarantees that what depended on the old tables and stays has the new tables where it had the old ones: publications,
-- roles of the database's own, policies, foreign keys and views. Otherwise the migration ends here, names what can't be
-- had, and has changed nothing.
do $reconnect$
declare
  path constant text := current_setting('search_path');
  connecting record;
  statement text;
begin
  perform set_config('search_path', 'pg_catalog, pg_temp', true);
  for connecting in
    -- What publishes some rows or columns only is left to a person.
    select
      1 as place,
      0 as depth,
      format('publication %I of public.%I', publication.pubname, old.table_name) as subject,
      case
        when published.prqual is null and published.prattrs is null then array[
          format('alter publication %I drop table legacy.%I', publication.pubname, old.table_name),
          format('alter publication %I add table public.%I', publication.pubname, old.table_name)
        ]
        else '{}'
      end as statements,
      case
        when published.prqual is null and published.prattrs is null then 'It publishes the new table.'
        else 'It publishes some rows or columns of the old table still, which nobody writes: decide what of the new one.'
      end as note
    from pg_publication_rel published
    join pg_publication publication on publication.oid = published.prpubid
    join pg_temp.old_tables old on old.relation = published.prrelid and old.known
    union all
    select 2, 0, format('role %s on schema public', own.rolname), array[format('grant usage on schema public to %I', own.rolname)], null
    from pg_temp.own_roles own
    union all
    -- Row level security holds them too.
    select
      3,
      0,
      format('role %s on public.%I', granted.grantee::regrole, old.table_name),
      array_agg(
        format('grant %s on table public.%I to %s', granted.privilege_type, old.table_name, granted.grantee::regrole)
        order by granted.privilege_type
      ),
      'What it might do with the old table, it may do with the new one.'
    from pg_temp.old_tables old
    join pg_class relation on relation.oid = old.relation
    cross join aclexplode(relation.relacl) granted
    join pg_temp.own_roles own on own.oid = granted.grantee
    where old.known and granted.grantee <> relation.relowner
    group by granted.grantee, old.table_name
    union all
    select
      4,
      0,
      format('policy %I on %s', policy.polname, policy.relation),
      array[policy.statement],
      'It asked old tables, and asks the new ones.'
    from pg_temp.policies_in_the_way policy
    where not policy.of_old
    union all
    -- First without a look at the rows that are there, which a partitioned table does not know.
    select
      5,
      0,
      format('foreign key %I of %s', incoming.conname, incoming.relation),
      array[
        format(
          'alter table %s add constraint %I %s%s', incoming.relation, incoming.conname,
          regexp_replace(
            regexp_replace(incoming.definition, ' NOT VALID$', ''),
            'REFERENCES [^(]+\([^)]+\)', format('REFERENCES public.%I(%I)', incoming.table_name, incoming.new_column)
          ),
          case when not incoming.partitioned then ' not valid' end
        )
      ] || case
        when incoming.validated and not incoming.partitioned
          then array[format('alter table %s validate constraint %I', incoming.relation, incoming.conname)]
        else '{}'
      end,
      'It refers to the new table.'
    from pg_temp.incoming_keys incoming
    union all
    select
      6,
      viewing.depth,
      format('view %s', viewing.name),
      array[
        format(
          'create %s %s %s as %s', viewing.kind, viewing.name,
          'with (' || nullif(concat_ws(
            ', ',
            (select string_agg(option, ', ') from unnest(viewing.reloptions) option where option not like 'security_invoker%'),
            case when viewing.as_caller then 'security_invoker = true' end
          ), '') || ')',
          viewing.definition
        )
      ] || viewing.indexes || array(
        select format(
          'grant %s on table %s to %s', granted.privilege_type, viewing.name,
          case granted.grantee when 0 then 'public' else granted.grantee::regrole::text end
        )
        from aclexplode(viewing.relacl) granted
        where granted.grantee <> viewing.relowner
      ) || viewing.comments || case
        when viewing.relowner <> current_user::regrole
          then array[format('alter %s %s owner to %s', viewing.kind, viewing.name, viewing.relowner::regrole)]
        else '{}'
      end,
      'It read old tables, and was made again over the new ones, as its reader where the API can read it.'
    from pg_temp.old_views viewing
    order by place, depth
  loop
    begin
      foreach statement in array connecting.statements
      loop
        execute statement;
      end loop;
    exception
      when foreign_key_violation then
        -- Rows whose parent was set aside: the key holds for new ones, until a person decides about those.
        if cardinality(connecting.statements) = 1 then
          raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('The %s has rows that refer to what is set aside: %s', connecting.subject, sqlerrm),
            hint = 'Nothing was changed. Delete them or drop it, and run the migration again.';
        end if;
        execute connecting.statements[1];
        connecting.note := connecting.note || ' Some rows refer to what was set aside, so it is not validated.';
      when others then
        raise exception using
          errcode = 'object_not_in_prerequisite_state',
          message = format('The %s can''t be made again over the new tables: %s', connecting.subject, sqlerrm),
          hint = format('Nothing was changed. Drop it, and run the migration again. It would have been: %s', statement);
    end;
    insert into private.migration_notes (migration, subject, note)
    select 'redesign-database-schema', connecting.subject, connecting.note
    where connecting.note is not null;
  end loop;
  perform set_config('search_path', path, true);
end
$reconnect$;
--! EndIncluded legacy/reconnect.sql

--! Included legacy/notes.sql
-- Guarantees that an operator can read, in private.migration_notes, of everything in this database that nobody here knew,
-- and what became of it.
do $notes$
declare
  path constant text := current_setting('search_path');
begin
  perform set_config('search_path', 'pg_catalog, pg_temp', true);
  insert into private.migration_notes (migration, subject, note)
  select 'redesign-database-schema', noted.subject, noted.note
  from (
    select
      1,
      format('column legacy.%I.%I', old.table_name, attribute.attname),
      'Not known here: its values are kept in the old table.'
    from pg_temp.old_tables old
    join pg_attribute attribute on attribute.attrelid = old.relation and attribute.attnum > 0 and not attribute.attisdropped
    where old.known
      and (old.table_name, attribute.attname) not in (
        select known.table_name, known.column_name from pg_temp.known_columns known
      )
    union all
    select 2, format('relation legacy.%I', old.table_name), 'Made by hand under the name of a new table: kept, closed, and not carried.'
    from pg_temp.old_tables old
    where not old.known and old.relation is not null
    union all
    select
      3,
      kept.subject,
      'Not known here: it is kept in private.legacy_definitions only, since nobody reads or writes the old table any more.'
    from private.legacy_definitions kept
    where kept.place in (30, 40)
      and kept.subject not like '% on auth.users'
      and exists (select from pg_temp.old_tables)
      and not exists (
        select
        from pg_temp.old_tables old
        cross join unnest(array[
          'Anyone can view channels', 'Authenticated users can insert channels', 'Authenticated users can update channels',
          'Service role can manage channels', 'Anyone can view videos', 'Authenticated users can insert videos',
          'Service role can manage videos', 'Anyone can view transcript chunks', 'Service role can manage transcript chunks',
          'Users can manage their own chat sessions', 'Users can manage messages of their own sessions',
          'Users can manage their own usage', 'Users can manage their own creators',
          'Service role can manage public chat limits'
        ]) policy
        where kept.subject in (
          format('policy %I on public.%I', policy, old.table_name),
          format('trigger update_%s_updated_at on public.%I', old.table_name, old.table_name)
        )
      )
    union all
    select
      5,
      format('table %s', kept.oid::regclass),
      'Not known here: it stays as it is, with its rows, grants and policies.'
        || case when not kept.relrowsecurity then ' Row level security is off' else '' end
        || case
          when not kept.relrowsecurity and has_any_column_privilege('anon', kept.oid, 'select') then ', and anybody may read it.'
          when not kept.relrowsecurity then '.'
          else ''
        end
    from pg_class kept
    where kept.relnamespace = 'public'::regnamespace
      and kept.relkind in ('r', 'p', 'f')
      and exists (select from pg_temp.old_tables)
      -- These are the names of the new tables.
      and kept.relname not in (select old.table_name from pg_temp.old_tables old)
      and not exists (
        select from pg_depend where classid = 'pg_class'::regclass and objid = kept.oid and deptype = 'e'
      )
    union all
    select
      6,
      format('trigger %I on auth.users', acting.tgname),
      format('Not known here: it goes on calling %s with every new account.', acting.tgfoid::regproc)
    from pg_trigger acting
    where acting.tgrelid = to_regclass('auth.users')
      and not acting.tgisinternal
      and acting.tgfoid <> 'private.handle_new_user()'::regprocedure
      and exists (select from pg_temp.old_tables)
    union all
    select 7, format('type legacy.%I', old.typname), 'Made by hand under the name of a new type: kept there.'
    from pg_temp.old_types old
    union all
    select
      8,
      format('function %s', old.oid::regprocedure),
      'Not known here: it stays as it is. What it says of the old tables no longer holds.'
        || case when has_function_privilege('anon', old.oid, 'execute') then ' Anybody may call it.' else '' end
    from pg_temp.old_routines old
    where not old.moves
  ) noted (place, subject, note)
  order by noted.place, noted.subject;
  perform set_config('search_path', path, true);
end
$notes$;
--! EndIncluded legacy/notes.sql

-- Statistics for the planner. Not of embeddings, which are read by key or by channel.
do $analyze$
declare
  filled text;
begin
  if to_regclass('pg_temp.sorted_error_logs') is not null then
    for filled in
      select table_name from private.legacy_moves
    loop
      execute format('analyze public.%I', filled);
    end loop;
  end if;
end
$analyze$;

drop function pg_temp.is_carried(text);
drop function pg_temp.finish(text, bigint);
drop function pg_temp.is_held(text, text);
drop function pg_temp.add_constraint(regclass, text, text);
drop function pg_temp.grants_on(text, aclitem[], oid, text);
