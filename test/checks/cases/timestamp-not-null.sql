-- caught: no default
alter table public.tasks alter column created_at drop default;

-- caught: a default that stands still
alter table public.tasks alter column created_at set default '2030-01-01';

-- caught: updated_at
alter table public.tasks add column updated_at timestamptz default now();

-- holds: current_timestamp, which is now()
alter table public.tasks alter column created_at set default current_timestamp;

-- holds: null that means something
alter table public.tasks add column done_at timestamptz;
