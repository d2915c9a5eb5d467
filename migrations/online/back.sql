-- Back to the old tables after the move, with what was written since. For operators, and not a migration:
--
--   psql --set ON_ERROR_STOP=1 --single-transaction --file=migrations/online/back.sql "$DATABASE_URL"
--
-- Stop the app first: it locks everything to its end. It needs schema legacy_api, whose views say what each new row is in
-- the old shape, the old tables in schema legacy, and private.legacy_definitions, which says what else was there. What the
-- old tables have no place for stays in schema redesign: saved answers, voice conversations, locks, requests, the audit
-- log, roles, days of usage.
--
-- An old value that a named rule of the move changed comes back as the rule made it: a key that held a channel's uuid is
-- YouTube's id then. An embedding that nobody wrote since keeps its single precision.
--
-- Nothing that somebody added to the old tables by hand closes this way. A new row has, in a column that is NOT NULL and
-- that the new tables don't know, the column's default, or else the empty value of its type (zero, false, an empty text,
-- 1970). A constraint that rows written since break is NOT VALID afterwards: it holds for rows to come. A row that has the
-- key of another one, by a unique index that the new tables don't know, can't come back. Each of these, and each object
-- that could not be made again, is a warning, and a row of redesign.not_as_before.

-- Begin ---------------------------------------------------------------------------------------------------------------

-- The old tables, parents first.
create temporary table moved (place integer generated always as identity, name text) on commit drop;
insert into pg_temp.moved (name) values
  ('profiles'), ('channels'), ('videos'), ('transcripts'), ('transcript_chunks'), ('chat_sessions'), ('chat_messages'),
  ('user_usage'), ('user_creators'), ('public_chat_limits'), ('error_logs');

do $begin$
declare
  missing text;
  kept record;
  command text;
begin
  select string_agg(needed, ', ') into missing
  from (
    select 'private.legacy_definitions' as needed
    union all
    select 'legacy.' || name from pg_temp.moved where name not in ('profiles', 'transcripts')
    union all
    select 'legacy_api.' || name from pg_temp.moved where name not in ('profiles', 'transcripts')
  ) needs
  where to_regclass(needed) is null;
  if missing is not null then
    raise exception 'There is no way back: % is gone.', missing
      using hint = 'Restore a backup from before it was dropped.';
  end if;

  create schema redesign;
  comment on schema redesign is 'What the migrations created, until an operator drops it.';
  create table redesign.not_as_before (subject text not null, note text not null);
  comment on table redesign.not_as_before is 'What going back to the old tables could not bring back as it was.';

  create function pg_temp.note(subject text, note text) returns void language plpgsql as $$
  begin
    insert into redesign.not_as_before values (subject, note);
    raise warning '%: %', subject, note;
  end;
  $$;

  set constraints all immediate;
  for command in
    select format('lock table public.%I in access exclusive mode', name) from pg_temp.moved
  loop
    execute command;
  end loop;

  -- What stands over the new tables, and what the migration added to the old ones.
  for kept in
    select subject, removal as command from private.legacy_definitions where removal is not null order by place desc, subject
  loop
    begin
      execute kept.command;
    exception
      when others then
        perform pg_temp.note(kept.subject, format('It was not removed (%s): %s', sqlerrm, kept.command));
    end;
  end loop;
end
$begin$;

-- What this database had before.
delete from pg_temp.moved where to_regclass('legacy.' || name) is null;

-- Rows ----------------------------------------------------------------------------------------------------------------

-- Each new table in the shape of the old one, with the columns that only some databases had.
create temporary view now_profiles as
select profile.id, profile.display_name, profile.avatar_url, profile.created_at, profile.updated_at from public.profiles profile;
create temporary view now_channels as
select shown.*, channel.added_by as user_id
from legacy_api.channels shown
join public.channels channel on channel.id = shown.id;
create temporary view now_videos as select * from legacy_api.videos;
create temporary view now_transcripts as
select
  transcript.id, video.youtube_video_id as video_id, channel.youtube_channel_id as channel_id, transcript.full_text,
  transcript.segments, transcript.source_type, transcript.confidence, transcript.extraction_status::text as extraction_status,
  transcript.error_message, transcript.created_at, transcript.updated_at
from public.transcripts transcript
join public.videos video on video.id = transcript.video_id
join public.channels channel on channel.id = transcript.channel_id;
create temporary view now_transcript_chunks as
select shown.*, chunk.transcript_id, chunk.token_count
from legacy_api.transcript_chunks shown
join public.transcript_chunks chunk on chunk.id = shown.id;
create temporary view now_chat_sessions as select * from legacy_api.chat_sessions;
create temporary view now_chat_messages as select * from legacy_api.chat_messages;
create temporary view now_user_usage as select * from legacy_api.user_usage;
create temporary view now_user_creators as select shown.*, shown.created_at as added_at from legacy_api.user_creators shown;
create temporary view now_public_chat_limits as select * from legacy_api.public_chat_limits;
create temporary view now_error_logs as select * from legacy_api.error_logs;

-- Whether an embedding is what the old one became: rounded, or left out where half precision can't hold it.
create function pg_temp.is_rounded(old extensions.vector, now extensions.vector) returns boolean language sql as $$
  select coalesce(
    private.half_precision(old) operator(extensions.=) now::extensions.halfvec(1536),
    private.half_precision(old) is null and now is null
  )
$$;

-- The empty value of a type, as text: the first of the usual ones that it accepts; null where it accepts none.
create function pg_temp.empty_value(kind text) returns text language plpgsql as $$
declare
  candidate text;
begin
  foreach candidate in array array[
      case when kind ~ '^json|\[\]$' then '{}' end, '', '0', '{}', '00:00', 'epoch', '00000000-0000-0000-0000-000000000000',
      '0.0.0.0'
    ] || array(select enumlabel::text from pg_catalog.pg_enum where enumtypid = to_regtype(kind) order by enumsortorder limit 1)
  loop
    continue when candidate is null;
    begin
      execute format('select %L::%s', candidate, kind);
      return candidate;
    exception
      when others then
        null;
    end;
  end loop;
  return null;
end;
$$;

-- Runs a statement that writes rows of an old table. A constraint that they break is dropped, and kept in pg_temp.broken;
-- where another row has a key of theirs, or a value does not fit, they are written one by one, and those that can't be are
-- left out. Gives the number of rows that it wrote.
create temporary table broken (relation regclass, name text, definition text) on commit drop;
create function pg_temp.write(old_table text, statement text, changed_rows text) returns bigint language plpgsql as $$
declare
  written bigint;
  of_schema text;
  of_table text;
  of_column text;
  called text;
  broken_key record;
  one uuid;
  waiting uuid[];
  refused uuid[];
begin
  loop
    begin
      execute statement;
      get diagnostics written = row_count;
      return written;
    exception
      when check_violation or foreign_key_violation then
        get stacked diagnostics
          of_schema = schema_name, of_table = table_name, called = constraint_name;
        select key.conrelid::regclass as relation, key.conname, pg_catalog.pg_get_constraintdef(key.oid) as definition
        into broken_key
        from pg_catalog.pg_constraint key
        where key.conrelid = to_regclass(format('%I.%I', of_schema, of_table)) and key.conname = called;
        if not found then
          raise;
        end if;
        execute format('alter table %s drop constraint %I', broken_key.relation, broken_key.conname);
        insert into pg_temp.broken values (broken_key.relation, broken_key.conname, broken_key.definition);
      when not_null_violation then
        get stacked diagnostics of_column = column_name;
        execute format('alter table legacy.%I alter column %I drop not null', old_table, of_column);
        insert into pg_temp.broken
        values (format('legacy.%I', old_table)::regclass, left(format('%s_%s_check', old_table, of_column), 63), format('CHECK (%I IS NOT NULL)', of_column));
      when unique_violation or exclusion_violation or string_data_right_truncation or numeric_value_out_of_range then
        exit;
    end;
  end loop;

  -- One may free the key of another.
  execute format('select array_agg(id) from (%s) changed', changed_rows) into waiting;
  written := coalesce(cardinality(waiting), 0);
  loop
    refused := '{}';
    foreach one in array coalesce(waiting, '{}')
    loop
      begin
        execute format('%s and now.id = %L', statement, one);
      exception
        when integrity_constraint_violation or string_data_right_truncation or numeric_value_out_of_range then
          refused := refused || one;
          called := sqlerrm;
      end;
    end loop;
    exit when refused = '{}' or refused = waiting;
    waiting := refused;
  end loop;
  foreach one in array refused
  loop
    perform pg_temp.note(
      format('row %s of public.%I', one, old_table),
      format('It was not written: %s. It is in redesign.%I.', called, old_table)
    );
  end loop;
  return written - cardinality(refused);
end;
$$;

do $rows$
declare
  -- Statements that put off what acts when a row is written, and those that have it act again, as it did.
  put_off text[];
  as_before text[];
  old_table text;
  command text;
  shared text;
  selected text;
  filled text;
  changes text;
  same text;
  written bigint;
  loosened record;
begin
  select array_agg(acting.off), array_agg(acting.as_it_was)
  into put_off, as_before
  from (
    select
      format('alter table %s disable trigger %I', tgrelid::regclass, tgname) as off,
      format(
        'alter table %s %s trigger %I', tgrelid::regclass,
        case tgenabled when 'A' then 'enable always' when 'R' then 'enable replica' else 'enable' end, tgname
      ) as as_it_was
    from pg_catalog.pg_trigger
    where tgrelid in (select to_regclass('legacy.' || name) from pg_temp.moved)
      and not tgisinternal and tgparentid = 0 and tgenabled <> 'D'
    union all
    select
      format('alter table %s disable rule %I', ev_class::regclass, rulename),
      format(
        'alter table %s %s rule %I', ev_class::regclass,
        case ev_enabled when 'A' then 'enable always' when 'R' then 'enable replica' else 'enable' end, rulename
      )
    from pg_catalog.pg_rewrite
    where ev_class in (select to_regclass('legacy.' || name) from pg_temp.moved) and ev_enabled <> 'D'
    union all
    -- An identity that is always generated takes no other value.
    select
      format('alter table %s alter column %I set generated by default', attrelid::regclass, attname),
      format('alter table %s alter column %I set generated always', attrelid::regclass, attname)
    from pg_catalog.pg_attribute
    where attrelid in (select to_regclass('legacy.' || name) from pg_temp.moved)
      and attidentity = 'a' and attislocal and not attisdropped
  ) acting;
  foreach command in array coalesce(put_off, '{}')
  loop
    execute command;
  end loop;

  -- What is gone since, and was not set aside. Children first.
  for old_table in select name from pg_temp.moved order by place desc
  loop
    perform pg_temp.write(
      old_table,
      format(
        'delete from legacy.%1$I old
         where not exists (select from pg_temp.%2$I now where now.id = old.id)
           and not exists (
             select from private.quarantined_rows aside
             where aside.source_table = %3$L and aside.source_id = old.id and aside.restored_at is null
           )',
        old_table, 'now_' || old_table, 'legacy.' || old_table
      ),
      'select null::uuid as id where false'
    );
  end loop;

  -- What is new or changed since.
  for old_table in select name from pg_temp.moved order by place
  loop
    -- The columns that are written: none that is generated from others. fallback: what one has that must have a value, where
    -- the new tables have none. No value is invented that could be taken for a key, or for a reference.
    drop table if exists pg_temp.written_columns;
    create temporary table written_columns on commit drop as
    select
      attribute.attname as name,
      quote_ident(attribute.attname) as quoted,
      shown.attname is not null as is_shown,
      case
        when not attribute.attnotnull then null
        when standard.adbin is not null then pg_get_expr(standard.adbin, standard.adrelid)
        when attribute.attidentity <> ''
          then format('nextval(%L)', pg_get_serial_sequence(format('legacy.%I', old_table), attribute.attname))
        when not exists (
          select from pg_catalog.pg_constraint key
          where key.conrelid = attribute.attrelid and key.contype = 'f' and attribute.attnum = any (key.conkey)
        ) and not exists (
          select from pg_catalog.pg_index key
          where key.indrelid = attribute.attrelid and (key.indisunique or key.indisexclusion) and attribute.attnum = any (key.indkey)
        ) then quote_literal(pg_temp.empty_value(format_type(attribute.atttypid, attribute.atttypmod)))
      end as fallback
    from pg_catalog.pg_attribute attribute
    left join pg_catalog.pg_attribute shown
      on shown.attrelid = to_regclass('pg_temp.now_' || old_table) and shown.attname = attribute.attname
    left join pg_catalog.pg_attrdef standard on standard.adrelid = attribute.attrelid and standard.adnum = attribute.attnum
    where attribute.attrelid = to_regclass('legacy.' || old_table)
      and attribute.attnum > 0
      and not attribute.attisdropped
      and attribute.attgenerated = '';
    delete from pg_temp.written_columns written
    where not written.is_shown
      and (written.fallback is null or exists (
        select from pg_catalog.pg_attribute attribute
        where attribute.attrelid = to_regclass('legacy.' || old_table)
          and attribute.attname = written.name
          and (attribute.atthasdef or attribute.attidentity <> '')
      ));

    select
      string_agg(quoted, ', '),
      string_agg(case when is_shown then format('coalesce(now.%s%s)', quoted, ', ' || fallback) else fallback end, ', '),
      string_agg(
        case
          when name = 'embedding'
            then 'embedding = case when pg_temp.is_rounded(old.embedding, now.embedding) then old.embedding else now.embedding end'
          when fallback is not null then format('%1$s = coalesce(now.%1$s, old.%1$s)', quoted)
          else format('%1$s = now.%1$s', quoted)
        end,
        ', '
      ) filter (where is_shown and name <> 'id'),
      string_agg(
        case
          when name = 'embedding' then 'pg_temp.is_rounded(old.embedding, now.embedding)'
          when fallback is not null then format('(now.%1$s is null or old.%1$s is not distinct from now.%1$s)', quoted)
          else format('old.%1$s is not distinct from now.%1$s', quoted)
        end,
        ' and '
      ) filter (where is_shown),
      string_agg(format('%s is %s', quoted, fallback), ', ') filter (where not is_shown)
    into shared, selected, changes, same, filled
    from pg_temp.written_columns;
    perform pg_temp.write(
      old_table,
      format('update legacy.%I old set %s from pg_temp.%I now where now.id = old.id and not (%s)', old_table, changes, 'now_' || old_table, same),
      format('select now.id from legacy.%I old join pg_temp.%I now on now.id = old.id where not (%s)', old_table, 'now_' || old_table, same)
    );
    -- Not by ON CONFLICT: some old table may lack its primary key.
    written := pg_temp.write(
      old_table,
      format(
        'insert into legacy.%1$I (%2$s) select %3$s from pg_temp.%4$I now where not exists (select from legacy.%1$I old where old.id = now.id)',
        old_table, shared, selected, 'now_' || old_table
      ),
      format(
        'select now.id from pg_temp.%2$I now where not exists (select from legacy.%1$I old where old.id = now.id)',
        old_table, 'now_' || old_table
      )
    );
    if written > 0 and filled is not null then
      perform pg_temp.note(format('rows of public.%I', old_table), format('In the %s that are new, %s.', written, filled));
    end if;
  end loop;

  foreach command in array coalesce(as_before, '{}')
  loop
    execute command;
  end loop;
  for loosened in select distinct * from pg_temp.broken
  loop
    execute format(
      'alter table %s add constraint %I %s not valid', loosened.relation, loosened.name,
      regexp_replace(loosened.definition, ' NOT VALID$', '')
    );
    -- It may have been so before.
    if loosened.definition not like '% NOT VALID' then
      perform pg_temp.note(
        format('constraint %I of %s', loosened.name, loosened.relation),
        format('Rows that were written since break it, so it holds for rows to come only: %s', loosened.definition)
      );
    end if;
  end loop;
end
$rows$;

-- Objects -------------------------------------------------------------------------------------------------------------

-- The new tables, types and functions make way, and what was there before them is made again.
do $objects$
declare
  command text;
  kept record;
begin
  begin
    drop trigger if exists handle_new_user on auth.users;
  exception
    when insufficient_privilege then
      create or replace function private.handle_new_user() returns trigger language plpgsql as 'begin return new; end';
      perform pg_temp.note('trigger handle_new_user on auth.users', 'Only the owner of auth.users may drop it. It does nothing any more.');
  end;

  for command in
    select format('alter table public.%I set schema redesign', entry)
    from unnest(array[
      'profiles', 'channels', 'videos', 'transcripts', 'transcript_chunks', 'chat_sessions', 'chat_messages', 'user_usage',
      'user_creators', 'public_chat_limits', 'error_logs', 'chunk_embeddings', 'plans', 'user_roles', 'usage_daily',
      'saved_answers', 'voice_conversations', 'audit_log', 'operation_locks', 'request_idempotency'
    ]) entry
    where to_regclass('public.' || entry) is not null
    union all
    -- All functions of the migrations have this setting; one of the database's own that has it too was noted.
    select format('alter routine %s set schema redesign', routine.oid::regprocedure)
    from pg_catalog.pg_proc routine
    where routine.pronamespace = 'public'::regnamespace
      and routine.proconfig @> array['search_path=pg_catalog, pg_temp']
      and not exists (
        select from private.migration_notes noted
        where noted.subject = format('function public.%s', regexp_replace(routine.oid::regprocedure::text, '^public\.', ''))
      )
    union all
    select format('alter type public.%I set schema redesign', entry)
    from unnest(array[
      'app_role', 'ingestion_status', 'video_import_mode', 'content_type', 'live_broadcast_content', 'extraction_status',
      'embedding_status', 'message_role', 'error_severity', 'request_status', 'audit_action', 'request_outcome',
      'request_caller'
    ]) entry
    where to_regtype('public.' || entry) is not null
    union all
    -- Exactly those of before come back.
    select distinct format(
      'revoke all on schema public from %s', case granted.grantee when 0 then 'public' else granted.grantee::regrole::text end
    )
    from pg_catalog.pg_namespace home
    cross join aclexplode(home.nspacl) granted
    where home.nspname = 'public' and granted.grantee <> home.nspowner
  loop
    execute command;
  end loop;

  -- Functions may name tables that come back after them.
  perform set_config('check_function_bodies', 'off', true);
  for kept in
    select subject, definition as command from private.legacy_definitions where definition is not null order by place, subject
  loop
    begin
      execute kept.command;
    exception
      when others then
        perform pg_temp.note(kept.subject, format('It was not made again (%s): %s', sqlerrm, kept.command));
    end;
  end loop;

  select string_agg(format('public.%I', name), ', ') into command
  from pg_temp.moved
  where to_regclass('public.' || name) is null;
  if command is not null then
    raise exception 'There is no way back yet: % could not come back.', command
      using hint = 'Nothing was changed. The warnings above say why.';
  end if;

  if to_regclass('graphile_migrate.migrations') is not null then
    delete from graphile_migrate.migrations where filename > '000001.sql';
  end if;
end
$objects$;

drop view
  pg_temp.now_profiles, pg_temp.now_channels, pg_temp.now_videos, pg_temp.now_transcripts, pg_temp.now_transcript_chunks,
  pg_temp.now_chat_sessions, pg_temp.now_chat_messages, pg_temp.now_user_usage, pg_temp.now_user_creators,
  pg_temp.now_public_chat_limits, pg_temp.now_error_logs;
drop function pg_temp.note, pg_temp.is_rounded, pg_temp.empty_value, pg_temp.write;
