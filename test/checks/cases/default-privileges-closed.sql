-- caught: every schema
alter default privileges grant select on tables to authenticated;

-- caught: functions, as PostgreSQL has it
alter default privileges grant execute on functions to public;

-- caught: sequences of the private schema
alter default privileges in schema private grant usage on sequences to anon;

-- caught: another owner of something here
create role another_owner;
create function private.theirs() returns int language sql as 'select 1';
grant create, usage on schema private to another_owner;
alter function private.theirs() owner to another_owner;

-- holds: a schema that is not ruled, and who owns nothing here
create schema other;
alter default privileges in schema other grant select on tables to anon;
create role somebody_else;
alter default privileges for role somebody_else in schema public grant select on tables to anon;
