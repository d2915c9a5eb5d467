-- No row belongs to a channel that does not exist.
-- fix: Find what deleted from public.channels without its foreign keys; delete the rows.
select owned.table_name, owned.channel_id, count(*) as rows
from (
  select 'videos' as table_name, video.channel_id from public.videos video
  union all select 'user_creators', follow.channel_id from public.user_creators follow
  union all select 'chat_sessions', session.channel_id from public.chat_sessions session
  union all select 'saved_answers', saved.channel_id from public.saved_answers saved
  union all select 'voice_conversations', spoken.channel_id from public.voice_conversations spoken
  union all select 'public_chat_limits', counted.channel_id from public.public_chat_limits counted
) owned
where not exists (select from public.channels channel where channel.id = owned.channel_id)
group by owned.table_name, owned.channel_id;
