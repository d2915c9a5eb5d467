-- caught: one whose building was interrupted
create index idx_tasks_title on public.tasks (title);
update pg_index set indisvalid = false where indexrelid = 'public.idx_tasks_title'::regclass;

-- caught: one that writes do not keep yet
create unique index tasks_title_key on public.tasks (title);
update pg_index set indisready = false, indisvalid = false where indexrelid = 'public.tasks_title_key'::regclass;

-- holds: one that was built
create index idx_tasks_title on public.tasks (title);
