-- caught: a foreign key
alter table public.tasks drop constraint tasks_list_id_fkey;
alter table public.tasks add constraint tasks_list_id_fkey foreign key (list_id) references public.lists (id) on delete cascade not valid;

-- caught: a domain
create domain public.positive as integer;
alter domain public.positive add constraint positive_check check (value > 0) not valid;

-- holds: two steps in one migration
alter table public.tasks add constraint tasks_title_check check (title <> '') not valid;
alter table public.tasks validate constraint tasks_title_check;
