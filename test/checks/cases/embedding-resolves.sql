-- caught: no key any more
alter table public.tasks drop constraint tasks_list_id_fkey;

-- caught: a second key
alter table public.tasks add column other_id uuid references public.lists (id);

-- caught: a second key the other way round
alter table public.lists add column first_task uuid references public.tasks (id);

-- caught: one task for a list, so that lists get an object
alter table public.tasks add constraint tasks_list_id_key unique (list_id);

-- caught: a table in between
create table public.lists_tasks (
  list_id uuid references public.lists (id), task_id uuid references public.tasks (id), primary key (list_id, task_id)
);

-- caught: a function that gives an array
create function public.lists(public.tasks) returns setof public.lists language sql stable as 'select * from public.lists where id = $1.list_id';

-- caught: the table is a view of another schema now
create schema elsewhere;
alter table public.lists set schema elsewhere;

-- holds: a unique index alone is no constraint, and PostgREST does not look at it
create unique index tasks_list_id_once on public.tasks (list_id);

-- holds: a table in between with a key of its own
create table public.lists_tasks (
  id uuid primary key, list_id uuid references public.lists (id), task_id uuid references public.tasks (id), unique (list_id, task_id)
);

-- holds: a table in between in a schema that is not exposed
create table private.lists_tasks (
  list_id uuid references public.lists (id), task_id uuid references public.tasks (id), primary key (list_id, task_id)
);

-- holds: a function in place of the key
alter table public.tasks drop constraint tasks_list_id_fkey;
create function public.lists(public.tasks) returns setof public.lists language sql stable rows 1
  as 'select * from public.lists where id = $1.list_id';
create function public.tasks(public.lists) returns setof public.tasks language sql stable as 'select * from public.tasks where list_id = $1.id';

-- holds: a function decides between two keys
alter table public.tasks add column other_id uuid references public.lists (id);
create function public.lists(public.tasks) returns public.lists language sql stable as 'select * from public.lists where id = $1.list_id';
create function public.tasks(public.lists) returns setof public.tasks language sql stable as 'select * from public.tasks where list_id = $1.id';

-- holds: tables become views, with the columns of the key under other names
alter table public.lists rename to lists_stored;
alter table public.tasks rename to tasks_stored;
create view public.lists as select title, id as list from public.lists_stored;
create view public.tasks as select task.title, task.list_id as list from public.tasks_stored task;

-- caught: tables become views, and the column of the key is computed
alter table public.lists rename to lists_stored;
alter table public.tasks rename to tasks_stored;
create view public.lists as select title, id as list from public.lists_stored;
create view public.tasks as select task.title, coalesce(task.list_id) as list from public.tasks_stored task;

-- caught: tables become views, one with the key's column twice
alter table public.lists rename to lists_stored;
alter table public.tasks rename to tasks_stored;
create view public.lists as select title, id as list, id as again from public.lists_stored;
create view public.tasks as select task.title, task.list_id as list from public.tasks_stored task;

-- holds: views of views, with a subquery that has columns of its own
alter table public.lists rename to lists_stored;
alter table public.tasks rename to tasks_stored;
create view private.all_lists as select id, title from public.lists_stored;
create view public.lists as select list.id, list.title, (select max(task.list_id::text) from public.tasks_stored task) as most from private.all_lists list;
create view public.tasks as select task.* from public.tasks_stored task where exists (select list.id from public.lists_stored list);
