-- A database as Supabase's hosted service has it before the team's first migration. Run by the server's superuser,
-- supabase_admin, in an empty database that belongs to postgres, who is no superuser. The settings stand_in.grants ('generous' or
-- 'none') and stand_in.extensions (a role) choose the variant.
--
-- What differs from the service: the tables of Supabase's own programs are left out but for auth.users and those that tests
-- need, and there is no supautils, which lets postgres create policies and drop triggers on auth.users there, and create
-- extensions and publications as supabase_admin. So pgvector is there from the beginning, and in template1.

-- Roles, once for the server. Attributes and memberships as on the service.
do $roles$
begin
  if to_regrole('anon') is not null then
    return;
  end if;
  create role anon nologin inherit;
  create role authenticated nologin inherit;
  create role service_role nologin inherit bypassrls;
  create role authenticator login noinherit;
  create role supabase_auth_admin login noinherit createrole;
  create role supabase_storage_admin login noinherit createrole;
  create role supabase_replication_admin login replication;
  create role supabase_read_only_user login bypassrls;
  create role dashboard_user nologin createdb createrole replication;
  grant anon, authenticated, service_role to authenticator;
  grant anon, authenticated, service_role, authenticator to postgres with admin option;
  grant pg_monitor, pg_signal_backend, pg_read_all_data to postgres;
  grant pg_read_all_data to supabase_read_only_user;
  grant authenticator to supabase_storage_admin;
  -- There supautils lets postgres set it.
  grant set on parameter session_replication_role to postgres;
  alter role anon set statement_timeout = '3s';
  alter role authenticated set statement_timeout = '8s';
  alter role authenticator set statement_timeout = '8s';
  alter role authenticator set lock_timeout = '8s';
  alter role postgres set search_path = "$user", public, extensions;
  alter role supabase_admin set search_path = "$user", public, auth, extensions;
  alter role supabase_auth_admin set search_path = auth;
  alter role supabase_auth_admin set idle_in_transaction_session_timeout = '60s';
  alter role supabase_storage_admin set search_path = storage;
end
$roles$;

-- Schemas, with their owners.
do $schemas$
begin
  execute format('create schema extensions authorization %I', current_setting('stand_in.extensions'));
end
$schemas$;
create schema auth authorization supabase_admin;
create schema storage authorization supabase_admin;
create schema realtime authorization supabase_admin;
create schema vault authorization supabase_admin;
create schema graphql authorization supabase_admin;
create schema graphql_public authorization supabase_admin;
grant usage on schema public, extensions, storage, realtime, graphql_public to postgres, anon, authenticated, service_role;
grant usage on schema auth to postgres, anon, authenticated, service_role;
grant usage on schema vault to postgres, service_role;
grant all on schema extensions to postgres, dashboard_user;
grant all on schema auth to supabase_auth_admin, dashboard_user;
grant all on schema storage to supabase_storage_admin, dashboard_user;
create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;

-- The extensions that a project begins with, as far as this server has them, and pgvector, which the dashboard turns on.
do $extensions$
declare
  extension text;
begin
  foreach extension in array array['uuid-ossp', 'pgcrypto', 'pg_stat_statements', 'vector']
  loop
    if exists (select from pg_available_extensions where name = extension) then
      execute format('create extension %I schema extensions', extension);
    end if;
  end loop;
end
$extensions$;

-- Sign-in. Its service logs in as supabase_auth_admin.
set role supabase_auth_admin;
create type auth.aal_level as enum ('aal1', 'aal2', 'aal3');
create table auth.schema_migrations (
  version varchar(255) not null constraint schema_migrations_pkey primary key
);
create table auth.users (
  instance_id uuid,
  id uuid not null constraint users_pkey primary key,
  aud varchar(255),
  role varchar(255),
  email varchar(255),
  encrypted_password varchar(255),
  email_confirmed_at timestamptz,
  invited_at timestamptz,
  confirmation_token varchar(255),
  confirmation_sent_at timestamptz,
  recovery_token varchar(255),
  recovery_sent_at timestamptz,
  email_change_token_new varchar(255),
  email_change varchar(255),
  email_change_sent_at timestamptz,
  last_sign_in_at timestamptz,
  raw_app_meta_data jsonb,
  raw_user_meta_data jsonb,
  is_super_admin boolean,
  created_at timestamptz,
  updated_at timestamptz,
  phone text default null::varchar constraint users_phone_key unique,
  phone_confirmed_at timestamptz,
  phone_change text default ''::varchar,
  phone_change_token varchar(255) default ''::varchar,
  phone_change_sent_at timestamptz,
  confirmed_at timestamptz generated always as (least(email_confirmed_at, phone_confirmed_at)) stored,
  email_change_token_current varchar(255) default ''::varchar,
  email_change_confirm_status smallint default 0
    constraint users_email_change_confirm_status_check check (email_change_confirm_status between 0 and 2),
  banned_until timestamptz,
  reauthentication_token varchar(255) default ''::varchar,
  reauthentication_sent_at timestamptz,
  is_sso_user boolean not null default false,
  deleted_at timestamptz,
  is_anonymous boolean not null default false
);
create unique index users_email_partial_key on auth.users (email) where (is_sso_user = false);
create index users_instance_id_idx on auth.users (instance_id);
create index users_instance_id_email_idx on auth.users (instance_id, lower(email::text));
create index users_is_anonymous_idx on auth.users (is_anonymous);
create unique index confirmation_token_idx on auth.users (confirmation_token) where confirmation_token !~ '^[0-9 ]*$';
create table auth.identities (
  provider_id text not null,
  user_id uuid not null constraint identities_user_id_fkey references auth.users (id) on delete cascade,
  identity_data jsonb not null,
  provider text not null,
  last_sign_in_at timestamptz,
  created_at timestamptz,
  updated_at timestamptz,
  email text generated always as (lower(identity_data ->> 'email')) stored,
  id uuid not null default gen_random_uuid() constraint identities_pkey primary key,
  constraint identities_provider_id_provider_unique unique (provider_id, provider)
);
create table auth.sessions (
  id uuid not null constraint sessions_pkey primary key,
  user_id uuid not null constraint sessions_user_id_fkey references auth.users (id) on delete cascade,
  created_at timestamptz,
  updated_at timestamptz,
  factor_id uuid,
  aal auth.aal_level,
  not_after timestamptz
);
alter table auth.users enable row level security;
alter table auth.identities enable row level security;
alter table auth.sessions enable row level security;
alter table auth.schema_migrations enable row level security;
grant all on auth.users, auth.identities, auth.sessions to postgres, dashboard_user;
grant select on auth.schema_migrations to postgres with grant option;
reset role;

-- What a policy asks about the caller. PostgREST sets request.jwt.claims; its old versions one setting for each claim.
create function auth.uid() returns uuid language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
  )::uuid
$$;
create function auth.role() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
  )::text
$$;
create function auth.email() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
  )::text
$$;
create function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;

-- Files. A few columns of what its service creates.
set role supabase_storage_admin;
create table storage.buckets (id text not null constraint buckets_pkey primary key, name text not null, public boolean default false);
create table storage.objects (
  id uuid not null default gen_random_uuid() constraint objects_pkey primary key,
  bucket_id text constraint "objects_bucketId_fkey" references storage.buckets,
  name text,
  owner_id text,
  metadata jsonb
);
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
grant all on storage.buckets, storage.objects to postgres, anon, authenticated, service_role;
reset role;

-- PostgREST reads the catalogs again after DDL.
create function extensions.pgrst_ddl_watch() returns event_trigger language plpgsql as $$
begin
  notify pgrst, 'reload schema';
end;
$$;
create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.pgrst_ddl_watch();
create event trigger pgrst_drop_watch on sql_drop execute function extensions.pgrst_ddl_watch();

-- Default privileges of both roles that create objects in public.
do $grants$
declare
  creator text;
  kind text;
begin
  if current_setting('stand_in.grants') = 'generous' then
    foreach creator in array array['postgres', 'supabase_admin']
    loop
      foreach kind in array array['tables', 'sequences', 'functions']
      loop
        execute format(
          'alter default privileges for role %I in schema public grant all on %s to postgres, anon, authenticated, service_role',
          creator, kind
        );
      end loop;
    end loop;
  end if;
end
$grants$;
