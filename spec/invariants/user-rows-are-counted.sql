-- The count of a user's rows in each table that a plan limits is the number of those rows.
-- fix: Find what wrote rows without the triggers of that table, or private.user_row_counts by itself; then set row_count to the number of rows.
select user_id, table_name, kept.row_count, counted.rows
from (
  select session.user_id, 'chat_sessions' as table_name, count(*) as rows from public.chat_sessions session group by session.user_id
  union all
  select message.user_id, 'chat_messages', count(*) from public.chat_messages message group by message.user_id
  union all
  select saved.user_id, 'saved_answers', count(*) from public.saved_answers saved group by saved.user_id
  union all
  select spoken.user_id, 'voice_conversations', count(*) from public.voice_conversations spoken group by spoken.user_id
  union all
  select request.user_id, 'request_idempotency', count(*)
  from public.request_idempotency request
  where request.user_id is not null
  group by request.user_id
) counted
full join private.user_row_counts kept using (user_id, table_name)
where coalesce(counted.rows, 0) <> coalesce(kept.row_count, 0)
  and table_name in ('chat_sessions', 'chat_messages', 'saved_answers', 'voice_conversations', 'request_idempotency');
