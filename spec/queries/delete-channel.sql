-- An admin deletes a channel, and with it all that is its.
-- persona: admin
-- parameters: channel_id uuid
-- typical: select channel_id from public.transcript_chunks group by channel_id order by md5(channel_id::text) limit 1
-- heavy: select channel_id from public.transcript_chunks group by channel_id order by count(*) desc, channel_id limit 1
-- index: channels_pkey
-- pages: 1500
delete from public.channels where id = $1;
