-- Users, latest sign-up first, for admins.
-- persona: admin
-- scan: auth.users, because there is no index of sign-ups, and that table is not ours
-- scan: public.profiles, because each user may be found by their name
-- index: user_roles_user_id_role_key, usage_daily_user_id_day_key
-- pages: 10000
select * from public.admin_users();
