-- caught: to public, said
create policy "Anybody" on public.lists for insert to public with check (true);

-- holds: several roles
create policy "Anybody" on public.lists for insert to anon, service_role with check (true);
