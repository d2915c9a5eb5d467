-- caught: a view
create view public.titles as select title from public.lists;

-- caught: a table of the private schema
create table private.marks (id uuid primary key);

-- holds: a partition, whose parent has a comment
create table public.events (id uuid, day date) partition by range (day);
comment on table public.events is 'What happened.';
create table public.events_2030 partition of public.events for values from ('2030-01-01') to ('2031-01-01');

-- holds: a sequence
create sequence public.counter;
