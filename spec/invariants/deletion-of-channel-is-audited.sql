-- A channel of which the audit log says something is there, or the log says that it was deleted.
-- fix: Find what deleted from public.channels without its triggers.
select distinct entry.record_id
from public.audit_log entry
where entry.table_name = 'public.channels'
  and entry.action in ('channel_published', 'channel_slug_changed', 'channel_unpublished')
  and not exists (select from public.channels channel where channel.id = entry.record_id)
  and not exists (
    select from public.audit_log deleted
    where deleted.record_id = entry.record_id and deleted.action = 'channel_deleted'
  );
