-- caught: an index in which it comes second
drop index public.idx_tasks_list_id;
create index idx on public.tasks (title, list_id);

-- caught: a partial index that leaves rows out
drop index public.idx_tasks_list_id;
create index idx on public.tasks (list_id) where title <> '';

-- caught: an index that merely includes it
drop index public.idx_tasks_list_id;
create index idx on public.tasks (title) include (list_id);

-- caught: an index on one of two columns
alter table public.lists add unique (id, user_id);
alter table public.tasks add column user_id uuid, add foreign key (list_id, user_id) references public.lists (id, user_id);

-- caught: an index that cannot find one value
drop index public.idx_tasks_list_id;
create index idx on public.tasks using brin (list_id);

-- holds: an index that leads with both columns, in another order
alter table public.lists add unique (id, user_id);
alter table public.tasks add column user_id uuid, add foreign key (list_id, user_id) references public.lists (id, user_id);
create index idx on public.tasks (user_id, list_id, title);

-- holds: a unique index over one of two columns
alter table public.lists add unique (id, user_id);
create table public.notes (list_id uuid primary key, user_id uuid, foreign key (list_id, user_id) references public.lists (id, user_id));

-- holds: a partial index of the rows that have a parent
alter table public.tasks add column parent_id uuid references public.tasks (id);
create index idx on public.tasks (parent_id) where parent_id is not null;

-- holds: a hash index
drop index public.idx_tasks_list_id;
create index idx on public.tasks using hash (list_id);
