-- A message's user is that of its session, which exists.
-- fix: Find what wrote around the foreign key to public.chat_sessions. It may show one user's chat to another: delete the message, or give it its session's user.
select message.id, message.session_id, message.user_id, session.user_id as user_of_session
from public.chat_messages message
left join public.chat_sessions session on session.id = message.session_id
where session.user_id is distinct from message.user_id;
