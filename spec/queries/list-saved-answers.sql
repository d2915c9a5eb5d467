-- Somebody's saved answers, the latest first, a page at a time.
-- persona: owner
-- typical: select user_id as caller from public.saved_answers group by user_id order by md5(user_id::text) limit 1
-- heavy: select user_id as caller from public.saved_answers group by user_id order by count(*) desc, user_id limit 1
-- index: idx_saved_answers_user_id_created_at
-- order: index
-- pages: 700
select saved.id, saved.question, saved.content, saved.sources, saved.note, saved.created_at, channel.channel_name
from public.saved_answers saved
join public.channels channel on channel.id = saved.channel_id
order by saved.created_at desc
limit 50;

-- without row security:
select saved.id, saved.question, saved.content, saved.sources, saved.note, saved.created_at, channel.channel_name
from public.saved_answers saved
join public.channels channel on channel.id = saved.channel_id
where saved.user_id = (select auth.uid())
order by saved.created_at desc
limit 50;
