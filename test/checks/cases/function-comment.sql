-- caught: one of two of a name
create function public.one() returns int language sql as 'select 1';
create function public.one(which int) returns int language sql as 'select 1';
comment on function public.one() is 'One.';

-- holds: in the private schema
create function private.one() returns int language sql as 'select 1';
