-- Each role beyond the role user has an entry in the audit log that says who got it.
-- fix: Find what wrote public.user_roles without its triggers; revoke the role and grant it again with grant_role.
select held.id, held.user_id, held.role
from public.user_roles held
where held.role <> 'user'
  and not exists (
    select from public.audit_log entry
    where entry.record_id = held.id
      and entry.action in ('role_granted', 'role_changed')
      and entry.new_record ->> 'user_id' = held.user_id::text
      and entry.new_record ->> 'role' = held.role::text
  );
