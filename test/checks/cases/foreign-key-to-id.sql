-- caught: a key that takes a text along
alter table public.lists add unique (id, title);
alter table public.tasks add foreign key (list_id, title) references public.lists (id, title);

-- caught: a parent whose key is of two columns
create table public.pairs (a uuid, b uuid unique, primary key (a, b));
alter table public.tasks add column b uuid references public.pairs (b);

-- holds: a key of two uuids that includes the parent's
alter table public.lists add unique (user_id, id);
alter table public.tasks add column user_id uuid, add foreign key (user_id, list_id) references public.lists (user_id, id);

-- holds: a parent that has its own parent's key
create table public.notes (list_id uuid primary key references public.lists (id));
alter table public.tasks add column note_list_id uuid references public.notes (list_id);

-- holds: a table that points to itself
alter table public.tasks add column parent_id uuid references public.tasks (id);
