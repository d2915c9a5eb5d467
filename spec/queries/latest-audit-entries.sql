-- The latest entries of the audit log, for admins.
-- persona: admin
-- index: idx_audit_log_created_at
-- order: index
-- pages: 30
select id, actor_id, action, table_name, record_id, created_at from public.audit_log order by created_at desc limit 50;
