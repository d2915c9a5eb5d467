-- A public channel's slug fits (3 to 63 lower-case letters and digits, single hyphens, no reserved word), and no other channel has it.
-- fix: Take the channel down with unpublish_channel and publish it under another slug.
select channel.id, channel.public_slug
from public.channels channel
where not private.fits_slug(channel.public_slug)
  or exists (
    select from public.channels other where other.public_slug = channel.public_slug and other.id <> channel.id
  );
