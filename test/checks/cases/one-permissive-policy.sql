-- caught: one for all commands beside one for select
create policy "All" on public.lists to authenticated using (true);

-- caught: one for several roles
create policy "Again" on public.lists for select to anon, authenticated using (true);

-- caught: one to public
create policy "Again" on public.lists for select using (true);

-- holds: a restrictive one
create policy "Only here" on public.lists as restrictive for select to authenticated using (true);

-- holds: another role, another command
create policy "Others" on public.lists for select to anon using (true);
create policy "Insert" on public.lists for insert to authenticated with check (true);
