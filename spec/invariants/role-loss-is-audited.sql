-- Each role that the audit log says was granted is held, or the log says that it was revoked.
-- fix: Find what deleted from public.user_roles without its triggers.
select entry.record_id, entry.new_record ->> 'user_id' as user_id, entry.new_record ->> 'role' as role
from public.audit_log entry
where entry.action = 'role_granted'
  and not exists (select from public.user_roles held where held.id = entry.record_id)
  and not exists (
    select from public.audit_log revoked
    where revoked.record_id = entry.record_id and revoked.action = 'role_revoked'
  );
