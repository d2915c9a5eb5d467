-- caught: a setting, cast
create policy "P" on public.lists for insert to authenticated with check (user_id = current_setting('app.user')::uuid);

-- caught: a call within a call, and one among values
create policy "P" on public.lists for insert to authenticated with check (title = lower(coalesce(auth.role(), '')));

-- caught: in the with check of an update alone
create policy "P" on public.lists for update to authenticated using (user_id = (select auth.uid())) with check (user_id = auth.uid());

-- caught: a helper in an array
create function private.mine() returns setof uuid language sql stable as 'select null::uuid';
create function private.all_mine() returns uuid[] language sql stable as 'select null::uuid[]';
create policy "P" on public.lists for insert to authenticated with check (user_id = any (private.all_mine()));

-- caught: in a subquery on a table, for its rows
create policy "P" on public.tasks for insert to authenticated
  with check (exists (select from public.lists list where list.id = list_id and list.user_id = auth.uid()));

-- caught: beside the row in one subquery
create policy "P" on public.lists for insert to authenticated with check ((select user_id = auth.uid()));

-- caught: left of in
create policy "P" on public.tasks for insert to authenticated
  with check (auth.uid() in (select list.user_id from public.lists list));

-- caught: now()
create policy "P" on public.lists for insert to authenticated with check (created_at <= now());

-- holds: wrapped within a subquery on a table
create policy "P" on public.tasks for insert to authenticated
  with check (exists (select from public.lists list where list.id = list_id and list.user_id = (select auth.uid())));

-- holds: a call that looks at the row
create function private.is_mine(id uuid) returns boolean language sql stable as 'select true';
create policy "P" on public.lists for insert to authenticated with check (private.is_mine(id));

-- holds: a call that looks at the row, wrapped all the same
create function private.is_mine(id uuid) returns boolean language sql stable as 'select true';
create policy "P" on public.lists for insert to authenticated with check ((select private.is_mine(id)));

-- holds: sets, from a select list and from a FROM clause
create function private.mine() returns setof uuid language sql stable as 'select null::uuid';
create policy "P" on public.lists for insert to authenticated with check (user_id in (select private.mine()));
create policy "Q" on public.tasks for insert to authenticated with check (list_id in (select mine from private.mine()));
create policy "R" on public.tasks for delete to authenticated using (list_id = any (array(select private.mine())));

-- holds: several calls in one subquery
create policy "P" on public.lists for insert to authenticated
  with check ((select auth.uid() is not null and auth.role() = 'admin'));

-- holds: an immutable call, a keyword, a text that looks like a call
create policy "P" on public.lists for insert to authenticated
  with check (title = lower('ABC') and title <> 'auth.uid()' and title <> '{FUNCEXPR :funcid 1}' and current_user <> 'x');

-- holds: a table whose name looks like a tree
create table public."{FUNCEXPR :funcid (" (":id" uuid, "a b }" text);
create policy "P" on public."{FUNCEXPR :funcid (" for select to authenticated
  using (":id" = (select auth.uid()) and "a b }" in (select x."a b }" from public."{FUNCEXPR :funcid (" x));
