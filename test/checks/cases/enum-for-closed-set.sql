-- caught: varchar
alter table public.tasks add column state varchar(9) check (state in ('open', 'done'));

-- caught: a column whose name is quoted
alter table public.tasks add column "State" text check ("State" in ('open', 'done'));

-- holds: some labels of an enum
create type public.mood as enum ('glad', 'sad', 'none');
alter table public.tasks add column mood public.mood check (mood in ('glad', 'sad'));

-- holds: numbers
alter table public.tasks add column weight int check (weight in (1, 2, 3));

-- holds: a pattern
alter table public.tasks add check (title ~ '^[A-Z]' and title not in ('a', 'b'));
