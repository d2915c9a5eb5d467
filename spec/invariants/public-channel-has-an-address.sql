-- A public channel's slug is of 3 to 63 lower-case letters, digits and hyphens, and no other channel has it.
-- fix: Take the channel down with unpublish_channel and publish it under another slug.
select channel.id, channel.public_slug
from public.channels channel
where channel.public_slug collate "C" !~ '^[a-z0-9-]{3,63}$'
  or exists (
    select from public.channels other where other.public_slug = channel.public_slug and other.id <> channel.id
  );
