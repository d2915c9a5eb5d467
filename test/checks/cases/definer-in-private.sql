-- caught: a procedure
create procedure public.nothing() language sql security definer as '';

-- holds: an invoker in the API, a definer in the private schema
create function public.one() returns int language sql as 'select 1';
create function private.one() returns int language sql security definer as 'select 1';
