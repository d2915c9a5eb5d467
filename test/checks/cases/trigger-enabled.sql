-- caught: the triggers of a foreign key, on the table that refers
alter table public.tasks disable trigger all;

-- caught: the triggers of a foreign key, on the table that is referred to
alter table public.lists disable trigger all;

-- caught: one for replicas only
create function private.note() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger note after insert on public.tasks for each row execute function private.note();
alter table public.tasks enable replica trigger note;

-- caught: one of ours on a table of the host
create function private.note() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger note after insert on auth.users for each row execute function private.note();
alter table auth.users disable trigger note;

-- caught: one on a partition
create function private.note() returns trigger language plpgsql as $$ begin return null; end $$;
create table public.events (id uuid, day date) partition by range (day);
create table public.events_2030 partition of public.events for values from ('2030-01-01') to ('2031-01-01');
create trigger note after insert on public.events for each row execute function private.note();
alter table public.events_2030 disable trigger note;

-- caught: a role whose sessions fire none
alter role service_role set session_replication_role = replica;

-- caught: a function that fires none
create function private.load() returns void language sql set session_replication_role = replica as 'select 1';

-- holds: one that is enabled always
create function private.note() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger note after insert on public.tasks for each row execute function private.note();
alter table public.tasks enable always trigger note;

-- holds: one of the host's, which calls nothing of ours
create function auth.note() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger note after insert on auth.users for each row execute function auth.note();
alter table auth.users disable trigger note;
