-- Somebody's voice conversations, the latest first, a page at a time.
-- persona: owner
-- typical: select user_id as caller from public.voice_conversations group by user_id order by md5(user_id::text) limit 1
-- heavy: select user_id as caller from public.voice_conversations group by user_id
--   order by count(*) desc, user_id limit 1
-- index: idx_voice_conversations_user_id_created_at
-- order: index
-- pages: 60
select id, channel_id, duration_seconds, transcript, created_at
from public.voice_conversations
order by created_at desc
limit 20;

-- without row security:
select id, channel_id, duration_seconds, transcript, created_at
from public.voice_conversations
where user_id = (select auth.uid())
order by created_at desc
limit 20;
