-- caught: in the API
create function public.one() returns int language sql immutable leakproof as 'select 1';

-- caught: a volatile one with its owner's rights
create function private.one() returns int language plpgsql security definer leakproof as 'begin return 1; end';

-- caught: made so later
create function public.one() returns int language sql immutable as 'select 1';
alter function public.one() leakproof;

-- caught: in another schema, and called by a policy
create schema other;
create function other.mine(id uuid) returns boolean language sql stable leakproof as 'select true';
create policy "P" on public.lists for insert to authenticated with check (other.mine(id));

-- holds: in another schema, and called by none
create schema other;
create function other.mine(id uuid) returns boolean language sql stable leakproof as 'select true';

-- holds: PostgreSQL's own are, in a policy
create policy "P" on public.lists for insert to authenticated with check (id = user_id and title = 'x');

-- holds: one that is not
create function public.one() returns int language sql immutable as 'select 1';
