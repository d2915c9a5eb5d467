-- caught: a trigger after the update
create function private.set_updated_at() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end; $$;
alter table public.tasks add column updated_at timestamptz not null default now();
create trigger set_updated_at after update on public.tasks for each row execute function private.set_updated_at();

-- caught: a trigger for some columns
create function private.set_updated_at() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end; $$;
alter table public.tasks add column updated_at timestamptz not null default now();
create trigger set_updated_at before update of title on public.tasks for each row execute function private.set_updated_at();

-- caught: a trigger for each statement
create function private.set_updated_at() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end; $$;
alter table public.tasks add column updated_at timestamptz not null default now();
create trigger set_updated_at before update on public.tasks for each statement execute function private.set_updated_at();

-- caught: a trigger that is disabled
create function private.set_updated_at() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end; $$;
alter table public.tasks add column updated_at timestamptz not null default now();
create trigger set_updated_at before update on public.tasks for each row execute function private.set_updated_at();
alter table public.tasks disable trigger set_updated_at;

-- caught: a trigger that does something else
alter table public.tasks add column updated_at timestamptz;
create function private.shout() returns trigger language plpgsql as $$ begin new.title := upper(new.title); return new; end; $$;
create trigger shout before update on public.tasks for each row execute function private.shout();

-- holds: a trigger for insert too, with a condition
create function private.set_updated_at() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end; $$;
alter table public.tasks add column updated_at timestamptz not null default now();
create trigger set_updated_at before insert or update on public.tasks for each row execute function private.set_updated_at();

-- holds: a column that was dropped
alter table public.tasks add column updated_at timestamptz;
alter table public.tasks drop column updated_at;

-- holds: a trigger that takes the name of the column, as moddatetime does
create function private.set_to_now() returns trigger language plpgsql as
  $$ begin return jsonb_populate_record(new, jsonb_build_object(tg_argv[0], now())); end; $$;
alter table public.tasks add column updated_at timestamptz not null default now();
create trigger set_updated_at before update on public.tasks for each row execute function private.set_to_now('updated_at');
