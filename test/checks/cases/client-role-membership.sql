-- caught: through another role
create role clerks_of_a_test;
grant service_role to clerks_of_a_test;
grant clerks_of_a_test to authenticated;

-- caught: another client's role
grant authenticated to anon;

-- caught: a predefined role
grant pg_read_all_data to anon;

-- caught: grants that are not inherited
create role readers_of_a_test;
grant readers_of_a_test to authenticated;

-- holds: grants that are inherited
create role readers_of_a_test;
alter role authenticated inherit;
grant readers_of_a_test to authenticated;

-- holds: the gateway, which is no client's role
grant service_role to authenticator;
