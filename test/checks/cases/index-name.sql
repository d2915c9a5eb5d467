-- caught: columns in another order
create index idx_lists_title_id on public.lists (id, title);

-- caught: a partial one that does not say so
create index idx_lists_title on public.lists (title) where title <> '';

-- caught: one that says so and is not
create index idx_lists_title_partial on public.lists (title);

-- caught: an expression, without the table
create index idx_lower_title on public.lists (lower(title));

-- caught: a long name, shortened by hand
create table public.a_table_whose_name_goes_on_and_on_for_ever (id uuid, a_column_that_is_long_too uuid);
create index idx_a_table_whose_name_goes_on_and_on_for_ever_column on public.a_table_whose_name_goes_on_and_on_for_ever (a_column_that_is_long_too);

-- holds: an expression among columns, and a partial one
create index idx_lists_user_id_lower_title on public.lists (user_id, lower(title));
create index idx_lists_short_title_partial on public.lists (substr(title, 1, 9)) where title <> '';

-- holds: columns that are merely included
create index idx_lists_title on public.lists (title) include (created_at);

-- holds: a unique one
create unique index idx_lists_title on public.lists (title);

-- holds: a long name that PostgreSQL cut off
create table public.a_table_whose_name_goes_on_and_on_for_ever (id uuid, a_column_that_is_long_too uuid);
create index idx_a_table_whose_name_goes_on_and_on_for_ever_a_column_that_is_long_too on public.a_table_whose_name_goes_on_and_on_for_ever (a_column_that_is_long_too);

-- holds: a long name, shortened so that the ending stays
create table public.a_table_whose_name_goes_on_and_on_for_ever (id uuid, a_column_that_is_long_too uuid);
create index idx_a_table_whose_name_goes_o_a_column_that_is_long_too_partial on public.a_table_whose_name_goes_on_and_on_for_ever (a_column_that_is_long_too) where id is not null;

-- holds: signs that mean something in a pattern
create table public."a.b(c" (id uuid);
create index "idx_a.b(c_lower" on public."a.b(c" (lower(id::text));
