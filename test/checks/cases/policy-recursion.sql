-- caught: a policy that queries its own table
create policy "P" on public.lists for select to anon using (user_id in (select list.user_id from public.lists list));

-- caught: over three tables, through a view with the caller's rights
create table public.shares (list_id uuid);
create view public.shared with (security_invoker = true) as select list_id from public.shares;
create policy "P" on public.lists for delete to authenticated using (id in (select list_id from public.shared));
create policy "Q" on public.shares for select to authenticated using (list_id in (select task.list_id from public.tasks task));

-- caught: in a schema between them that is not ruled
create schema other;
create table other.shares (list_id uuid);
create policy "P" on public.lists for delete to authenticated using (id in (select list_id from other.shares));
create policy "Q" on other.shares for select to authenticated using (list_id in (select list.id from public.lists list));

-- holds: a policy for insert that looks where one for select looks back
create table public.shares (list_id uuid);
create policy "P" on public.shares for insert to authenticated with check (list_id in (select list.id from public.lists list));
create policy "Q" on public.lists for delete to authenticated using (id in (select list_id from public.shares));

-- holds: a view with its owner's rights
create view public.listed as select list_id from public.tasks;
create policy "P" on public.lists for delete to authenticated using (id in (select list_id from public.listed));
