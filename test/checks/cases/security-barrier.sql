-- caught: a view with its owner's rights and a WHERE
create view private.mine as select title from public.lists where user_id = auth.uid();

-- caught: a condition on a join
create view private.mine as select l.title from public.lists l join (select auth.uid() as id) me on l.user_id = me.id;

-- caught: a condition in a subquery
create view private.mine as select s.title from (select title from public.lists where user_id = auth.uid()) s;

-- caught: an INTERSECT, whose queries leave nothing out by themselves
create view private.mine as select title from public.lists intersect select 'mine';

-- caught: a view that says no
create view private.mine with (security_barrier = off) as select title from public.lists where user_id = auth.uid();

-- caught: the same in the API
create view public.mine as select title from public.lists where user_id = auth.uid();

-- holds: a view that leaves nothing out, with a name and a constant that look like a condition
create view private.titles as select title as ":quals {", ':quals {' as more from public.lists;

-- holds: a UNION
create view private.titles as select title from public.lists union select 'mine';

-- holds: with the barrier
create view private.mine with (security_barrier) as select title from public.lists where user_id = auth.uid();

-- holds: with the barrier, in other words
create view private.mine with (security_barrier = yes) as select title from public.lists where user_id = auth.uid();

-- holds: a view with its caller's rights, for which the policies stay in front
create view public.mine with (security_invoker = true) as select title from public.lists where user_id = auth.uid();
