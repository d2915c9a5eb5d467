-- Ingestion counts the videos that it took in for somebody.
-- persona: service
-- parameters: user_id uuid
-- typical: select user_id from public.user_usage order by md5(user_id::text) limit 1
-- index: user_usage_user_id_key
-- pages: 70
select public.increment_videos_indexed($1, 1);
