-- caught: a view that says no
create view public.titles with (security_invoker = false) as select title from public.lists;

-- caught: a materialized view
create materialized view public.titles as select title from public.lists;

-- holds: said in other words, and with another option
create view public.titles with (security_barrier = true, security_invoker = on) as select title from public.lists;

-- holds: in the private schema
create view private.titles as select title from public.lists;
