-- The audit log says of each channel whether it is public: it was published once more than taken down, or as often.
-- fix: Find what wrote public_slug without the triggers of public.channels.
select channel.id, channel.public_slug, logged.balance as published_minus_taken_down
from public.channels channel
cross join lateral (
  select coalesce(sum(
    case
      when entry.action = 'channel_published' then 1
      when entry.action = 'channel_unpublished' then -1
      when entry.action = 'channel_deleted' and entry.old_record ->> 'public_slug' is not null then -1
      else 0
    end
  ), 0) as balance
  from public.audit_log entry
  where entry.record_id = channel.id
) logged
where logged.balance <> (channel.public_slug is not null)::integer
  -- A legacy database may have had it public already.
  and not (
    channel.created_at <= coalesce((select move.moved_at from private.legacy_moves move where move.table_name = 'channels'), '-infinity')
    and logged.balance = (channel.public_slug is not null)::integer - 1
  );
