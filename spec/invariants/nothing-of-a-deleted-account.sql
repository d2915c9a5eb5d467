-- No row belongs to an account that does not exist.
-- fix: Find what deleted from auth.users without its foreign keys; delete the rows.
select owned.table_name, owned.user_id, count(*) as rows
from (
  select 'profiles' as table_name, profile.id as user_id from public.profiles profile
  union all select 'user_roles', held.user_id from public.user_roles held
  union all select 'user_usage', usage.user_id from public.user_usage usage
  union all select 'usage_daily', daily.user_id from public.usage_daily daily
  union all select 'user_creators', follow.user_id from public.user_creators follow
  union all select 'chat_sessions', session.user_id from public.chat_sessions session
  union all select 'saved_answers', saved.user_id from public.saved_answers saved
  union all select 'voice_conversations', spoken.user_id from public.voice_conversations spoken
  union all select 'request_idempotency', request.user_id from public.request_idempotency request
  union all select 'operation_locks', held.user_id from public.operation_locks held
  union all select 'error_logs', logged.user_id from public.error_logs logged
  union all select 'channels', channel.added_by from public.channels channel
) owned
where owned.user_id is not null
  and not exists (select from auth.users member where member.id = owned.user_id)
group by owned.table_name, owned.user_id;
