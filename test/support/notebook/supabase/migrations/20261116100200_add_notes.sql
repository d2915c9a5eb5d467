-- Exported by rolecall from migrations/committed/000002-add-notes.sql (sha1:8db551e817433c4ed582f3219b08eb05b12e5942, text 62d281ea8474cf58): edit nothing here, and run `rolecall export supabase`.

create schema if not exists legacy;
comment on schema legacy is 'The tables of before, as they were.';
create schema if not exists private;
comment on schema private is 'What no client calls.';
revoke all on schema public from public;
grant usage on schema public to anon, authenticated, service_role;
alter default privileges in schema public revoke all on tables from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from public, anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

do $move$
begin
  if to_regclass('legacy.notes') is null then
    alter table public.notes set schema legacy;
  end if;
end
$move$;
comment on table legacy.notes is 'The notes of before.';
alter table legacy.notes enable row level security;
revoke all on table legacy.notes from public, anon, authenticated, service_role;

create table if not exists private.quarantined_rows (
  id uuid not null default gen_random_uuid(),
  source_table text not null,
  source_id text,
  reason text not null,
  row_data jsonb not null,
  constraint quarantined_rows_pkey primary key (id)
);
comment on table private.quarantined_rows is 'Rows of old tables that could not be carried.';
alter table private.quarantined_rows enable row level security;
revoke all on table private.quarantined_rows from public, anon, authenticated, service_role;

create table if not exists public.plans (
  id uuid not null default gen_random_uuid(),
  code text not null,
  constraint plans_pkey primary key (id),
  constraint plans_code_key unique (code),
  constraint plans_code_check check (length(code) <= 100)
);
comment on table public.plans is 'What an account may use.';
alter table public.plans enable row level security;
revoke all on table public.plans from public, anon, authenticated, service_role;
grant select on table public.plans to anon, authenticated, service_role;
insert into public.plans (code) values ('free'), ('paid') on conflict do nothing;
--! Included policies/plans.sql
drop policy if exists "Everyone can view the plans" on public.plans;
create policy "Everyone can view the plans" on public.plans
  for select to anon, authenticated
  using (true);

-- No insert, update or delete: a plan changes by a migration.
--! EndIncluded policies/plans.sql

create table if not exists public.notes (
  id uuid not null default gen_random_uuid(),
  user_id uuid not null default auth.uid(),
  body text not null,
  sources text,
  created_at timestamptz not null default now(),
  constraint notes_pkey primary key (id),
  constraint notes_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint notes_body_check check (length(body) <= 10000)
);
comment on table public.notes is 'What users write down for themselves.';
alter table public.notes enable row level security;
create index if not exists idx_notes_user_id_created_at on public.notes (user_id, created_at);
create or replace trigger notes_unchanged
  before update on public.notes
  for each row execute function suppress_redundant_updates_trigger();
revoke all on table public.notes from public, anon, authenticated, service_role;
grant select, insert, delete on table public.notes to authenticated;
grant select, delete on table public.notes to service_role;
--! Included policies/notes.sql
drop policy if exists "Users can view their own notes" on public.notes;
create policy "Users can view their own notes" on public.notes
  for select to authenticated
  using (user_id = (select auth.uid()));

drop policy if exists "Users can add notes of their own" on public.notes;
create policy "Users can add notes of their own" on public.notes
  for insert to authenticated
  with check (user_id = (select auth.uid()));

-- No update: a note is written once.
drop policy if exists "Users can delete their own notes" on public.notes;
create policy "Users can delete their own notes" on public.notes
  for delete to authenticated
  using (user_id = (select auth.uid()));
--! EndIncluded policies/notes.sql

insert into public.notes (id, user_id, body)
select id, author, btrim(content) from legacy.notes
where author in (select id from auth.users)
on conflict do nothing;
insert into private.quarantined_rows (source_table, source_id, reason, row_data)
select 'legacy.notes', id::text, 'its author is gone', to_jsonb(old) from legacy.notes old
where author not in (select id from auth.users)
  and not exists (select from private.quarantined_rows q where q.source_id = old.id::text);
