-- caught: stable, and inserts
create function public.add() returns void language sql stable as 'insert into public.tasks (list_id, title) values (null, null)';

-- caught: stable, and updates in PL/pgSQL
create function public.rename() returns void language plpgsql stable as $$ begin update public.tasks set title = 'x'; end $$;

-- caught: stable, and deletes in a branch within a WITH
create function public.clear(gone boolean) returns bigint language plpgsql stable as $$
begin
  if gone then
    return (with gone as (delete from public.tasks returning id) select count(*) from gone);
  end if;
  return 0;
end $$;

-- caught: stable, and merges
create function public.put() returns void language sql stable as $$
  merge into public.tasks task using (select null::uuid as id) given on task.id = given.id when matched then delete $$;

-- caught: stable, and locks rows
create function public.hold() returns uuid language sql stable as 'select id from public.tasks for update';

-- caught: stable, and a sequence
create sequence private.numbers;
create function private.next() returns bigint language sql stable as $$ select nextval('private.numbers') $$;

-- caught: stable, and another moment within one statement
create function public.clock() returns timestamptz language plpgsql stable as 'begin return clock_timestamp(); end';

-- caught: stable, and calls a volatile function of its own
create function private.clear() returns void language sql as 'delete from public.tasks';
create function public.clear() returns void language plpgsql stable as 'begin perform private.clear(); end';

-- caught: stable, and executes a deletion
create function public.clear(name text) returns void language plpgsql stable as $$ begin execute format('delete from public.%I', name); end $$;

-- caught: stable, and ends a transaction
create function public.finish() returns void language plpgsql stable as 'begin commit; end';

-- caught: stable, and a body that is kept parsed
create function public.add() returns void language sql stable begin atomic delete from public.tasks; end;

-- caught: immutable, and reads
create function public.count() returns bigint language sql immutable as 'select count(*) from public.tasks';

-- caught: immutable, a trigger that reads
create function private.settle() returns trigger language plpgsql immutable as $$
begin
  select list.user_id into new.id from public.lists list where list.id = new.list_id;
  return new;
end $$;

-- caught: stable, a trigger that reads
create function private.settle() returns trigger language plpgsql stable as $$
begin
  perform from public.lists list where list.id = new.list_id;
  return new;
end $$;

-- caught: stable, and a volatile function that the path finds
create function public.change() returns void language sql as 'delete from public.tasks';
create function public.clear() returns void language sql stable set search_path = public as 'select change()';

-- caught: immutable, and the time
create function public.today() returns date language sql immutable as 'select now()::date';

-- caught: immutable, and the time as a keyword
create function public.today() returns date language sql immutable return current_date;

-- caught: immutable, and who calls, in the default of a variable
create function public.mine(id uuid) returns boolean language plpgsql immutable as $$
declare
  me constant uuid := auth.uid();
begin
  return id = me;
end $$;

-- caught: immutable, and a setting
create function public.setting() returns text language sql immutable as $$ select current_setting('app.user', true) $$;

-- caught: immutable, and executes who knows what
create function public.run(sql text) returns text language plpgsql immutable as $$ declare seen text; begin execute sql into seen; return seen; end $$;

-- holds: what is as it says
create function public.double(number int) returns int language sql immutable as 'select number * 2';
create function public.count() returns bigint language sql stable as 'with task as (select from public.tasks) select count(*) from task';
create function public.clear() returns void language sql as 'delete from public.tasks';

-- holds: more volatile than it needs to be
create function public.double(number int) returns int language sql as 'select number * 2';

-- holds: immutable, and a WITH of values, a raise and a loop
create function public.sum(numbers int[]) returns int language plpgsql immutable as $$
declare
  number int;
  total int := 0;
begin
  foreach number in array numbers loop
    if number < 0 then raise exception 'negative'; end if;
    total := (with pair as (select total as one, number as other) select one + other from pair);
  end loop;
  return total;
end $$;

-- holds: words in a string and in a comment
create function public.words() returns text language sql immutable as $$ select 'delete from public.tasks' /* now() */ $$;

-- holds: stable, and sets a parameter for its own query
create function public.search() returns bigint language plpgsql stable as $$
begin
  perform set_config('work_mem', '8MB', true);
  return (select count(*) from public.tasks);
end $$;

-- holds: immutable, and one of several with that name is
create function public.month(at timestamp) returns timestamp language sql immutable as $$ select date_trunc('month', at) $$;

-- holds: stable, a trigger that reads nothing
create function private.stamp() returns trigger language plpgsql stable as 'begin new.created_at := now(); return new; end';

-- holds: a name without a schema is PostgreSQL's own, whatever else has it
create function public.lower(text) returns text language sql volatile as 'select $1';
create function public.small() returns text language sql immutable set search_path = pg_catalog, pg_temp as $$ select lower('A') $$;
