-- A session's last_message_at is not before any of its messages.
-- fix: Find what wrote messages without the trigger of public.chat_messages; then set last_message_at to the time of the latest message.
select session.id, session.last_message_at, latest.created_at
from (
  select message.session_id, max(message.created_at) as created_at
  from public.chat_messages message
  group by message.session_id
) latest
join public.chat_sessions session on session.id = latest.session_id
where session.last_message_at is null or session.last_message_at < latest.created_at;
