-- The address of a public channel, and with it all that look like it, is held for that channel.
-- fix: Find what wrote the slug without the trigger hold_slug; take the channel down with unpublish_channel where the address is another's.
select channel.id, channel.public_slug
from public.channels channel
where channel.public_slug is not null
  and not exists (
    select from private.slug_holders holder
    where holder.folded_slug = private.folded_slug(channel.public_slug)
      and holder.youtube_channel_id = channel.youtube_channel_id
  );
