-- A user's messages_sent_total is the sum of their days since they have a usage row, for accounts that no legacy database had.
-- fix: Find what wrote one of the two counters by itself; the functions that count questions write both.
select usage.user_id, usage.messages_sent_total, coalesce(counted.messages_sent, 0) as messages_sent
from public.user_usage usage
left join lateral (
  select sum(daily.messages_sent) as messages_sent
  from public.usage_daily daily
  where daily.user_id = usage.user_id and daily.day >= (usage.created_at at time zone 'UTC')::date
) counted on true
where usage.messages_sent_total <> coalesce(counted.messages_sent, 0)
  and usage.created_at > coalesce((select move.moved_at from private.legacy_moves move where move.table_name = 'user_usage'), '-infinity');
