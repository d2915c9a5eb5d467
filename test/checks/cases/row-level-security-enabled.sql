-- caught: a partition of a table that has it
create table public.events (id uuid, day date) partition by range (day);
alter table public.events enable row level security;
create table public.events_2030 partition of public.events for values from ('2030-01-01') to ('2031-01-01');

-- caught: a table of the private schema
create table private.marks (id uuid primary key);

-- holds: a view
create view public.titles as select title from public.lists;
