-- caught: one column
grant select (title) on public.tasks to public;

-- caught: a schema
grant usage on schema private to public;

-- caught: a sequence, a view
create sequence public.counter;
grant usage on sequence public.counter to public;

-- holds: a named role, with the right to grant
grant select on public.tasks to anon with grant option;
