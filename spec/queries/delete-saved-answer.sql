-- A saved answer is deleted.
-- persona: owner
-- parameters: id uuid
-- typical: select user_id as caller, id from public.saved_answers order by md5(id::text) limit 1
-- index: saved_answers_pkey
-- pages: 15
delete from public.saved_answers where id = $1;

-- without row security:
delete from public.saved_answers where id = $1 and user_id = (select auth.uid());
