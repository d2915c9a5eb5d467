-- caught: one on a view
create view public.titles with (security_invoker = true) as select id, title from public.lists;
create rule titles_insert as on insert to public.titles do instead insert into public.lists (id, title) values (new.id, new.title);

-- caught: one that is disabled
create rule note as on insert to public.tasks do also select 1;
alter table public.tasks disable rule note;

-- holds: a view
create view public.titles with (security_invoker = true) as select title from public.lists;
