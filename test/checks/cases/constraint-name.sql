-- caught: a foreign key under its column's name
alter table public.tasks rename constraint tasks_list_id_fkey to tasks_list_fkey;

-- caught: a primary key with its column
alter table public.tasks rename constraint tasks_pkey to tasks_id_pkey;

-- caught: a unique constraint with some of its columns
alter table public.tasks add constraint tasks_title_key unique (title, created_at);

-- caught: a check for a column that it does not mention
alter table public.tasks add constraint tasks_created_at_check check (title <> '');

-- caught: a table that was renamed
alter table public.tasks rename to jobs;

-- holds: what PostgreSQL calls them
create table public.a_table_whose_name_goes_on_and_on_for_ever (
  id uuid primary key, list_id uuid references public.lists (id), a_column_that_is_long_too int unique check (a_column_that_is_long_too > 0),
  unique (list_id, a_column_that_is_long_too)
);

-- holds: a check for one of two columns that it mentions, or both in any order
alter table public.tasks
  add constraint tasks_title_check check (title <> '' or created_at is null),
  add constraint tasks_created_at_title_check check (created_at is not null or title = '');

-- holds: an exclusion
alter table public.tasks add constraint tasks_title_excl exclude using btree (title with =);
