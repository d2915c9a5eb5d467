-- The channels that most people talk with, for admins.
-- persona: admin
-- scan: public.channels, because it ranks all of them
-- scan: public.chat_sessions, because it counts the chatters of every channel
-- scan: public.user_creators, because it counts the followers of every channel
-- pages: 10000
select * from public.admin_top_channels();
