-- The latest notes of a user.
-- persona: owner
-- index: idx_notes_user_id_created_at
-- order: index
-- pages: 40
select id, body, created_at
from public.notes
where user_id = '00000000-0000-4000-8000-00000000aaa1'
order by created_at desc
limit 20;
