-- Questions a day of the last month, for admins.
-- persona: admin
-- index: idx_usage_daily_day
-- grows: public.usage_daily, because it adds up a month of all users
-- pages: 50000
select * from public.admin_daily_messages();
