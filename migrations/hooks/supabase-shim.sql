-- What Supabase has before the first migration, for a server that is not Supabase's: the API roles, schema auth, and
-- default privileges as generous as Supabase's were, since closing them is part of what the migrations prove.
--
-- On Supabase itself, or on a copy of one, this does nothing: schema auth is there and does not carry our mark.
-- Where our mark is, the database part is done already, and is not done again: the migrations have closed the
-- default privileges since. Roles belong to the whole server, so another database may make them at the same moment.
do $shim$
declare
  mark constant text := 'Stands in for the auth schema of Supabase on a plain server.';
  auth_schema constant oid := to_regnamespace('auth');
  stated text;
  role_name text;
  migrator constant text := quote_ident(current_user);
begin
  if auth_schema is not null and obj_description(auth_schema, 'pg_namespace') is distinct from mark then
    return;
  end if;

  -- Roles. A role that exists is left as it is.
  foreach stated in array array[
    'anon nologin noinherit',
    'authenticated nologin noinherit',
    'service_role nologin noinherit bypassrls',
    'authenticator login noinherit',
    'supabase_auth_admin nologin noinherit'
  ]
  loop
    role_name := split_part(stated, ' ', 1);
    if to_regrole(role_name) is null then
      begin
        execute format('create role %I %s', role_name, substr(stated, length(role_name) + 2));
      exception
        when duplicate_object or unique_violation then
          null; -- Another database's migration was faster.
      end;
    end if;
  end loop;

  foreach role_name in array array['anon', 'authenticated', 'service_role']
  loop
    if not pg_has_role('authenticator', role_name, 'member') then
      begin
        execute format('grant %I to authenticator', role_name);
      exception
        when duplicate_object or unique_violation then
          null;
      end;
    end if;
  end loop;

  if auth_schema is not null then
    return;
  end if;

  create schema auth;
  execute format('comment on schema auth is %L', mark);

  create table auth.users (
    id uuid constraint users_pkey primary key default gen_random_uuid(),
    email text,
    raw_app_meta_data jsonb,
    raw_user_meta_data jsonb,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
  );
  alter table auth.users enable row level security;

  -- The three claim readers, as Supabase writes them: first the setting of old PostgREST versions, then the new one;
  -- an empty setting and a missing claim are null.
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
  create function auth.jwt() returns jsonb language sql stable as $$
    select coalesce(
      nullif(current_setting('request.jwt.claim', true), ''),
      nullif(current_setting('request.jwt.claims', true), '')
    )::jsonb
  $$;

  grant usage on schema auth, public to anon, authenticated, service_role;
  grant usage on schema auth to supabase_auth_admin;
  grant all on table auth.users to supabase_auth_admin;
  grant execute on function auth.uid(), auth.role(), auth.jwt()
    to anon, authenticated, service_role, supabase_auth_admin;

  execute format(
    'alter default privileges for role %1$s in schema public grant all on tables to anon, authenticated, service_role;'
    'alter default privileges for role %1$s in schema public grant all on sequences to anon, authenticated, service_role;'
    'alter default privileges for role %1$s in schema public grant all on functions to anon, authenticated, service_role',
    migrator
  );
end
$shim$;
