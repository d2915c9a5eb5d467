-- caught: two words
create policy "Add lists" on public.lists for insert to authenticated with check (true);

-- caught: a small letter
create policy "users can add lists" on public.lists for insert to authenticated with check (true);

-- caught: underscores
create policy "Users can add to user_lists" on public.lists for insert to authenticated with check (true);

-- holds: another language, a comma, a number
create policy "Über 18, und nur dann, darf man 2 Listen anlegen" on public.lists for insert to authenticated with check (true);
