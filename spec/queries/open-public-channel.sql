-- A public channel's page, opened by its address, signed out.
-- persona: anon
-- parameters: slug text
-- typical: select public_slug as slug from public.channels where public_slug is not null order by public_slug limit 1
-- index: channels_public_slug_key
-- pages: 5
select id, channel_name, channel_url, avatar_url, subscriber_count, indexed_videos, total_videos, last_indexed_at
from public.channels
where public_slug = $1;

-- without row security:
select id, channel_name, channel_url, avatar_url, subscriber_count, indexed_videos, total_videos, last_indexed_at
from public.channels
where public_slug = $1 and public_slug is not null;
