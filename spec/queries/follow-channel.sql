-- Somebody follows a channel; triggers count, and hold the plan's limit.
-- persona: owner
-- parameters: channel_id uuid
-- typical: select account.id as caller, channel.id as channel_id from auth.users account, public.channels channel
--   where not exists (select from public.user_creators follow where follow.user_id = account.id)
--   order by account.id, channel.id limit 1
-- index: user_creators_user_id_channel_id_key, user_usage_user_id_key
-- pages: 25
insert into public.user_creators (user_id, channel_id) values ((select auth.uid()), $1) returning id;
