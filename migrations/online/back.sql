-- Back to the old tables after the switch, with what was written since. For operators, and not a migration:
--
--   psql --set ON_ERROR_STOP=1 --single-transaction --file=migrations/online/back.sql "$DATABASE_URL"
--
-- Stop the app first: it locks everything to its end. It needs schema legacy_api, whose views say what each new row is in
-- the old shape, and the old tables in schema legacy. What the old tables have no place for stays where it is, in schema
-- redesign: saved answers, voice conversations, locks, requests, the audit log, roles, days of usage, transcripts.
--
-- An old value that a named rule of the move changed comes back as the rule made it: a key that held a channel's uuid is
-- YouTube's id then. An embedding that nobody wrote since keeps its single precision.

do $back$
declare
  -- Parents first.
  moved constant text[] := array[
    'channels', 'videos', 'transcript_chunks', 'chat_sessions', 'chat_messages', 'user_usage', 'user_creators',
    'public_chat_limits', 'error_logs'
  ];
  made constant text[] := moved || array[
    'profiles', 'transcripts', 'chunk_embeddings', 'plans', 'user_roles', 'usage_daily', 'saved_answers',
    'voice_conversations', 'audit_log', 'operation_locks', 'request_idempotency'
  ];
  name text;
  shared text;
  changes text;
  same text;
  command text;
begin
  foreach name in array moved
  loop
    if to_regclass('legacy.' || name) is null or to_regclass('legacy_api.' || name) is null then
      raise exception 'there is no way back: legacy.% or legacy_api.% is gone', name, name
        using hint = 'Restore a backup from before they were dropped.';
    end if;
    execute format('lock table public.%I in access exclusive mode', name);
    execute format('alter table legacy.%I disable trigger user', name);
  end loop;

  -- What is gone since, and was not set aside. Children first.
  for name in select entry from unnest(moved) with ordinality as listed (entry, place) order by place desc
  loop
    execute format(
      'delete from legacy.%1$I old
       where not exists (select from legacy_api.%1$I now where now.id = old.id)
         and not exists (
           select from private.quarantined_rows aside where aside.source_table = %2$L and aside.source_id = old.id
         )',
      name, 'legacy.' || name
    );
  end loop;

  -- What is new or changed since.
  foreach name in array moved
  loop
    select
      string_agg(format('%I', attribute.attname), ', '),
      string_agg(format('%1$I = now.%1$I', attribute.attname), ', ') filter (where attribute.attname <> 'id'),
      string_agg(
        case attribute.attname
          when 'embedding'
            then 'old.embedding::extensions.halfvec(1536)::text is not distinct from now.embedding::extensions.halfvec(1536)::text'
          else format('old.%1$I is not distinct from now.%1$I', attribute.attname)
        end,
        ' and '
      )
    into shared, changes, same
    from pg_catalog.pg_attribute attribute
    where attribute.attrelid = to_regclass('legacy.' || name)
      and attribute.attnum > 0
      and not attribute.attisdropped
      and exists (
        select from pg_catalog.pg_attribute shown
        where shown.attrelid = to_regclass('legacy_api.' || name) and shown.attname = attribute.attname
      );
    -- Not by ON CONFLICT: some old table may lack its primary key.
    execute format(
      'update legacy.%1$I old set %2$s from legacy_api.%1$I now where now.id = old.id and not (%3$s)', name, changes, same
    );
    execute format(
      'insert into legacy.%1$I (%2$s)
       select %2$s from legacy_api.%1$I now where not exists (select from legacy.%1$I old where old.id = now.id)',
      name, shared
    );
  end loop;

  -- The new tables, types and functions make way, whole, and the old ones come back, open as they were on Supabase.
  drop trigger if exists handle_new_user on auth.users;
  create schema redesign;
  comment on schema redesign is 'What the migrations had made, until an operator drops it.';
  for command in
    select format('alter table public.%I set schema redesign', entry)
    from unnest(made) entry
    where to_regclass('public.' || entry) is not null
    union all
    select format('alter routine %s set schema redesign', routine.oid::regprocedure)
    from pg_catalog.pg_proc routine
    where routine.pronamespace = 'public'::regnamespace
      and routine.proconfig @> array['search_path=pg_catalog, pg_temp']
    union all
    select format('alter type %s set schema redesign', kind.oid::regtype)
    from pg_catalog.pg_type kind
    where kind.typnamespace = 'public'::regnamespace and kind.typtype = 'e'
      and exists (
        select from pg_catalog.pg_description said where said.classoid = 'pg_type'::regclass and said.objoid = kind.oid
      )
  loop
    execute command;
  end loop;
  for command in
    select format('alter table legacy.%I enable trigger user', entry) from unnest(moved) entry
    union all
    select format('alter table %s set schema public', relation.oid::regclass)
    from pg_catalog.pg_class relation
    where relation.relnamespace = 'legacy'::regnamespace and relation.relkind in ('r', 'p')
    union all
    select format('alter routine %s set schema public', routine.oid::regprocedure)
    from pg_catalog.pg_proc routine
    where routine.pronamespace = 'legacy'::regnamespace
  loop
    execute command;
  end loop;
  grant all on all tables in schema public to anon, authenticated, service_role;
  grant execute on all routines in schema public to public, anon, authenticated, service_role;
  -- It has never had row level security.
  alter table public.error_logs disable row level security;

  delete from graphile_migrate.migrations where filename > '000001.sql';
end
$back$;
