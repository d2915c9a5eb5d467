-- An edge function reports an error.
-- persona: service
-- parameters: user_id uuid
-- typical: select id as user_id from auth.users order by md5(id::text) limit 1
-- pages: 40
select public.log_error('chat', 'It broke.', p_user_id => $1);
