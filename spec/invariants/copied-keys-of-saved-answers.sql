-- A saved answer's session is its user's with its channel, and its message is of that session.
-- fix: Find what wrote around the foreign keys of public.saved_answers; set session_id to null, and message_id with it.
select saved.id, saved.user_id, saved.channel_id, saved.session_id, saved.message_id
from public.saved_answers saved
left join public.chat_sessions session on session.id = saved.session_id
left join public.chat_messages message on message.id = saved.message_id
where (saved.session_id is not null
    and (session.user_id, session.channel_id) is distinct from (saved.user_id, saved.channel_id))
  or (saved.message_id is not null and message.session_id is distinct from saved.session_id);
