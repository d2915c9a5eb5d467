-- caught: a table
grant select, insert on public.tasks to authenticated with grant option;

-- caught: one column
grant update (title) on public.tasks to authenticated with grant option;

-- caught: a schema
grant usage on schema public to service_role with grant option;

-- caught: a sequence
create sequence public.counter;
grant usage on sequence public.counter to authenticated with grant option;

-- holds: grants that end with who has them
grant select, insert on public.tasks to authenticated, service_role;
grant update (title) on public.tasks to authenticated;
