-- One of each kind of thing that the readers of the catalog know, with names that SQL has to quote.
-- "Reader.1" is a role that whoever runs this has made.
create schema "My.App";
grant usage on schema "My.App" to "Reader.1" with grant option;
comment on schema "My.App" is 'odd names';

create type "My.App"."Mood" as enum ('glad', 'sa"d', 'a,b');
comment on type "My.App"."Mood" is 'how it is';
create domain "My.App".short as text default 'x' not null constraint "few.letters" check (length(value) < 10);
create type "My.App".pair as (one int, "Two" numeric(4, 2));
create type "My.App".span as range (subtype = int);

create sequence "My.App".counter as smallint increment 2 minvalue 1 maxvalue 9 start 3 cycle;

create function "My.App"."Twice"("N" int default 1, out "Double" bigint) language sql immutable strict leakproof parallel safe
  set search_path = pg_catalog, pg_temp return "N" * 2;
comment on function "My.App"."Twice"(int) is 'doubles';
create function "My.App".many(variadic "My.App"."Mood"[]) returns table (mood "My.App"."Mood") language sql stable security definer as 'select null::"My.App"."Mood"';
create function "My.App".stamp() returns trigger language plpgsql as 'begin return new; end';
create procedure "My.App".tidy(inout n int) language plpgsql as 'begin null; end';
create aggregate "My.App".total(int) (sfunc = int4pl, stype = int);
revoke execute on function "My.App"."Twice"(int) from public;
grant execute on function "My.App"."Twice"(int) to "Reader.1";

create table "My.App".parents (
  id uuid primary key default gen_random_uuid(),
  number bigint generated always as identity,
  unique (id, number)
);
create table "My.App"."We""ird" (
  "Id" uuid not null,
  "select" "My.App"."Mood" not null default 'glad',
  "a.b" numeric(6, 2),
  words varchar(20) collate "C",
  twice int generated always as (length(words) * 2) stored,
  parent_id uuid,
  number bigint,
  during "My.App".span,
  constraint "We""ird_pkey" primary key ("Id"),
  constraint "one.of" unique nulls not distinct ("a.b", words) deferrable initially deferred,
  constraint parent foreign key (parent_id, number) references "My.App".parents (id, number) on delete set null (number) on update cascade,
  constraint positive check ("a.b" > 0),
  constraint apart exclude using gist (during with &&)
) with (fillfactor = 70);
alter table "My.App"."We""ird" add constraint lone foreign key (parent_id) references "My.App".parents not valid;
comment on table "My.App"."We""ird" is 'the odd one';
comment on column "My.App"."We""ird"."a.b" is 'a dot';
create index "Lower.Words" on "My.App"."We""ird" using btree (lower(words) text_pattern_ops desc nulls last, "a.b") include (number) where "a.b" > 1;
create index on "My.App"."We""ird" using hash (words);
alter table "My.App"."We""ird" replica identity using index "We""ird_pkey";

alter table "My.App"."We""ird" enable row level security;
alter table "My.App"."We""ird" force row level security;
create policy "The reader may" on "My.App"."We""ird" for update to "Reader.1"
  using ("Id" = (select id from "My.App".parents limit 1)) with check (now() > '2026-01-01 12:00+02'::timestamptz);
create policy no_more on "My.App"."We""ird" as restrictive using ("a.b" < 100);

create trigger "Stamp.It" before insert or update of words, "a.b" on "My.App"."We""ird" for each row
  when (new.words is not null) execute function "My.App".stamp('one', 'it''s "two"');
alter table "My.App"."We""ird" enable always trigger "Stamp.It";
create rule "no.deletes" as on delete to "My.App"."We""ird" do instead nothing;

grant select, truncate on "My.App"."We""ird" to "Reader.1";
grant update (words) on "My.App"."We""ird" to public;
grant usage on sequence "My.App".counter to "Reader.1";
alter default privileges in schema "My.App" grant select on tables to "Reader.1";

create table "My.App".days (id uuid, day date not null, primary key (id, day)) partition by range (day);
create table "My.App"."Days.1" partition of "My.App".days for values from ('2026-01-01') to ('2027-01-01');
create unlogged table "My.App".quick ();
create view "My.App"."Seen" with (security_invoker = on, security_barrier) as select "Id", "a.b" from "My.App"."We""ird";
create materialized view "My.App".kept as select id from "My.App".parents;
