-- Nobody follows more channels than their plan allows; who did before the plan allowed less, or in a legacy database, adds none.
-- fix: Find what wrote follows without the triggers of public.user_creators; the user unfollows channels, or gets a plan with more.
select followed.user_id, followed.channels, plan.code, plan.creators_limit
from (
  select follow.user_id, count(*) as channels, max(follow.added_at) as latest
  from public.user_creators follow
  group by follow.user_id
) followed
left join public.user_usage usage on usage.user_id = followed.user_id
join public.plans plan on plan.id = private.plan_in_force(usage.plan_id, usage.plan_expires_at)
-- Another plan since then; a minute for transactions that waited for each other.
left join lateral (
  select max(entry.created_at) + interval '1 minute' as at
  from public.audit_log entry
  where entry.action = 'plan_changed' and entry.record_id = usage.id
) changed on true
where followed.channels > plan.creators_limit
  and followed.latest > greatest(
    coalesce((select move.moved_at from private.legacy_moves move where move.table_name = 'user_creators'), '-infinity'),
    plan.updated_at,
    changed.at,
    case when usage.plan_expires_at <= now() then usage.plan_expires_at + interval '1 minute' end
  );
