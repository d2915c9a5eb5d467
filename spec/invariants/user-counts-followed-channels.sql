-- A user's creators_added is the number of channels that they follow; what a legacy database counted stands until they follow or unfollow.
-- fix: Call public.increment_creator_count for the user, which counts again; find what wrote follows without the triggers of public.user_creators.
select usage.user_id, usage.creators_added, coalesce(followed.channels, 0) as channels
from public.user_usage usage
left join (
  select follow.user_id, count(*) as channels, max(follow.added_at) as latest
  from public.user_creators follow
  group by follow.user_id
) followed on followed.user_id = usage.user_id
cross join (
  select coalesce((select move.moved_at from private.legacy_moves move where move.table_name = 'user_usage'), '-infinity') as moved_at
) legacy
where usage.creators_added <> coalesce(followed.channels, 0)
  and (usage.created_at > legacy.moved_at or followed.latest > legacy.moved_at);
