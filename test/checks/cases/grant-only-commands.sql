-- caught: truncate
grant truncate on public.tasks to service_role;

-- caught: references on one column
grant references (title) on public.tasks to authenticated;

-- holds: commands, on columns and on a sequence
grant select, insert, update, delete on public.tasks to service_role;
grant update (title) on public.tasks to authenticated;
create sequence public.counter;
grant usage on sequence public.counter to authenticated;
