-- caught: no action, written out
alter table public.tasks add column parent_id uuid references public.tasks (id) on delete no action;

-- caught: a rule for update alone
alter table public.tasks add column parent_id uuid references public.tasks (id) on update cascade;

-- holds: each of the four rules, and set null for some columns
alter table public.tasks
  add column a_id uuid references public.tasks (id) on delete cascade,
  add column b_id uuid references public.tasks (id) on delete set null,
  add column c_id uuid references public.tasks (id) on delete set default,
  add column d_id uuid references public.tasks (id) on delete restrict;
alter table public.lists add unique (id, user_id);
alter table public.tasks add column e_id uuid, add column user_id uuid,
  add foreign key (e_id, user_id) references public.lists (id, user_id) on delete set null (e_id);
