-- Somebody is an admin, unless the service or an operator took the role from the last one.
-- fix: Make somebody an admin with the service key: insert into public.user_roles (user_id, role) values (…, 'admin').
select revoked.id, revoked.actor_id, revoked.created_at
from public.audit_log revoked
where revoked.action = 'role_revoked'
  and revoked.old_record ->> 'role' = 'admin'
  and revoked.actor_id is not null
  and not exists (select from public.user_roles held where held.role = 'admin')
  and not exists (
    select from public.audit_log later
    where later.action = 'role_revoked'
      and later.old_record ->> 'role' = 'admin'
      and later.created_at > revoked.created_at
  );
