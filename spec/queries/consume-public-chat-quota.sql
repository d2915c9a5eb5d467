-- One question of somebody without an account is counted.
-- persona: service
-- parameters: channel_id uuid
-- typical: select id as channel_id from public.channels where public_slug is not null order by md5(id::text) limit 1
-- index: channels_pkey, public_chat_limits_channel_id_identifier_key
-- pages: 40
select * from public.consume_public_chat_quota('a fingerprint of somebody', $1, 1000000);
