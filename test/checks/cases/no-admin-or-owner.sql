-- caught: a role check that is a subquery on a table
create policy "P" on public.lists for delete to authenticated
  using (exists (select from auth.users where id = (select auth.uid())) or user_id = (select auth.uid()));

-- caught: deep in a condition
create policy "P" on public.lists for delete to authenticated
  using (title <> '' and (user_id = (select auth.uid()) or (title = 'x' or (select auth.role()) = 'admin')));

-- caught: in a subquery
create policy "P" on public.tasks for insert to authenticated with check (exists (
  select from public.lists list where list.id = list_id and (list.user_id = (select auth.uid()) or (select auth.role()) = 'admin')));

-- caught: in with check
create policy "P" on public.lists for insert to authenticated
  with check ((select auth.role()) = 'admin' or user_id = (select auth.uid()));

-- holds: two conditions on the row
create policy "P" on public.lists for delete to authenticated
  using (user_id = (select auth.uid()) or id in (select task.list_id from public.tasks task));

-- holds: two conditions on the caller
create policy "P" on public.lists for delete to authenticated
  using ((select auth.role()) = 'admin' or (select auth.role()) = 'moderator');

-- holds: and
create policy "P" on public.lists for delete to authenticated
  using ((select auth.role()) = 'admin' and user_id = (select auth.uid()));
