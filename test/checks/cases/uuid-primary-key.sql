-- caught: no primary key
create table public.tags (id uuid not null);

-- caught: a key of two columns
create table public.tags (list_id uuid references public.lists (id), name text, primary key (list_id, name));

-- caught: a uuid of another name that points nowhere
create table public.tags (key uuid primary key);

-- caught: a table of the private schema
create table private.tags (id bigint primary key);

-- caught: a partitioned table, once
create table public.tags (id bigint, day date, primary key (id, day)) partition by range (day);
create table public.tags_2030 partition of public.tags for values from ('2030-01-01') to ('2031-01-01');

-- holds: a one-to-one table with its parent's key, alone or with another column
create table public.notes (list_id uuid primary key references public.lists (id), body text);
alter table public.lists add unique (id, user_id);
create table public.colors (list_id uuid primary key, user_id uuid, foreign key (list_id, user_id) references public.lists (id, user_id));

-- holds: a table of a schema that is not ruled
create schema other;
create table other.tags (id bigint primary key);

-- holds: a view
create view public.tags as select 1 as id;
