-- caught: a path with a schema in which others may create
create function private.one() returns int language sql security definer set search_path = public, pg_temp as 'select 1';

-- caught: an empty path, which has pg_temp first
create function private.one() returns int language sql security definer set search_path = '' as 'select 1';

-- caught: another setting
create function private.one() returns int language sql security definer set work_mem = '8MB' as 'select 1';

-- holds: among other settings
create function private.one() returns int language sql security definer set work_mem = '8MB' set search_path = pg_catalog, pg_temp as 'select 1';

-- holds: an invoker
create function private.one() returns int language sql as 'select 1';
