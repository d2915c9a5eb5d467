-- No counter is of a day that has not begun in UTC: it would count nothing until then.
-- fix: Set the day to today in UTC; find what wrote it.
select usage.user_id::text as counted, usage.usage_date
from public.user_usage usage
where usage.usage_date > (now() at time zone 'UTC')::date and usage.created_at > coalesce((select move.moved_at from private.legacy_moves move where move.table_name = 'user_usage'), '-infinity')
union all
select counted.channel_id || ' ' || counted.identifier, counted.usage_date
from public.public_chat_limits counted
where counted.usage_date > (now() at time zone 'UTC')::date and counted.created_at > coalesce((select move.moved_at from private.legacy_moves move where move.table_name = 'public_chat_limits'), '-infinity');
