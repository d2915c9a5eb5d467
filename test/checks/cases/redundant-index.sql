-- caught: the same index again
create index idx on public.tasks (list_id);

-- caught: what a primary key has already
create index idx on public.tasks (id);

-- caught: a unique index beside a unique constraint
alter table public.lists add unique (title);
create unique index idx on public.lists (title);

-- caught: the first column of a unique constraint
alter table public.tasks add unique (list_id, title);

-- caught: the same order turned around
create index idx on public.tasks (title, created_at desc);
create index idx_again on public.tasks (title desc nulls first, created_at nulls last);

-- caught: the same predicate and expression
create index idx on public.tasks (lower(title)) where title <> '';
create index idx_again on public.tasks (lower(title), created_at) where title <> '';

-- holds: another order
create index idx on public.tasks (title, created_at);
create index idx_again on public.tasks (title, created_at desc);

-- holds: another order of columns
create index idx on public.tasks (title, created_at);
create index idx_again on public.tasks (created_at, title);

-- holds: another operator class
create index idx on public.tasks (title);
create index idx_again on public.tasks (title text_pattern_ops);

-- holds: another predicate
create index idx on public.tasks (title) where title <> '';
create index idx_again on public.tasks (title);

-- holds: a unique index whose columns another one leads with
create unique index idx on public.tasks (title);
create index idx_again on public.tasks (title, created_at);

-- holds: an index that includes what another does not have
create index idx on public.tasks (title) include (id);
create index idx_again on public.tasks (title, created_at);

-- holds: unique in another sense of null
create unique index idx on public.tasks (title);
create unique index idx_again on public.tasks (title) nulls not distinct;

-- holds: the first column of a hash index's table in a B-tree
create index idx on public.tasks using hash (title);
create index idx_again on public.tasks (title, created_at);
