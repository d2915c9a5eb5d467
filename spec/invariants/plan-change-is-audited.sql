-- A user's plan is the free one of a new account, that of a legacy database, or one that the audit log says they got.
-- fix: Find what wrote public.user_usage without its triggers; set the plan again, which is audited.
select usage.user_id, plan.code, usage.plan_expires_at
from public.user_usage usage
join public.plans plan on plan.id = usage.plan_id
where (plan.code <> 'free' or usage.plan_expires_at is not null)
  and not exists (
    select from public.audit_log entry
    where entry.record_id = usage.id
      and entry.action = 'plan_changed'
      and entry.new_record ->> 'plan_id' = usage.plan_id::text
      and (entry.new_record ->> 'plan_expires_at')::timestamptz is not distinct from usage.plan_expires_at
  )
  and not (
    usage.created_at <= coalesce((select move.moved_at from private.legacy_moves move where move.table_name = 'user_usage'), '-infinity')
    and not exists (
      select from public.audit_log entry where entry.record_id = usage.id and entry.action = 'plan_changed'
    )
  );
