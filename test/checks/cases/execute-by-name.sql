-- caught: in the private schema, an aggregate, a procedure
alter default privileges grant execute on functions to public;
create procedure private.nothing() language sql as '';

-- holds: nobody
create function public.one() returns int language sql as 'select 1';
revoke all on function public.one() from public, current_user;

-- holds: what an extension owns
create extension vector schema public;
