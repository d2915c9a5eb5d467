create table public.notes (
  id integer not null,
  owner text not null,
  body text,
  constraint notes_pkey primary key (id)
);
alter table public.notes enable row level security;
comment on table public.notes is 'What somebody wrote down.';
create policy "Owners do everything with their notes" on public.notes for all to authenticated
  using (owner = current_setting('app.user', true)) with check (owner = current_setting('app.user', true));
revoke all on table public.notes from public, anon, authenticated;
grant select, insert, update, delete on table public.notes to authenticated;

create table public.tags (
  id integer not null,
  name text not null,
  constraint tags_pkey primary key (id)
);
alter table public.tags enable row level security;
comment on table public.tags is 'Words that notes are found by.';
create policy "Everybody reads tags" on public.tags for select to anon, authenticated using (true);
revoke all on table public.tags from public, anon, authenticated;
grant select on table public.tags to anon, authenticated;

create function public.count_tags() returns bigint language sql stable set search_path = '' as
  'select count(*) from public.tags';
revoke all on function public.count_tags() from public, anon, authenticated;
grant execute on function public.count_tags() to authenticated;

insert into public.tags (id, name) values (100, 'first'), (101, 'second');
