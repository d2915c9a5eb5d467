-- There is a plan free: new accounts get it, and an expired plan counts as it.
-- fix: Insert it again: insert into public.plans (code, creators_limit, videos_per_creator_limit, messages_per_day_limit) values ('free', 2, 10, 18).
select 'free' as missing
where not exists (select from public.plans plan where plan.code = 'free');
