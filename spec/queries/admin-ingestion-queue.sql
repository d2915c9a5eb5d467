-- Channels whose ingestion is not done, for admins.
-- persona: admin
-- scan: public.channels, because a channel that is not done may be any
-- scan: public.transcripts, because it counts what waits by channel, and an admin asks now and then
-- pages: 15000
select * from public.admin_ingestion_queue();
