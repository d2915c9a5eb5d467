-- The questions that user_usage counts for a day are those of that day in usage_daily, for accounts that no legacy database had.
-- fix: Find what wrote one of the two counters by itself; the functions that count questions write both.
select usage.user_id, usage.usage_date, usage.messages_sent_today, coalesce(daily.messages_sent, 0) as messages_sent
from public.user_usage usage
left join public.usage_daily daily on daily.user_id = usage.user_id and daily.day = usage.usage_date
where usage.messages_sent_today <> coalesce(daily.messages_sent, 0)
  and usage.created_at > coalesce((select move.moved_at from private.legacy_moves move where move.table_name = 'user_usage'), '-infinity');
