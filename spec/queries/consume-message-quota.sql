-- One question is counted, if one is left.
-- persona: owner
-- typical: select user_id as caller from public.user_usage
--   where usage_date < (now() at time zone 'UTC')::date or messages_sent_today = 0 order by md5(user_id::text) limit 1
-- index: user_usage_user_id_key
-- per row: a subquery, because it looks at the one row that the key has found, as it is after a wait
-- pages: 80
select * from public.consume_message_quota();
