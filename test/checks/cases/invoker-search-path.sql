-- caught: no path
create function public.one() returns int language sql as 'select 1';

-- caught: an empty path, which has pg_temp first
create function private.one() returns int language plpgsql set search_path = '' as 'begin return 1; end';

-- caught: a path with a schema in which others may create
create function public.one() returns int language sql set search_path = public, pg_temp as 'select 1';

-- caught: another setting
create function private.one() returns int language sql set work_mem = '8MB' as 'select 1';

-- caught: a trigger's function
create function private.keep() returns trigger language plpgsql as 'begin return old; end';

-- caught: a procedure
create procedure public.nothing() language plpgsql as 'begin null; end';

-- caught: a path that an alter took away
create function public.one() returns int language sql set search_path = pg_catalog, pg_temp as 'select 1';
alter function public.one() reset search_path;

-- holds: among other settings
create function private.one() returns int language sql set work_mem = '8MB' set search_path = pg_catalog, pg_temp as 'select 1';

-- holds: bodies that are parsed when they are created
create function public.one() returns int language sql return 1;
create function public.two() returns int language sql begin atomic select 2; end;

-- holds: a definer, which has a check of its own
create function private.one() returns int language sql security definer as 'select 1';

-- holds: a function in C, and an aggregate
create function private.lower_again(text) returns text language internal immutable strict as 'lower';
create aggregate public.total(int) (sfunc = int4pl, stype = int);
