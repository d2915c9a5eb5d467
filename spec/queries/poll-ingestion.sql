-- How far the ingestion of a channel is; asked every few seconds.
-- persona: owner
-- parameters: channel_id uuid
-- typical: select id as channel_id from public.channels order by md5(id::text) limit 1
-- index: channels_pkey
-- pages: 5
select ingestion_status, ingestion_progress, error_message from public.channels where id = $1;

-- without row security:
select ingestion_status, ingestion_progress, error_message from public.channels where id = $1;
