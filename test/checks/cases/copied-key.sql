-- caught: a key copied from a grandparent
alter table public.tasks add column user_id uuid references auth.users (id);
alter table public.lists add unique (id, user_id);
alter table public.tasks add foreign key (list_id, user_id) references public.lists (id, user_id);
create table public.steps (id uuid primary key, task_id uuid references public.tasks (id), user_id uuid references auth.users (id));

-- caught: a foreign key of both columns that crosses them over
alter table public.tasks add column user_id uuid references auth.users (id);
alter table public.lists add column other_id uuid, add unique (id, other_id);
alter table public.tasks add foreign key (list_id, user_id) references public.lists (id, other_id);

-- holds: bound through a table that both point to
alter table public.lists add unique (id, user_id);
alter table public.tasks add column user_id uuid references auth.users (id), add unique (id, list_id),
  add foreign key (list_id, user_id) references public.lists (id, user_id);
create table public.steps (
  id uuid primary key, task_id uuid, list_id uuid, user_id uuid references auth.users (id),
  foreign key (task_id, list_id) references public.tasks (id, list_id),
  foreign key (list_id, user_id) references public.lists (id, user_id)
);

-- holds: a column of the same name that points elsewhere
alter table public.tasks add column user_id uuid references public.tasks (id);

-- holds: a column of another name
alter table public.tasks add column author_id uuid references auth.users (id);
