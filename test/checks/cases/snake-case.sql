-- caught: an argument
create function public.one("whichOne" int) returns int language sql as 'select 1';

-- caught: two underscores
create table public.my__tags (id uuid);

-- caught: a type, a trigger
create type public."Mood" as enum ('glad');
create function private.nothing() returns trigger language plpgsql as 'begin return null; end';
create trigger "onInsert" after insert on public.tasks for each row execute function private.nothing();

-- holds: digits, and arguments without a name
create table public.top_10_lists (id uuid, v2 int);
create function public.plus(int, int) returns int language sql as 'select $1 + $2';

-- holds: labels, which are data
create type public.language as enum ('en-GB', 'zh-Hans');

-- holds: a column that was dropped
alter table public.tasks add column "dueDate" date;
alter table public.tasks drop column "dueDate";
