-- A channel whose page was taken down, and not put up again since, is not public.
-- fix: Take it down again with unpublish_channel; if it may be public, delete its row of private.channel_takedowns.
select channel.id, channel.public_slug
from public.channels channel
join private.channel_takedowns takedown on takedown.youtube_channel_id = channel.youtube_channel_id
where channel.public_slug is not null;
