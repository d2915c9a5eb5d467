-- How many users each plan has, for admins.
-- persona: admin
-- scan: auth.users, because it counts them by their plan
-- scan: public.user_usage, because it has the plan of every user
-- pages: 5000
select * from public.admin_plan_distribution();
