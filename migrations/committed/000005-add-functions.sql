--! Previous: sha1:f6d48597941b73b5cdfd121f0d1f4301ab0fbc88
--! Hash: sha1:37db3d32267971e0a77085a8c743cf04f06c1e1f
--! Message: add-functions
--! Time: 2026-11-16T10:05:00Z

-- The functions of the API. Those of public are thin and have the caller's rights; what needs more is in private, checks
-- who calls, and is granted by name. docs/error-codes.md lists what they raise.

-- How long to wait for a lock, and for a statement, is set by whoever runs this (docs/locks.md): a limit here would take
-- the place of theirs.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout

-- Checks and counts that several of them share ----------------------------------------------------------------------

--! Included functions/is_service.sql
-- The role of the request: in a function with definer rights current_user is the function's owner. Unlike a claim, it is
-- nothing that a caller can set.
create or replace function private.is_service() returns boolean
language plpgsql stable security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  return pg_has_role(
    case current_setting('role') when 'none' then session_user else current_setting('role')::name end,
    'service_role',
    'usage'
  );
end;
$$;
comment on function private.is_service() is 'Whether the caller is the service, or a role that may do all that the service may.';
-- For other functions of this schema.
revoke all on function private.is_service() from public, anon, authenticated, service_role;
--! EndIncluded functions/is_service.sql
--! Included functions/require_self_or_service.sql
create or replace function private.require_self_or_service(p_user_id uuid) returns void
language plpgsql stable security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  if p_user_id = auth.uid() or private.is_service() then
    return;
  end if;
  raise exception using
    errcode = '42501',
    message = 'Users may do this for themselves only.',
    detail = jsonb_build_object('error', 'not_yourself')::text,
    hint = 'Leave out p_user_id, or give the id of the signed-in user.';
end;
$$;
comment on function private.require_self_or_service(uuid) is 'Raises 42501 unless the caller is this user, or the service.';
-- For other functions of this schema.
revoke all on function private.require_self_or_service(uuid) from public, anon, authenticated, service_role;
--! EndIncluded functions/require_self_or_service.sql
--! Included functions/require_query.sql
create or replace function private.require_query(p_query text) returns void
language plpgsql stable security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  if char_length(p_query) > 200 then
    raise exception using
      errcode = 'PT400',
      message = 'What is searched for is too long.',
      detail = jsonb_build_object('error', 'invalid_query', 'limit', 200)::text,
      hint = 'Search for at most 200 characters.';
  end if;
end;
$$;
comment on function private.require_query(text) is 'Raises PT400 for a text that is too long to be searched for.';
revoke all on function private.require_query(text) from public, anon, authenticated, service_role;
grant execute on function private.require_query(text) to authenticated;
--! EndIncluded functions/require_query.sql
--! Included functions/require_admin.sql
create or replace function private.require_admin() returns void
language plpgsql stable security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  if not private.is_admin() then
    raise exception using
      errcode = '42501',
      message = 'Only admins may do this.',
      detail = jsonb_build_object('error', 'not_admin')::text,
      hint = 'Ask an admin to do it, or to give you the role with grant_role.';
  end if;
end;
$$;
comment on function private.require_admin() is 'Raises 42501 unless the caller is an admin.';
-- For other functions of this schema.
revoke all on function private.require_admin() from public, anon, authenticated, service_role;
--! EndIncluded functions/require_admin.sql

-- Usage --------------------------------------------------------------------------------------------------------------

--! Included functions/plan_in_force.sql
-- In plpgsql, which keeps its plan: it runs with every question.
create or replace function private.plan_in_force(p_plan_id uuid, p_plan_expires_at timestamptz) returns uuid
language plpgsql stable security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  if p_plan_id is null or p_plan_expires_at <= now() then
    return (select plan.id from public.plans plan where plan.code = 'free');
  end if;
  return p_plan_id;
end;
$$;
comment on function private.plan_in_force(uuid, timestamptz) is
  'The plan whose limits apply: the user''s own until it expires, and free after that, or when there is none.';
revoke all on function private.plan_in_force(uuid, timestamptz) from public, anon, authenticated, service_role;
grant execute on function private.plan_in_force(uuid, timestamptz) to authenticated, service_role;
--! EndIncluded functions/plan_in_force.sql
--! Included functions/ensure_usage.sql
create or replace function private.ensure_usage(p_user_id uuid) returns void
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.user_usage (user_id, plan_id)
  select p_user_id, plan.id
  from public.plans plan
  where plan.code = 'free'
  on conflict on constraint user_usage_user_id_key do nothing;
exception
  when foreign_key_violation or not_null_violation then
    raise exception using
      errcode = 'PT404',
      message = 'There is no such user.',
      detail = jsonb_build_object('error', 'unknown_user', 'user_id', p_user_id)::text,
      hint = 'Give the id of a user who has signed up and was not deleted.';
end;
$$;
comment on function private.ensure_usage(uuid) is 'Makes the usage row of a user who has none: sign-up does not depend on one.';
revoke all on function private.ensure_usage(uuid) from public, anon, authenticated, service_role;
grant execute on function private.ensure_usage(uuid) to service_role;
--! EndIncluded functions/ensure_usage.sql
--! Included functions/usage_of.sql
-- Reads with the caller's rights: a user sees their own row, the service everybody's. It never writes. In plpgsql, which
-- keeps its plan: it runs with every question.
create or replace function private.usage_of(p_user_id uuid)
returns table (
  plan_code text,
  plan_expires_at timestamptz,
  messages_sent_today integer,
  messages_per_day_limit integer,
  messages_left_today integer,
  resets_at timestamptz,
  messages_sent_total bigint,
  creators_added integer,
  creators_limit integer,
  videos_indexed integer,
  videos_per_creator_limit integer
)
language plpgsql stable security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  return query select
    plan.code,
    usage.plan_expires_at,
    today.messages_sent,
    plan.messages_per_day_limit,
    greatest(plan.messages_per_day_limit - today.messages_sent, 0),
    (today.day + 1)::timestamp at time zone 'UTC',
    coalesce(usage.messages_sent_total, 0),
    coalesce(usage.creators_added, 0),
    plan.creators_limit,
    coalesce(usage.videos_indexed, 0),
    plan.videos_per_creator_limit
  from (select (now() at time zone 'UTC')::date as day) clock
  left join public.user_usage usage on usage.user_id = p_user_id
  join public.plans plan on plan.id = private.plan_in_force(usage.plan_id, usage.plan_expires_at)
  cross join lateral (
    select
      greatest(clock.day, usage.usage_date) as day,
      case when usage.usage_date >= clock.day then usage.messages_sent_today else 0 end as messages_sent
  ) today;
end;
$$;
comment on function private.usage_of(uuid) is 'The plan in force and what is used of it; a user without a usage row has the free plan, unused.';
revoke all on function private.usage_of(uuid) from public, anon, authenticated, service_role;
grant execute on function private.usage_of(uuid) to authenticated, service_role;
--! EndIncluded functions/usage_of.sql
--! Included functions/recount_creators.sql
-- The rows are locked first, in an order that all keep to; the statement after that sees what those before committed.
-- A count within the locking statement would not.
create or replace function private.recount_creators(p_user_ids uuid[]) returns void
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  perform from public.user_usage usage where usage.user_id = any (p_user_ids) order by usage.user_id for update;

  update public.user_usage usage
  set creators_added = (select count(*) from public.user_creators follow where follow.user_id = usage.user_id)
  where usage.user_id = any (p_user_ids);
end;
$$;
comment on function private.recount_creators(uuid[]) is 'Sets creators_added of these users to what they follow.';
revoke all on function private.recount_creators(uuid[]) from public, anon, authenticated, service_role;
grant execute on function private.recount_creators(uuid[]) to service_role;
--! EndIncluded functions/recount_creators.sql
--! Included functions/my_usage.sql
create or replace function public.my_usage()
returns table (
  plan_code text,
  plan_expires_at timestamptz,
  messages_sent_today integer,
  messages_per_day_limit integer,
  messages_left_today integer,
  resets_at timestamptz,
  messages_sent_total bigint,
  creators_added integer,
  creators_limit integer,
  videos_indexed integer,
  videos_per_creator_limit integer
)
language plpgsql stable security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  return query select * from private.usage_of(auth.uid());
end;
$$;
comment on function public.my_usage() is
  'The signed-in user''s plan in force, its limits, and how much of them is used. messages_sent_today starts anew at resets_at, midnight UTC.';
revoke all on function public.my_usage() from public, anon, authenticated, service_role;
grant execute on function public.my_usage() to authenticated;
--! EndIncluded functions/my_usage.sql
--! Included functions/consume_message_quota.sql
-- Definer rights: the counters are not the user's to write.
--
-- One statement tests and counts, so that nobody gets between the two: whoever waited for the row finds the test made
-- again on the row as it then is. The limit is a subquery for that reason, since a joined row would be the old one.
-- A day never runs backwards: who began before midnight and waited past it counts for the new day.
create or replace function private.consume_message_quota(p_user_id uuid)
returns table (
  messages_sent_today integer,
  messages_per_day_limit integer,
  messages_left_today integer,
  resets_at timestamptz
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  today constant date := (clock_timestamp() at time zone 'UTC')::date;
  counted record;
  standing record;
begin
  perform private.require_self_or_service(p_user_id);

  loop
    update public.user_usage usage
    set
      messages_sent_today = case when usage.usage_date < today then 1 else usage.messages_sent_today + 1 end,
      usage_date = greatest(usage.usage_date, today),
      messages_sent_total = usage.messages_sent_total + 1
    where usage.user_id = p_user_id
      and case when usage.usage_date < today then 0 else usage.messages_sent_today end < (
        select plan.messages_per_day_limit
        from public.plans plan
        where plan.id = private.plan_in_force(usage.plan_id, usage.plan_expires_at)
      )
    returning
      usage.messages_sent_today,
      usage.usage_date,
      (
        select plan.messages_per_day_limit
        from public.plans plan
        where plan.id = private.plan_in_force(usage.plan_id, usage.plan_expires_at)
      )
    into counted;

    if found then
      insert into public.usage_daily as daily (user_id, day, messages_sent)
      values (p_user_id, counted.usage_date, 1)
      on conflict on constraint usage_daily_user_id_day_key do update set messages_sent = daily.messages_sent + 1;

      messages_sent_today := counted.messages_sent_today;
      messages_per_day_limit := counted.messages_per_day_limit;
      messages_left_today := messages_per_day_limit - messages_sent_today;
      resets_at := (counted.usage_date + 1)::timestamp at time zone 'UTC';
      return next;
      return;
    end if;

    exit when exists (select from public.user_usage usage where usage.user_id = p_user_id);
    perform private.ensure_usage(p_user_id);
  end loop;

  select usage.* into standing from private.usage_of(p_user_id) usage;
  raise exception using
    errcode = 'PT429',
    message = format(
      'All %s questions of today are used; there are new ones at %s.',
      standing.messages_per_day_limit, to_char(standing.resets_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
    ),
    detail = jsonb_build_object(
      'error', 'message_quota', 'limit', standing.messages_per_day_limit, 'resets_at', standing.resets_at
    )::text,
    hint = format(
      'Ask again after %s, or change to a plan with more than %s questions a day.',
      to_char(standing.resets_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), standing.messages_per_day_limit
    );
end;
$$;
comment on function private.consume_message_quota(uuid) is 'Does what public.consume_message_quota says.';
revoke all on function private.consume_message_quota(uuid) from public, anon, authenticated, service_role;
grant execute on function private.consume_message_quota(uuid) to authenticated, service_role;

create or replace function public.consume_message_quota(p_user_id uuid default auth.uid())
returns table (
  messages_sent_today integer,
  messages_per_day_limit integer,
  messages_left_today integer,
  resets_at timestamptz
)
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  return query select * from private.consume_message_quota(p_user_id);
end;
$$;
comment on function public.consume_message_quota(uuid) is
  'Counts one question of a user, and gives what is left today. Raises PT429 when none is left: nothing is counted then. The service counts for anybody, a user for themselves.';
revoke all on function public.consume_message_quota(uuid) from public, anon, authenticated, service_role;
grant execute on function public.consume_message_quota(uuid) to authenticated, service_role;
--! EndIncluded functions/consume_message_quota.sql
--! Included functions/consume_public_chat_quota.sql
-- The service's own rights suffice. As for users, one statement tests and counts.
create or replace function public.consume_public_chat_quota(p_identifier text, p_channel_id uuid, p_limit integer)
returns table (messages_sent_today integer, messages_left_today integer, resets_at timestamptz)
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  today constant date := (clock_timestamp() at time zone 'UTC')::date;
begin
  if p_identifier is null or private.trimmed(p_identifier) = '' or length(p_identifier) > 500 or p_limit is null or p_limit < 0 then
    raise exception using
      errcode = 'PT400',
      message = 'A question to a public channel needs an identifier and a limit.',
      detail = jsonb_build_object('error', 'invalid_identifier', 'limit', p_limit)::text,
      hint = 'Give a fingerprint or an address of 1 to 500 characters, and a limit of 0 or more.';
  end if;
  if not exists (
    select from public.channels channel where channel.id = p_channel_id and channel.public_slug is not null
  ) then
    raise exception using
      errcode = 'PT404',
      message = 'There is no such public channel.',
      detail = jsonb_build_object('error', 'unknown_channel', 'channel_id', p_channel_id)::text,
      hint = 'Give the id of a channel with a public page.';
  end if;

  if p_limit > 0 then
    insert into public.public_chat_limits as counted (channel_id, identifier, messages_today, usage_date)
    values (p_channel_id, p_identifier, 1, today)
    on conflict on constraint public_chat_limits_channel_id_identifier_key do update
    set
      messages_today = case when counted.usage_date < today then 1 else counted.messages_today + 1 end,
      usage_date = greatest(counted.usage_date, today)
    where counted.usage_date < today or counted.messages_today < p_limit
    returning counted.messages_today, greatest(p_limit - counted.messages_today, 0),
      (counted.usage_date + 1)::timestamp at time zone 'UTC'
    into messages_sent_today, messages_left_today, resets_at;
    if found then
      return next;
      return;
    end if;
  end if;

  resets_at := (today + 1)::timestamp at time zone 'UTC';
  raise exception using
    errcode = 'PT429',
    message = format(
      'All %s free questions of today are used; there are new ones at %s.',
      p_limit, to_char(resets_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
    ),
    detail = jsonb_build_object('error', 'public_chat_quota', 'limit', p_limit, 'resets_at', resets_at)::text,
    hint = format(
      'Ask again after %s, or sign up to ask more.', to_char(resets_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    );
end;
$$;
comment on function public.consume_public_chat_quota(text, uuid, integer) is
  'Counts one question of somebody without an account to a public channel. Raises PT429 when p_limit questions were asked today. For the service.';
revoke all on function public.consume_public_chat_quota(text, uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.consume_public_chat_quota(text, uuid, integer) to service_role;
--! EndIncluded functions/consume_public_chat_quota.sql

-- How many channels a user follows is counted where they are followed: the plan holds whoever inserts.
--! Included functions/count_creators.sql
-- Definer rights: the counters are not the user's to write.
--
-- After the statement, when row level security has had its say: before it, somebody who tries to follow for another would
-- learn whether that other is at their limit. The usage row is the lock: whoever waits for it then counts anew, so that
-- of any number of follows at once just those within the limit remain.
create or replace function private.count_added_creators() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  follower record;
  allowed integer;
  followed integer;
  code text;
  today constant date := (now() at time zone 'UTC')::date;
  a_day integer;
  added_today integer;
begin
  for follower in
    select inserted.user_id, count(*) as added from inserted group by inserted.user_id order by inserted.user_id
  loop
    perform private.ensure_usage(follower.user_id);
    perform private.recount_creators(array[follower.user_id]);

    select usage.creators_added, plan.creators_limit, plan.code
    into followed, allowed, code
    from public.user_usage usage
    join public.plans plan on plan.id = private.plan_in_force(usage.plan_id, usage.plan_expires_at)
    where usage.user_id = follower.user_id;

    if followed > allowed then
      raise exception using
        errcode = 'PT402',
        message = format('The %s plan allows to follow %s channels.', code, allowed),
        detail = jsonb_build_object('error', 'creators_limit', 'limit', allowed, 'plan', code)::text,
        hint = 'Unfollow a channel first, or change to a plan with more channels.';
    end if;

    insert into public.usage_daily as daily (user_id, day, creators_added)
    values (follower.user_id, today, follower.added)
    on conflict (user_id, day) do update set creators_added = daily.creators_added + excluded.creators_added
    returning daily.creators_added into added_today;

    -- Who follows and unfollows all day is no follower.
    a_day := greatest(20, 4 * allowed);
    if added_today > a_day then
      raise exception using
        errcode = 'PT429',
        message = format('The %s plan allows to follow %s channels a day.', code, a_day),
        detail = jsonb_build_object(
          'error', 'follows_quota', 'limit', a_day, 'resets_at', (today + 1)::timestamp at time zone 'UTC'
        )::text,
        hint = 'Follow more channels tomorrow.';
    end if;
  end loop;
  return null;
end;
$$;
comment on function private.count_added_creators() is 'Trigger: counts follows, and raises PT402 for those beyond the plan, and PT429 for those beyond four times as many a day, or 20.';
revoke all on function private.count_added_creators() from public, anon, authenticated, service_role;

create or replace function private.count_removed_creators() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform private.recount_creators(array(select distinct deleted.user_id from deleted));
  return null;
end;
$$;
comment on function private.count_removed_creators() is 'Trigger: counts again what those follow who unfollowed, or whose channel is gone.';
revoke all on function private.count_removed_creators() from public, anon, authenticated, service_role;

create or replace trigger count_added_creators after insert on public.user_creators
  referencing new table as inserted
  for each statement execute function private.count_added_creators();

create or replace trigger count_removed_creators after delete on public.user_creators
  referencing old table as deleted
  for each statement execute function private.count_removed_creators();
--! EndIncluded functions/count_creators.sql

-- So are the rows that a plan limits, and how long a value may be.
--! Included functions/count_rows.sql
-- Definer rights: nobody reaches the counts. The count's row is the lock: of any number of writers at once each counts what
-- the one before it committed, so that just those within the limit remain. A counter, since counting the rows themselves
-- takes longer the more there are.
create or replace function private.require_row_limit(p_user_id uuid, p_table name, p_rows bigint) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  allowed integer;
  code text;
begin
  select
    case p_table
      when 'chat_sessions' then plan.chat_sessions_limit
      when 'chat_messages' then plan.chat_messages_limit
      when 'saved_answers' then plan.saved_answers_limit
      when 'voice_conversations' then plan.voice_conversations_limit
      else plan.requests_limit
    end,
    plan.code
  into allowed, code
  from (select p_user_id as user_id) owner
  left join public.user_usage usage on usage.user_id = owner.user_id
  join public.plans plan on plan.id = private.plan_in_force(usage.plan_id, usage.plan_expires_at);

  if p_rows > allowed then
    raise exception using
      errcode = 'PT402',
      message = format('The %s plan keeps %s rows of %s for a user.', code, allowed, p_table),
      detail = jsonb_build_object('error', 'rows_limit', 'table', p_table, 'limit', allowed, 'plan', code)::text,
      hint = 'Delete what is not needed any more, or change to a plan that keeps more. Requests go by themselves when they expire.';
  end if;
end;
$$;
comment on function private.require_row_limit(uuid, name, bigint) is 'Raises PT402 where a user has more rows of a table than the plan keeps.';
revoke all on function private.require_row_limit(uuid, name, bigint) from public, anon, authenticated, service_role;

create or replace function private.count_added_rows() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  counted record;
begin
  for counted in
    insert into private.user_row_counts as kept (user_id, table_name, row_count)
    select added.user_id, tg_table_name, count(*)
    from changed added
    where added.user_id is not null
    group by added.user_id
    order by added.user_id
    on conflict (user_id, table_name) do update set row_count = kept.row_count + excluded.row_count
    returning kept.user_id, kept.row_count
  loop
    perform private.require_row_limit(counted.user_id, tg_table_name, counted.row_count);
  end loop;
  return null;
end;
$$;
comment on function private.count_added_rows() is 'Trigger: counts the rows of each user, and raises PT402 for those beyond the plan.';
revoke all on function private.count_added_rows() from public, anon, authenticated, service_role;

create or replace function private.count_removed_rows() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  counted record;
begin
  for counted in
    select removed.user_id, count(*) as rows
    from changed removed
    group by removed.user_id
    order by removed.user_id
  loop
    update private.user_row_counts kept
    set row_count = greatest(kept.row_count - counted.rows, 0)
    where kept.user_id = counted.user_id and kept.table_name = tg_table_name;
  end loop;
  return null;
end;
$$;
comment on function private.count_removed_rows() is 'Trigger: what is deleted counts no longer.';
revoke all on function private.count_removed_rows() from public, anon, authenticated, service_role;

-- For each row: a trigger of a statement would read every update of these tables, and this one none that leaves the user.
create or replace function private.count_moved_row() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  moved record;
  counted bigint;
begin
  -- In the order of users, as those who add and delete rows of several.
  for moved in
    select owner.user_id, owner.is_new
    from (values (old.user_id, false), (new.user_id, true)) owner (user_id, is_new)
    where owner.user_id is not null
    order by owner.user_id
  loop
    if moved.is_new then
      insert into private.user_row_counts as kept (user_id, table_name, row_count)
      values (moved.user_id, tg_table_name, 1)
      on conflict (user_id, table_name) do update set row_count = kept.row_count + 1
      returning kept.row_count into counted;
      perform private.require_row_limit(moved.user_id, tg_table_name, counted);
    else
      update private.user_row_counts kept
      set row_count = greatest(kept.row_count - 1, 0)
      where kept.user_id = moved.user_id and kept.table_name = tg_table_name;
    end if;
  end loop;
  return null;
end;
$$;
comment on function private.count_moved_row() is 'Trigger: a row that goes to another user counts for that one, within the limit of the plan.';
revoke all on function private.count_moved_row() from public, anon, authenticated, service_role;

-- Deleting several sessions deletes the messages of one after the other, and holds the count from the first on. Who deletes
-- a message of a later one takes the count before it too: the two would wait for each other otherwise.
create or replace function private.hold_row_count() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform
  from private.user_row_counts kept
  where kept.user_id = (select auth.uid()) and kept.table_name = tg_table_name
  for no key update;
  return null;
end;
$$;
comment on function private.hold_row_count() is 'Trigger: whoever deletes rows of their own locks the count of them first.';
revoke all on function private.hold_row_count() from public, anon, authenticated, service_role;

create or replace trigger count_added_rows after insert on public.chat_sessions
  referencing new table as changed
  for each statement execute function private.count_added_rows();
create or replace trigger count_removed_rows after delete on public.chat_sessions
  referencing old table as changed
  for each statement execute function private.count_removed_rows();
create or replace trigger count_moved_row after update of user_id on public.chat_sessions
  for each row when (old.user_id is distinct from new.user_id) execute function private.count_moved_row();

create or replace trigger count_added_rows after insert on public.chat_messages
  referencing new table as changed
  for each statement execute function private.count_added_rows();
create or replace trigger hold_row_count before delete on public.chat_messages
  for each statement execute function private.hold_row_count();
create or replace trigger count_removed_rows after delete on public.chat_messages
  referencing old table as changed
  for each statement execute function private.count_removed_rows();
create or replace trigger count_moved_row after update of user_id on public.chat_messages
  for each row when (old.user_id is distinct from new.user_id) execute function private.count_moved_row();

create or replace trigger count_added_rows after insert on public.saved_answers
  referencing new table as changed
  for each statement execute function private.count_added_rows();
create or replace trigger count_removed_rows after delete on public.saved_answers
  referencing old table as changed
  for each statement execute function private.count_removed_rows();
create or replace trigger count_moved_row after update of user_id on public.saved_answers
  for each row when (old.user_id is distinct from new.user_id) execute function private.count_moved_row();

create or replace trigger count_added_rows after insert on public.voice_conversations
  referencing new table as changed
  for each statement execute function private.count_added_rows();
create or replace trigger count_removed_rows after delete on public.voice_conversations
  referencing old table as changed
  for each statement execute function private.count_removed_rows();
create or replace trigger count_moved_row after update of user_id on public.voice_conversations
  for each row when (old.user_id is distinct from new.user_id) execute function private.count_moved_row();

create or replace trigger count_added_rows after insert on public.request_idempotency
  referencing new table as changed
  for each statement execute function private.count_added_rows();
create or replace trigger count_removed_rows after delete on public.request_idempotency
  referencing old table as changed
  for each statement execute function private.count_removed_rows();
create or replace trigger count_moved_row after update of user_id on public.request_idempotency
  for each row when (old.user_id is distinct from new.user_id) execute function private.count_moved_row();
--! EndIncluded functions/count_rows.sql
--! Included functions/refuse_too_long.sql
-- How much may be written into the tables that have rows from before these limits. Those rows stay as they are, and the rest
-- of such a row can be changed: a check constraint would refuse both. Tables that began empty have checks instead. A
-- condition is tested before the function is called, so a value that fits costs next to nothing.
create or replace function private.refuse_too_long() returns trigger
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  -- Named in the statement, and not changed.
  if tg_op = 'UPDATE' and to_jsonb(new) -> tg_argv[0] = to_jsonb(old) -> tg_argv[0] then
    return new;
  end if;
  raise exception using
    errcode = 'PT413',
    message = format('%s.%s is too long.', tg_table_name, tg_argv[0]),
    detail = jsonb_build_object(
      'error', 'too_long', 'table', tg_table_name, 'column', tg_argv[0], 'limit', tg_argv[1]::integer, 'unit', tg_argv[2]
    )::text,
    hint = format('Write at most %s %s.', tg_argv[1], tg_argv[2]);
end;
$$;
comment on function private.refuse_too_long() is
  'Trigger: raises PT413 for a value that is longer than a column may take. Its arguments are the column, the limit, and what is counted.';
revoke all on function private.refuse_too_long() from public, anon, authenticated, service_role;

-- Of JSON the bytes of its text are counted, of anything else the characters.
do $limits$
declare
  limited record;
begin
  for limited in
    select listed.*, listed.unit = 'bytes' as is_json
    from (
      values
        ('chat_messages', 'content', 32768, 'characters'),
        ('chat_messages', 'sources', 65536, 'bytes'),
        ('channels', 'youtube_channel_id', 100, 'characters'),
        ('channels', 'channel_name', 500, 'characters'),
        ('channels', 'channel_url', 2048, 'characters'),
        ('channels', 'avatar_url', 2048, 'characters'),
        ('channels', 'subscriber_count', 100, 'characters'),
        ('channels', 'ingestion_method', 100, 'characters'),
        ('channels', 'error_message', 10000, 'characters'),
        ('channels', 'uploads_playlist_id', 100, 'characters'),
        ('videos', 'youtube_video_id', 100, 'characters'),
        ('videos', 'title', 1000, 'characters'),
        ('videos', 'description', 20000, 'characters'),
        ('videos', 'duration', 100, 'characters'),
        ('videos', 'thumbnail_url', 2048, 'characters'),
        ('videos', 'transcript_language', 100, 'characters'),
        ('videos', 'ingestion_method', 100, 'characters'),
        ('transcripts', 'language', 100, 'characters'),
        ('transcripts', 'source_type', 100, 'characters'),
        ('transcripts', 'error_message', 10000, 'characters'),
        ('transcripts', 'full_text', 5000000, 'characters'),
        ('transcripts', 'segments', 20000000, 'bytes'),
        ('transcript_chunks', 'text', 32768, 'characters'),
        ('public_chat_limits', 'identifier', 500, 'characters'),
        ('error_logs', 'function_name', 200, 'characters'),
        ('error_logs', 'error_code', 200, 'characters'),
        ('error_logs', 'message', 10000, 'characters'),
        ('error_logs', 'stack', 50000, 'characters'),
        ('error_logs', 'details', 65536, 'bytes'),
        ('error_logs', 'request_id', 200, 'characters')
    ) listed (table_name, column_name, most, unit)
  loop
    execute format(
      'create or replace trigger %I before insert or update of %I on public.%I for each row when (%s > %s) '
      'execute function private.refuse_too_long(%L, %L, %L)',
      'limit_' || limited.column_name, limited.column_name, limited.table_name,
      format(
        case when limited.is_json then 'octet_length(new.%I::text)' else 'char_length(new.%I)' end, limited.column_name
      ),
      limited.most, limited.column_name, limited.most, limited.unit
    );
  end loop;
end
$limits$;
--! EndIncluded functions/refuse_too_long.sql

-- The names that the edge functions know.
--! Included functions/get_usage_with_limits.sql
create or replace function public.get_usage_with_limits(p_user_id uuid)
returns table (
  plan_type text,
  messages_sent_today integer,
  creators_added integer,
  videos_indexed integer,
  messages_per_day_limit integer,
  creators_limit integer,
  videos_per_creator_limit integer
)
language plpgsql stable security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  return query select
    usage.plan_code,
    usage.messages_sent_today,
    usage.creators_added,
    usage.videos_indexed,
    usage.messages_per_day_limit,
    usage.creators_limit,
    usage.videos_per_creator_limit
  from private.usage_of(p_user_id) usage;
end;
$$;
comment on function public.get_usage_with_limits(uuid) is
  'A user''s plan in force, what is used of it, and its limits. For the service; users have my_usage. It only reads.';
revoke all on function public.get_usage_with_limits(uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_usage_with_limits(uuid) to service_role;
--! EndIncluded functions/get_usage_with_limits.sql
--! Included functions/increment_message_count.sql
create or replace function public.increment_message_count(p_user_id uuid) returns void
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  today constant date := (now() at time zone 'UTC')::date;
  counted date;
begin
  perform from public.user_usage usage where usage.user_id = p_user_id;
  if not found then
    perform private.ensure_usage(p_user_id);
  end if;
  update public.user_usage usage
  set
    messages_sent_today = case when usage.usage_date < today then 1 else usage.messages_sent_today + 1 end,
    usage_date = greatest(usage.usage_date, today),
    messages_sent_total = usage.messages_sent_total + 1
  where usage.user_id = p_user_id
  returning usage.usage_date into counted;
  insert into public.usage_daily as daily (user_id, day, messages_sent)
  values (p_user_id, counted, 1)
  on conflict on constraint usage_daily_user_id_day_key do update set messages_sent = daily.messages_sent + 1;
end;
$$;
comment on function public.increment_message_count(uuid) is
  'Counts one question of a user, whatever the limit. For the service; consume_message_quota keeps the limit.';
revoke all on function public.increment_message_count(uuid) from public, anon, authenticated, service_role;
grant execute on function public.increment_message_count(uuid) to service_role;
--! EndIncluded functions/increment_message_count.sql
--! Included functions/increment_creator_count.sql
create or replace function public.increment_creator_count(p_user_id uuid) returns void
language sql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
  select private.ensure_usage(p_user_id);
  select private.recount_creators(array[p_user_id]);
$$;
comment on function public.increment_creator_count(uuid) is
  'Counts again what a user follows: calling it twice, or never, changes nothing, since user_creators keeps the count. For the service.';
revoke all on function public.increment_creator_count(uuid) from public, anon, authenticated, service_role;
grant execute on function public.increment_creator_count(uuid) to service_role;
--! EndIncluded functions/increment_creator_count.sql
--! Included functions/decrement_creator_count.sql
create or replace function public.decrement_creator_count(p_user_id uuid) returns void
language sql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
  select private.ensure_usage(p_user_id);
  select private.recount_creators(array[p_user_id]);
$$;
comment on function public.decrement_creator_count(uuid) is
  'Counts again what a user follows: calling it twice, or never, changes nothing, since user_creators keeps the count. For the service.';
revoke all on function public.decrement_creator_count(uuid) from public, anon, authenticated, service_role;
grant execute on function public.decrement_creator_count(uuid) to service_role;
--! EndIncluded functions/decrement_creator_count.sql
--! Included functions/increment_videos_indexed.sql
create or replace function public.increment_videos_indexed(p_user_id uuid, p_count integer) returns void
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  added constant integer := greatest(p_count, 0);
begin
  if added > 100000 then
    raise exception using
      errcode = 'PT400',
      message = 'So many videos are not taken in at once.',
      detail = jsonb_build_object('error', 'invalid_count', 'count', p_count)::text,
      hint = 'Give the number of videos that were just taken in, at most 100000.';
  end if;
  perform from public.user_usage usage where usage.user_id = p_user_id;
  if not found then
    perform private.ensure_usage(p_user_id);
  end if;
  update public.user_usage usage
  set videos_indexed = least(usage.videos_indexed::bigint + added, 2147483647)
  where usage.user_id = p_user_id;
  insert into public.usage_daily as daily (user_id, day, videos_indexed)
  values (p_user_id, (now() at time zone 'UTC')::date, added)
  on conflict on constraint usage_daily_user_id_day_key
  do update set videos_indexed = least(daily.videos_indexed::bigint + excluded.videos_indexed, 2147483647);
end;
$$;
comment on function public.increment_videos_indexed(uuid, integer) is
  'Adds to the number of videos that were taken in for a user; nothing is taken away, and at most 100000 are added at once. For the service.';
revoke all on function public.increment_videos_indexed(uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.increment_videos_indexed(uuid, integer) to service_role;
--! EndIncluded functions/increment_videos_indexed.sql

-- Locks --------------------------------------------------------------------------------------------------------------

--! Included functions/acquire_operation_lock.sql
-- In two steps, so that the token is drawn while the row is held: drawn before, a later holder could have the lesser one.
-- The row of the first step has expired already, and nobody sees it before the second. The clock is the wall's, since a
-- transaction's stands still while it waits.
create or replace function public.acquire_operation_lock(
  p_lock_key text,
  p_operation_type text,
  p_ttl_seconds integer default 600,
  p_user_id uuid default null,
  p_metadata jsonb default null
)
returns bigint
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  token bigint;
begin
  if p_lock_key is null or private.trimmed(p_lock_key) = '' or length(p_lock_key) > 255
    or p_operation_type is null or length(p_operation_type) not between 1 and 100
    or p_ttl_seconds is null or p_ttl_seconds not between 1 and 86400
    or octet_length(p_metadata::text) > 16384
  then
    raise exception using
      errcode = 'PT400',
      message = 'A lock needs a key of 1 to 255 characters, an operation of 1 to 100, a time to live from 1 second to a day, and metadata of at most 16384 bytes.',
      detail = jsonb_build_object('error', 'invalid_lock', 'ttl_seconds', p_ttl_seconds)::text,
      hint = 'Give a key such as channel:<id>, and renew the lock while you work instead of taking it for long.';
  end if;

  insert into public.operation_locks (lock_key, operation_type, acquired_at, expires_at)
  values (p_lock_key, p_operation_type, '-infinity', 'epoch')
  on conflict (lock_key) do nothing;

  update public.operation_locks held
  set
    user_id = p_user_id,
    operation_type = p_operation_type,
    fencing_token = default,
    acquired_at = clock_timestamp(),
    expires_at = clock_timestamp() + make_interval(secs => p_ttl_seconds),
    metadata = coalesce(p_metadata, '{}')
  where held.lock_key = p_lock_key and held.expires_at <= clock_timestamp()
  returning held.fencing_token into token;

  return token;
exception
  when foreign_key_violation then
    raise exception using
      errcode = 'PT404',
      message = 'There is no such user.',
      detail = jsonb_build_object('error', 'unknown_user', 'user_id', p_user_id)::text,
      hint = 'Give the id of a user who has signed up and was not deleted.';
end;
$$;
comment on function public.acquire_operation_lock(text, text, integer, uuid, jsonb) is
  'Takes a lock, or takes over an expired one. Returns a fencing token greater than every one before, or null while somebody holds it. For the service.';
revoke all on function public.acquire_operation_lock(text, text, integer, uuid, jsonb)
  from public, anon, authenticated, service_role;
grant execute on function public.acquire_operation_lock(text, text, integer, uuid, jsonb) to service_role;
--! EndIncluded functions/acquire_operation_lock.sql
--! Included functions/renew_operation_lock.sql
create or replace function public.renew_operation_lock(
  p_lock_key text,
  p_fencing_token bigint,
  p_ttl_seconds integer default 600
)
returns boolean
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  if p_ttl_seconds is null or p_ttl_seconds not between 1 and 86400 then
    raise exception using
      errcode = 'PT400',
      message = 'A lock is renewed for 1 second to a day.',
      detail = jsonb_build_object('error', 'invalid_lock', 'ttl_seconds', p_ttl_seconds)::text,
      hint = 'Renew it while you work, for a few minutes each time.';
  end if;

  update public.operation_locks held
  set expires_at = clock_timestamp() + make_interval(secs => p_ttl_seconds)
  where held.lock_key = p_lock_key
    and held.fencing_token = p_fencing_token
    and held.expires_at > clock_timestamp();
  return found;
end;
$$;
comment on function public.renew_operation_lock(text, bigint, integer) is
  'Whether the holder of this token still holds the lock; it does for p_ttl_seconds more then. False once it expired, taken over or not: stop working. For the service.';
revoke all on function public.renew_operation_lock(text, bigint, integer) from public, anon, authenticated, service_role;
grant execute on function public.renew_operation_lock(text, bigint, integer) to service_role;
--! EndIncluded functions/renew_operation_lock.sql
--! Included functions/release_operation_lock.sql
create or replace function public.release_operation_lock(p_lock_key text, p_fencing_token bigint) returns boolean
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  delete from public.operation_locks held
  where held.lock_key = p_lock_key
    and held.fencing_token = p_fencing_token
    and held.expires_at > clock_timestamp();
  return found;
end;
$$;
comment on function public.release_operation_lock(text, bigint) is
  'Gives back the lock that this token holds; false when it holds none any more. For the service.';
revoke all on function public.release_operation_lock(text, bigint) from public, anon, authenticated, service_role;
grant execute on function public.release_operation_lock(text, bigint) to service_role;
--! EndIncluded functions/release_operation_lock.sql

-- Requests -----------------------------------------------------------------------------------------------------------

do $types$
begin
  if to_regtype('public.request_outcome') is null then
    create type public.request_outcome as enum ('started', 'in_progress', 'replay', 'mismatch');
  end if;
end
$types$;
comment on type public.request_outcome is 'What is to be done about a request that may come twice.';

--! Included functions/request_caller.sql
create or replace function private.request_caller() returns public.request_caller
language plpgsql stable security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  return case when private.is_service() then 'service'::public.request_caller else 'user' end;
end;
$$;
comment on function private.request_caller() is 'Who begins, completes or gives up a request: the service, or a user.';
-- For other functions of this schema.
revoke all on function private.request_caller() from public, anon, authenticated, service_role;
--! EndIncluded functions/request_caller.sql
--! Included functions/begin_request.sql
-- Definer rights: nobody but the service reaches the table.
--
-- Who begins, the service or the user themselves, is part of the key: neither gets, or gives, the other's answer.
--
-- The unique key decides who starts. Each start has a request id of its own, also when it takes over from one whose
-- lease ran out, so that the slow one can no longer complete the request.
create or replace function private.begin_request(
  p_idempotency_key text,
  p_operation_type text,
  p_request_hash text,
  p_user_id uuid,
  p_lock_seconds integer,
  p_ttl_seconds integer
)
returns table (outcome public.request_outcome, request_id uuid, response jsonb, locked_until timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  caller constant public.request_caller := private.request_caller();
  found_request public.request_idempotency;
begin
  perform private.require_self_or_service(p_user_id);
  if p_idempotency_key is null or length(p_idempotency_key) not between 1 and 255
    or p_operation_type is null or length(p_operation_type) not between 1 and 100
    or p_request_hash is null or length(p_request_hash) not between 1 and 255
    or p_lock_seconds is null or p_lock_seconds not between 1 and 3600
    or p_ttl_seconds is null or p_ttl_seconds not between p_lock_seconds and 604800
  then
    raise exception using
      errcode = 'PT400',
      message = 'A request needs a key, an operation, a hash, a lease and a time to live.',
      detail = jsonb_build_object('error', 'invalid_request')::text,
      hint = 'Give a key and a hash of 1 to 255 characters, an operation of 1 to 100, a lease of at most an hour, and a time to live of the lease to a week.';
  end if;

  -- Mostly once; again when the row that was in the way is gone before it can be looked at.
  loop
    insert into public.request_idempotency as request (
      user_id, begun_by, operation_type, idempotency_key, request_hash, status, locked_until, expires_at
    )
    values (
      p_user_id, caller, p_operation_type, p_idempotency_key, p_request_hash, 'in_progress',
      clock_timestamp() + make_interval(secs => p_lock_seconds),
      clock_timestamp() + make_interval(secs => p_ttl_seconds)
    )
    on conflict (user_id, begun_by, operation_type, idempotency_key) do update
    set
      id = gen_random_uuid(),
      request_hash = excluded.request_hash,
      status = 'in_progress',
      response = null,
      locked_until = excluded.locked_until,
      completed_at = null,
      expires_at = excluded.expires_at
    where request.expires_at <= clock_timestamp()
      or (
        request.request_hash = excluded.request_hash
        and (request.status = 'failed' or request.locked_until <= clock_timestamp())
      )
    returning 'started'::public.request_outcome, request.id, null::jsonb, request.locked_until
    into outcome, request_id, response, locked_until;
    exit when found;

    select request.* into found_request
    from public.request_idempotency request
    where request.user_id is not distinct from p_user_id
      and request.begun_by = caller
      and request.operation_type = p_operation_type
      and request.idempotency_key = p_idempotency_key;
    continue when not found;

    request_id := null;
    response := null;
    locked_until := null;
    if found_request.request_hash <> p_request_hash then
      outcome := 'mismatch';
    elsif found_request.status = 'completed' then
      outcome := 'replay';
      response := found_request.response;
    elsif found_request.status = 'in_progress' and found_request.locked_until > clock_timestamp() then
      outcome := 'in_progress';
      locked_until := found_request.locked_until;
    else
      continue;
    end if;
    exit;
  end loop;
  return next;
exception
  when foreign_key_violation then
    raise exception using
      errcode = 'PT404',
      message = 'There is no such user.',
      detail = jsonb_build_object('error', 'unknown_user', 'user_id', p_user_id)::text,
      hint = 'Give the id of a user who has signed up and was not deleted.';
end;
$$;
comment on function private.begin_request(text, text, text, uuid, integer, integer) is 'Does what public.begin_request says.';
revoke all on function private.begin_request(text, text, text, uuid, integer, integer)
  from public, anon, authenticated, service_role;
grant execute on function private.begin_request(text, text, text, uuid, integer, integer) to authenticated, service_role;

create or replace function public.begin_request(
  p_idempotency_key text,
  p_operation_type text,
  p_request_hash text,
  p_user_id uuid default auth.uid(),
  p_lock_seconds integer default 60,
  p_ttl_seconds integer default 86400
)
returns table (outcome public.request_outcome, request_id uuid, response jsonb, locked_until timestamptz)
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  return query select * from private.begin_request(
    p_idempotency_key, p_operation_type, p_request_hash, p_user_id, p_lock_seconds, p_ttl_seconds
  );
end;
$$;
comment on function public.begin_request(text, text, text, uuid, integer, integer) is
  'Whether to do a request that may come twice. started: do it, then call complete_request or fail_request with request_id before locked_until. in_progress: another does, until locked_until. replay: it was done, with this response. mismatch: the key was used for another request. A key is its user''s own, and another one where the service uses it; the service begins for anybody, a user for themselves.';
revoke all on function public.begin_request(text, text, text, uuid, integer, integer)
  from public, anon, authenticated, service_role;
grant execute on function public.begin_request(text, text, text, uuid, integer, integer) to authenticated, service_role;
--! EndIncluded functions/begin_request.sql
--! Included functions/complete_request.sql
-- Definer rights: nobody but the service reaches the table. Whose request it is and who began it are parts of the condition,
-- so that an id of another's request and one that never was look the same.
create or replace function private.complete_request(p_request_id uuid, p_response jsonb) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  caller constant public.request_caller := private.request_caller();
begin
  update public.request_idempotency request
  set status = 'completed', response = p_response, completed_at = clock_timestamp(), locked_until = null
  where request.id = p_request_id
    and request.status = 'in_progress'
    and request.begun_by = caller
    and (caller = 'service' or request.user_id = (select auth.uid()));
  return found;
end;
$$;
comment on function private.complete_request(uuid, jsonb) is 'Does what public.complete_request says.';
revoke all on function private.complete_request(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.complete_request(uuid, jsonb) to authenticated, service_role;

create or replace function public.complete_request(p_request_id uuid, p_response jsonb) returns boolean
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  return private.complete_request(p_request_id, p_response);
end;
$$;
comment on function public.complete_request(uuid, jsonb) is
  'Stores the response of a request that begin_request let the caller start, for all who ask again. False when another took over meanwhile: its response counts.';
revoke all on function public.complete_request(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.complete_request(uuid, jsonb) to authenticated, service_role;
--! EndIncluded functions/complete_request.sql
--! Included functions/fail_request.sql
-- Definer rights, as for complete_request.
create or replace function private.fail_request(p_request_id uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  caller constant public.request_caller := private.request_caller();
begin
  update public.request_idempotency request
  set status = 'failed', completed_at = clock_timestamp(), locked_until = null
  where request.id = p_request_id
    and request.status = 'in_progress'
    and request.begun_by = caller
    and (caller = 'service' or request.user_id = (select auth.uid()));
  return found;
end;
$$;
comment on function private.fail_request(uuid) is 'Does what public.fail_request says.';
revoke all on function private.fail_request(uuid) from public, anon, authenticated, service_role;
grant execute on function private.fail_request(uuid) to authenticated, service_role;

create or replace function public.fail_request(p_request_id uuid) returns boolean
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  return private.fail_request(p_request_id);
end;
$$;
comment on function public.fail_request(uuid) is
  'Gives up a request that begin_request let the caller start: the next who asks the same may start it at once. False when another took over meanwhile.';
revoke all on function public.fail_request(uuid) from public, anon, authenticated, service_role;
grant execute on function public.fail_request(uuid) to authenticated, service_role;
--! EndIncluded functions/fail_request.sql

-- Monitoring ---------------------------------------------------------------------------------------------------------

--! Included functions/log_error.sql
create or replace function public.log_error(
  p_function_name text,
  p_message text,
  p_severity public.error_severity default 'error',
  p_error_code text default null,
  p_stack text default null,
  p_details jsonb default null,
  p_request_id text default null,
  p_user_id uuid default null
)
returns uuid
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  logged uuid;
  -- What is too long for the log is cut.
  function_name constant text := left(coalesce(p_function_name, 'unknown'), 200);
  message constant text := left(coalesce(p_message, ''), 10000);
  severity constant public.error_severity := coalesce(p_severity, 'error');
  error_code constant text := left(p_error_code, 200);
  stack constant text := left(p_stack, 50000);
  details constant jsonb := case
    when octet_length(p_details::text) > 65536 then jsonb_build_object('cut', left(p_details::text, 10000))
    else p_details
  end;
  request_id constant text := left(p_request_id, 200);
begin
  insert into public.error_logs (function_name, message, severity, error_code, stack, details, request_id, user_id)
  values (function_name, message, severity, error_code, stack, details, request_id, p_user_id)
  returning id into logged;
  return logged;
exception
  -- The user was deleted while their request ran: what went wrong is to be known all the same.
  when foreign_key_violation then
    insert into public.error_logs (function_name, message, severity, error_code, stack, details, request_id)
    values (function_name, message, severity, error_code, stack, details, request_id)
    returning id into logged;
    return logged;
end;
$$;
comment on function public.log_error(text, text, public.error_severity, text, text, jsonb, text, uuid) is
  'Writes an error to the log and returns its id. What is too long is cut, and it fails for nothing that its caller can get wrong. For the service.';
revoke all on function public.log_error(text, text, public.error_severity, text, text, jsonb, text, uuid)
  from public, anon, authenticated, service_role;
grant execute on function public.log_error(text, text, public.error_severity, text, text, jsonb, text, uuid) to service_role;
--! EndIncluded functions/log_error.sql
--! Included functions/retrain_search_index.sql
-- Lists are chosen from the rows that are there when the index is made, and rows that come later go to the nearest of them.
-- So an index that was made on few rows has one list, and has to be made again when there are many. Definer rights: an index
-- is its table's owner's. Searches go on by the old one until the new one takes its place; writers of embeddings wait.
create or replace function private.retrain_search_index(p_lists integer) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
-- For a thousand lists.
set maintenance_work_mem = '256MB'
as $$
declare
  had integer;
  lists integer;
begin
  -- A transaction that has read embeddings and writes some waits for this one, which waits for it before it can drop the old
  -- index. The deadlock ends here: the locks are given up, and all begins again.
  loop
    begin
      -- One at a time: two would wait for each other when they put theirs in the place of the old one. Searches go on.
      lock table public.chunk_embeddings in share row exclusive mode;
      had := (
        select option.option_value::integer
        from pg_class index
        cross join lateral pg_options_to_table(index.reloptions) option
        where index.oid = to_regclass('public.idx_chunk_embeddings_bits') and option.option_name = 'lists'
      );
      -- By cases: greatest() passes over what is null.
      lists := case
        when p_lists is null then private.fitting_lists((select count(*) from public.chunk_embeddings))
        else least(greatest(p_lists, 1), 1000)
      end;
      -- Whoever does not search all channels may have dropped it. And twice as many rows to a list are no reason.
      if had is null or (p_lists is null and lists between had / 2.0 and had * 2) then
        lists := had;
        exit;
      end if;
      execute format(
        'create index idx_chunk_embeddings_bits_retrained on public.chunk_embeddings'
        ' using ivfflat (bits extensions.bit_hamming_ops) with (lists = %s)',
        lists
      );
      drop index public.idx_chunk_embeddings_bits;
      alter index public.idx_chunk_embeddings_bits_retrained rename to idx_chunk_embeddings_bits;
      exit;
    exception
      when deadlock_detected then
        null;
    end;
  end loop;
  return lists;
end;
$$;
comment on function private.retrain_search_index(integer) is 'Does what public.retrain_search_index says.';
revoke all on function private.retrain_search_index(integer) from public, anon, authenticated, service_role;
grant execute on function private.retrain_search_index(integer) to service_role;

create or replace function public.retrain_search_index(p_lists integer default null) returns integer
language sql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
  select private.retrain_search_index(p_lists);
$$;
comment on function public.retrain_search_index(integer) is
  'Makes the index for searching all channels anew when it has too few lists, or too many, for the embeddings that there are; gives how many it has then, null where there is no such index. p_lists (1 to 1000) makes it anew with so many in any case. To be called once a day or so, by the service or by pg_cron.';
revoke all on function public.retrain_search_index(integer) from public, anon, authenticated, service_role;
grant execute on function public.retrain_search_index(integer) to service_role;
--! EndIncluded functions/retrain_search_index.sql
--! Included functions/purge_expired.sql
create or replace function public.purge_expired(p_error_log_days integer default 30)
returns table (operation_locks bigint, requests bigint, public_chat_limits bigint, error_logs bigint)
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  -- A variable can be an index condition; clock_timestamp() itself never.
  asked_at constant timestamptz := clock_timestamp();
begin
  if p_error_log_days is null or p_error_log_days not between 1 and 3650 then
    raise exception using
      errcode = 'PT400',
      message = 'Errors are kept for 1 to 3650 days.',
      detail = jsonb_build_object('error', 'invalid_days', 'days', p_error_log_days)::text,
      hint = 'Give the number of days to keep, such as 30.';
  end if;

  delete from public.operation_locks held where held.expires_at <= asked_at;
  get diagnostics operation_locks = row_count;

  delete from public.request_idempotency request
  where request.expires_at <= asked_at
    and (request.status <> 'in_progress' or request.locked_until <= asked_at);
  get diagnostics requests = row_count;

  -- Who asked is personal data, and yesterday's count limits nobody.
  delete from public.public_chat_limits counted where counted.usage_date < (now() at time zone 'UTC')::date;
  get diagnostics public_chat_limits = row_count;

  delete from public.error_logs logged where logged.created_at < now() - make_interval(days => p_error_log_days);
  get diagnostics error_logs = row_count;

  return next;
end;
$$;
comment on function public.purge_expired(integer) is
  'Deletes expired locks and requests, the counts of earlier days of the public chat, and errors older than p_error_log_days; gives how many of each. To be called once an hour or so, by the service or by pg_cron.';
revoke all on function public.purge_expired(integer) from public, anon, authenticated, service_role;
grant execute on function public.purge_expired(integer) to service_role;
--! EndIncluded functions/purge_expired.sql

-- Roles --------------------------------------------------------------------------------------------------------------

--! Included functions/require_role.sql
create or replace function private.require_role(p_role public.app_role) returns void
language plpgsql stable security invoker set search_path = pg_catalog, pg_temp
as $$
begin
  if p_role is null then
    raise exception using
      errcode = 'PT400',
      message = 'A role is missing.',
      detail = jsonb_build_object('error', 'invalid_role')::text,
      hint = 'Give one of admin, moderator and user.';
  end if;
end;
$$;
comment on function private.require_role(public.app_role) is 'Raises PT400 where no role is named.';
-- For other functions of this schema.
revoke all on function private.require_role(public.app_role) from public, anon, authenticated, service_role;
--! EndIncluded functions/require_role.sql
--! Included functions/grant_role.sql
-- Definer rights: nobody writes roles through the API. A trigger writes the audit.
create or replace function private.grant_role(p_user_id uuid, p_role public.app_role) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform private.require_admin();
  perform private.require_role(p_role);
  insert into public.user_roles (user_id, role, granted_by)
  values (p_user_id, p_role, (select auth.uid()))
  on conflict on constraint user_roles_user_id_role_key do nothing;
  return found;
exception
  when foreign_key_violation or not_null_violation then
    raise exception using
      errcode = 'PT404',
      message = 'There is no such user.',
      detail = jsonb_build_object('error', 'unknown_user', 'user_id', p_user_id)::text,
      hint = 'Give the id of a user who has signed up and was not deleted.';
end;
$$;
comment on function private.grant_role(uuid, public.app_role) is 'Does what public.grant_role says.';
revoke all on function private.grant_role(uuid, public.app_role) from public, anon, authenticated, service_role;
grant execute on function private.grant_role(uuid, public.app_role) to authenticated;

create or replace function public.grant_role(p_user_id uuid, p_role public.app_role) returns boolean
language sql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
  select private.grant_role(p_user_id, p_role);
$$;
comment on function public.grant_role(uuid, public.app_role) is
  'Gives a user a role; false when they had it. Admins only, and audited.';
revoke all on function public.grant_role(uuid, public.app_role) from public, anon, authenticated, service_role;
grant execute on function public.grant_role(uuid, public.app_role) to authenticated;
--! EndIncluded functions/grant_role.sql
--! Included functions/revoke_role.sql
-- Definer rights: nobody writes roles through the API. A trigger writes the audit.
create or replace function private.revoke_role(p_user_id uuid, p_role public.app_role) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  admins uuid[];
begin
  perform private.require_admin();
  perform private.require_role(p_role);

  -- Admins who revoke at the same moment go one after the other from here, and each looks again who is an admin.
  perform from public.user_roles held where held.role = 'admin' order by held.id for update;
  perform private.require_admin();

  admins := array(select held.user_id from public.user_roles held where held.role = 'admin');
  if p_role = 'admin' and admins = array[p_user_id] then
    raise exception using
      errcode = 'PT409',
      message = 'This is the last admin.',
      detail = jsonb_build_object('error', 'last_admin', 'user_id', p_user_id)::text,
      hint = 'Make somebody else an admin first.';
  end if;

  delete from public.user_roles held where held.user_id = p_user_id and held.role = p_role;
  return found;
end;
$$;
comment on function private.revoke_role(uuid, public.app_role) is 'Does what public.revoke_role says.';
revoke all on function private.revoke_role(uuid, public.app_role) from public, anon, authenticated, service_role;
grant execute on function private.revoke_role(uuid, public.app_role) to authenticated;

create or replace function public.revoke_role(p_user_id uuid, p_role public.app_role) returns boolean
language sql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
  select private.revoke_role(p_user_id, p_role);
$$;
comment on function public.revoke_role(uuid, public.app_role) is
  'Takes a role from a user; false when they did not have it. Admins only, audited, and never from the last admin.';
revoke all on function public.revoke_role(uuid, public.app_role) from public, anon, authenticated, service_role;
grant execute on function public.revoke_role(uuid, public.app_role) to authenticated;
--! EndIncluded functions/revoke_role.sql

-- For admins ---------------------------------------------------------------------------------------------------------

--! Included functions/admin_overview.sql
-- Definer rights: it counts rows that not even admins may read. What people asked is counted in usage_daily, never in
-- chat_messages.
create or replace function private.admin_overview()
returns table (
  users bigint,
  active_users_today bigint,
  active_users_7_days bigint,
  messages_today bigint,
  messages_7_days bigint,
  messages_30_days bigint,
  channels bigint,
  active_channels bigint,
  videos bigint,
  chunks bigint,
  embedded_chunks bigint,
  users_at_limit bigint,
  average_messages_per_user numeric
)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select private.require_admin();

  with clock as (
    select (now() at time zone 'UTC')::date as today
  ),
  asked as (
    select
      count(distinct daily.user_id) filter (where daily.day = clock.today) as users_today,
      count(distinct daily.user_id) filter (where daily.day > clock.today - 7) as users_7_days,
      sum(daily.messages_sent) filter (where daily.day = clock.today) as messages_today,
      sum(daily.messages_sent) filter (where daily.day > clock.today - 7) as messages_7_days,
      sum(daily.messages_sent) as messages_30_days
    from public.usage_daily daily, clock
    -- Not the clock that is joined: that would be no condition of the index.
    where daily.day > (now() at time zone 'UTC')::date - 30 and daily.messages_sent > 0
  ),
  catalogue as (
    select count(*) as channels, coalesce(sum(channel.chunk_count), 0) as chunks from public.channels channel
  ),
  accounts as (
    select count(*) as users from auth.users
  ),
  spent as (
    select
      sum(usage.messages_sent_total) as messages,
      count(*) filter (
        where usage.usage_date >= clock.today and usage.messages_sent_today >= plan.messages_per_day_limit
      ) as at_limit
    from clock
    cross join public.user_usage usage
    -- plan_in_force() for all users at once.
    join public.plans plan on plan.id = case
      when usage.plan_expires_at <= now() then (select free.id from public.plans free where free.code = 'free')
      else usage.plan_id
    end
  )
  select
    accounts.users,
    asked.users_today,
    asked.users_7_days,
    coalesce(asked.messages_today, 0)::bigint,
    coalesce(asked.messages_7_days, 0)::bigint,
    coalesce(asked.messages_30_days, 0)::bigint,
    catalogue.channels,
    (
      select count(distinct session.channel_id)
      from public.chat_sessions session
      where session.last_message_at > now() - interval '7 days'
    ),
    (select count(*) from public.videos),
    catalogue.chunks,
    (select count(*) from public.chunk_embeddings),
    spent.at_limit,
    coalesce(round(spent.messages / nullif(accounts.users, 0), 2), 0)
  from catalogue, accounts, asked, spent;
$$;
comment on function private.admin_overview() is 'Does what public.admin_overview says.';
revoke all on function private.admin_overview() from public, anon, authenticated, service_role;
grant execute on function private.admin_overview() to authenticated;

create or replace function public.admin_overview()
returns table (
  users bigint,
  active_users_today bigint,
  active_users_7_days bigint,
  messages_today bigint,
  messages_7_days bigint,
  messages_30_days bigint,
  channels bigint,
  active_channels bigint,
  videos bigint,
  chunks bigint,
  embedded_chunks bigint,
  users_at_limit bigint,
  average_messages_per_user numeric
)
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select * from private.admin_overview();
$$;
comment on function public.admin_overview() is
  'The whole in one row. Days are UTC days, and a period of 7 days is today and the six before. A channel is active when somebody asked it something within 7 days; users are at their limit when none of today''s questions is left. Admins only.';
revoke all on function public.admin_overview() from public, anon, authenticated, service_role;
grant execute on function public.admin_overview() to authenticated;
--! EndIncluded functions/admin_overview.sql
--! Included functions/admin_top_channels.sql
-- Definer rights: follows and sessions are their users'. It counts people, so that it never scans messages.
create or replace function private.admin_top_channels(p_limit integer)
returns table (
  channel_id uuid,
  channel_name text,
  youtube_channel_id text,
  public_slug text,
  chatters bigint,
  chatters_7_days bigint,
  followers bigint,
  indexed_videos integer,
  last_message_at timestamptz
)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select private.require_admin();

  select
    channel.id,
    channel.channel_name,
    channel.youtube_channel_id,
    channel.public_slug,
    coalesce(chatting.chatters, 0),
    coalesce(chatting.chatters_7_days, 0),
    coalesce(following.followers, 0),
    channel.indexed_videos,
    chatting.last_message_at
  from public.channels channel
  left join (
    select
      session.channel_id,
      count(*) as chatters,
      count(*) filter (where session.last_message_at > now() - interval '7 days') as chatters_7_days,
      max(session.last_message_at) as last_message_at
    from public.chat_sessions session
    where session.last_message_at is not null
    group by session.channel_id
  ) chatting on chatting.channel_id = channel.id
  left join (
    select follow.channel_id, count(*) as followers
    from public.user_creators follow
    group by follow.channel_id
  ) following on following.channel_id = channel.id
  order by coalesce(chatting.chatters, 0) desc, coalesce(following.followers, 0) desc, channel.id
  limit least(greatest(coalesce(p_limit, 10), 1), 100);
$$;
comment on function private.admin_top_channels(integer) is 'Does what public.admin_top_channels says.';
revoke all on function private.admin_top_channels(integer) from public, anon, authenticated, service_role;
grant execute on function private.admin_top_channels(integer) to authenticated;

create or replace function public.admin_top_channels(p_limit integer default 10)
returns table (
  channel_id uuid,
  channel_name text,
  youtube_channel_id text,
  public_slug text,
  chatters bigint,
  chatters_7_days bigint,
  followers bigint,
  indexed_videos integer,
  last_message_at timestamptz
)
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select * from private.admin_top_channels(p_limit);
$$;
comment on function public.admin_top_channels(integer) is
  'The channels that most people talk with, best first, at most 100. Admins only.';
revoke all on function public.admin_top_channels(integer) from public, anon, authenticated, service_role;
grant execute on function public.admin_top_channels(integer) to authenticated;
--! EndIncluded functions/admin_top_channels.sql
--! Included functions/admin_daily_messages.sql
-- Definer rights: usage is its user's.
create or replace function private.admin_daily_messages(p_days integer)
returns table (
  day date,
  messages_sent bigint,
  active_users bigint
)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select private.require_admin();

  -- Counted before they are joined, which for a year takes a fifth of the time.
  select day.day, coalesce(counted.messages_sent, 0), coalesce(counted.active_users, 0)
  from (
    select (now() at time zone 'UTC')::date - ago as day
    from generate_series(0, least(greatest(coalesce(p_days, 30), 1), 366) - 1) ago
  ) day
  left join (
    select daily.day, sum(daily.messages_sent) as messages_sent, count(*) as active_users
    from public.usage_daily daily
    where daily.messages_sent > 0
      and daily.day > (now() at time zone 'UTC')::date - least(greatest(coalesce(p_days, 30), 1), 366)
    group by daily.day
  ) counted on counted.day = day.day
  order by day.day;
$$;
comment on function private.admin_daily_messages(integer) is 'Does what public.admin_daily_messages says.';
revoke all on function private.admin_daily_messages(integer) from public, anon, authenticated, service_role;
grant execute on function private.admin_daily_messages(integer) to authenticated;

create or replace function public.admin_daily_messages(p_days integer default 30)
returns table (
  day date,
  messages_sent bigint,
  active_users bigint
)
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select * from private.admin_daily_messages(p_days);
$$;
comment on function public.admin_daily_messages(integer) is
  'Questions and the users who asked them on each of the last p_days UTC days, today included, oldest first; days without any are there with zeros. At most a year. Admins only.';
revoke all on function public.admin_daily_messages(integer) from public, anon, authenticated, service_role;
grant execute on function public.admin_daily_messages(integer) to authenticated;
--! EndIncluded functions/admin_daily_messages.sql
--! Included functions/admin_plan_distribution.sql
-- Definer rights: usage is its user's.
create or replace function private.admin_plan_distribution()
returns table (
  plan_code text,
  users bigint,
  percent numeric
)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select private.require_admin();

  select
    plan.code,
    count(account.id),
    coalesce(round(100.0 * count(account.id) / nullif(sum(count(account.id)) over (), 0), 1), 0)
  from public.plans plan
  left join (
    -- plan_in_force() for all users at once.
    select
      member.id,
      case
        when usage.plan_id is null or usage.plan_expires_at <= now()
          then (select free.id from public.plans free where free.code = 'free')
        else usage.plan_id
      end as plan_id
    from auth.users member
    left join public.user_usage usage on usage.user_id = member.id
  ) account on account.plan_id = plan.id
  group by plan.id
  order by plan.messages_per_day_limit, plan.code;
$$;
comment on function private.admin_plan_distribution() is 'Does what public.admin_plan_distribution says.';
revoke all on function private.admin_plan_distribution() from public, anon, authenticated, service_role;
grant execute on function private.admin_plan_distribution() to authenticated;

create or replace function public.admin_plan_distribution()
returns table (
  plan_code text,
  users bigint,
  percent numeric
)
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select * from private.admin_plan_distribution();
$$;
comment on function public.admin_plan_distribution() is
  'How many users each plan is in force for, cheapest first: an expired plan counts as free, and so does a user without a usage row. Admins only.';
revoke all on function public.admin_plan_distribution() from public, anon, authenticated, service_role;
grant execute on function public.admin_plan_distribution() to authenticated;
--! EndIncluded functions/admin_plan_distribution.sql
--! Included functions/admin_recent_errors.sql
-- Definer rights, as the other functions for admins have them. A query for each case: one with a severity that may be
-- null has a plan that reads all errors until it has found enough of a rare one.
create or replace function private.admin_recent_errors(
  p_limit integer,
  p_severity public.error_severity,
  p_before timestamptz,
  p_before_id uuid
)
returns table (
  id uuid,
  created_at timestamptz,
  severity public.error_severity,
  function_name text,
  error_code text,
  message text,
  stack text,
  details jsonb,
  request_id text,
  user_id uuid
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  before constant timestamptz := coalesce(p_before, 'infinity');
  before_id constant uuid := coalesce(p_before_id, '00000000-0000-0000-0000-000000000000');
  wanted constant integer := least(greatest(coalesce(p_limit, 50), 1), 200);
begin
  perform private.require_admin();

  if p_severity is null then
    return query
    select
      logged.id,
      logged.created_at,
      logged.severity,
      logged.function_name,
      logged.error_code,
      logged.message,
      logged.stack,
      logged.details,
      logged.request_id,
      logged.user_id
    from public.error_logs logged
    where (logged.created_at, logged.id) < (before, before_id)
    order by logged.created_at desc, logged.id desc
    limit wanted;
  else
    return query
    select
      logged.id,
      logged.created_at,
      logged.severity,
      logged.function_name,
      logged.error_code,
      logged.message,
      logged.stack,
      logged.details,
      logged.request_id,
      logged.user_id
    from public.error_logs logged
    where logged.severity = p_severity and (logged.created_at, logged.id) < (before, before_id)
    order by logged.created_at desc, logged.id desc
    limit wanted;
  end if;
end;
$$;
comment on function private.admin_recent_errors(integer, public.error_severity, timestamptz, uuid) is 'Does what public.admin_recent_errors says.';
revoke all on function private.admin_recent_errors(integer, public.error_severity, timestamptz, uuid) from public, anon, authenticated, service_role;
grant execute on function private.admin_recent_errors(integer, public.error_severity, timestamptz, uuid) to authenticated;

create or replace function public.admin_recent_errors(
  p_limit integer default 50,
  p_severity public.error_severity default null,
  p_before timestamptz default null,
  p_before_id uuid default null
)
returns table (
  id uuid,
  created_at timestamptz,
  severity public.error_severity,
  function_name text,
  error_code text,
  message text,
  stack text,
  details jsonb,
  request_id text,
  user_id uuid
)
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select * from private.admin_recent_errors(p_limit, p_severity, p_before, p_before_id);
$$;
comment on function public.admin_recent_errors(integer, public.error_severity, timestamptz, uuid) is
  'The log of errors, newest first, at most 200 at once; the next page begins before created_at and id of the last row. Admins only.';
revoke all on function public.admin_recent_errors(integer, public.error_severity, timestamptz, uuid) from public, anon, authenticated, service_role;
grant execute on function public.admin_recent_errors(integer, public.error_severity, timestamptz, uuid) to authenticated;
--! EndIncluded functions/admin_recent_errors.sql
--! Included functions/admin_error_summary.sql
-- Definer rights, as the other functions for admins have them.
create or replace function private.admin_error_summary(p_days integer)
returns table (
  function_name text,
  severity public.error_severity,
  error_code text,
  errors bigint,
  users bigint,
  first_seen_at timestamptz,
  last_seen_at timestamptz
)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select private.require_admin();

  select
    logged.function_name,
    logged.severity,
    logged.error_code,
    count(*),
    count(distinct logged.user_id),
    min(logged.created_at),
    max(logged.created_at)
  from public.error_logs logged
  where logged.created_at > now() - make_interval(days => least(greatest(coalesce(p_days, 7), 1), 366))
  group by logged.function_name, logged.severity, logged.error_code
  order by count(*) desc, max(logged.created_at) desc, logged.function_name, logged.severity, logged.error_code;
$$;
comment on function private.admin_error_summary(integer) is 'Does what public.admin_error_summary says.';
revoke all on function private.admin_error_summary(integer) from public, anon, authenticated, service_role;
grant execute on function private.admin_error_summary(integer) to authenticated;

create or replace function public.admin_error_summary(p_days integer default 7)
returns table (
  function_name text,
  severity public.error_severity,
  error_code text,
  errors bigint,
  users bigint,
  first_seen_at timestamptz,
  last_seen_at timestamptz
)
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select * from private.admin_error_summary(p_days);
$$;
comment on function public.admin_error_summary(integer) is
  'The errors of the last p_days times 24 hours by function, severity and code, most frequent first. Admins only.';
revoke all on function public.admin_error_summary(integer) from public, anon, authenticated, service_role;
grant execute on function public.admin_error_summary(integer) to authenticated;
--! EndIncluded functions/admin_error_summary.sql
--! Included functions/admin_users.sql
-- Definer rights: not even admins read these tables. The text is looked for as it is, whatever characters it has.
create or replace function private.admin_users(p_search text, p_limit integer, p_before timestamptz, p_before_id uuid)
returns table (
  user_id uuid,
  email text,
  display_name text,
  created_at timestamptz,
  roles public.app_role[],
  plan_code text,
  plan_expires_at timestamptz,
  messages_sent_today integer,
  messages_sent_total bigint,
  creators_added integer,
  videos_indexed integer,
  last_active_day date
)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select private.require_admin();
  select private.require_query(p_search);

  select
    page.id,
    page.email,
    page.display_name,
    page.created_at,
    array(select held.role from public.user_roles held where held.user_id = page.id order by held.role),
    usage.plan_code,
    usage.plan_expires_at,
    usage.messages_sent_today,
    usage.messages_sent_total,
    usage.creators_added,
    usage.videos_indexed,
    (select max(daily.day) from public.usage_daily daily where daily.user_id = page.id and daily.messages_sent > 0)
  from (
    select member.id, member.email::text, profile.display_name, coalesce(member.created_at, '-infinity') as created_at
    from auth.users member
    left join public.profiles profile on profile.id = member.id
    where (
        p_search is null
        or position((select lower(p_search)) in lower(member.email)) > 0
        or position((select lower(p_search)) in lower(profile.display_name)) > 0
        or member.id::text = (select lower(private.trimmed(p_search)))
      )
      and (coalesce(member.created_at, '-infinity'), member.id)
        < (coalesce(p_before, 'infinity'), coalesce(p_before_id, '00000000-0000-0000-0000-000000000000'))
    order by coalesce(member.created_at, '-infinity') desc, member.id desc
    limit least(greatest(coalesce(p_limit, 50), 1), 200)
  ) page
  cross join lateral private.usage_of(page.id) usage
  order by page.created_at desc, page.id desc;
$$;
comment on function private.admin_users(text, integer, timestamptz, uuid) is 'Does what public.admin_users says.';
revoke all on function private.admin_users(text, integer, timestamptz, uuid)
  from public, anon, authenticated, service_role;
grant execute on function private.admin_users(text, integer, timestamptz, uuid) to authenticated;

create or replace function public.admin_users(
  p_search text default null,
  p_limit integer default 50,
  p_before timestamptz default null,
  p_before_id uuid default null
)
returns table (
  user_id uuid,
  email text,
  display_name text,
  created_at timestamptz,
  roles public.app_role[],
  plan_code text,
  plan_expires_at timestamptz,
  messages_sent_today integer,
  messages_sent_total bigint,
  creators_added integer,
  videos_indexed integer,
  last_active_day date
)
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select * from private.admin_users(p_search, p_limit, p_before, p_before_id);
$$;
comment on function public.admin_users(text, integer, timestamptz, uuid) is
  'Users, latest sign-up first, at most 200 at once; p_search is an id, or a part of the e-mail address or the name, of at most 200 characters. The next page begins before created_at and user_id of the last row. Never what they said. Admins only.';
revoke all on function public.admin_users(text, integer, timestamptz, uuid) from public, anon, authenticated, service_role;
grant execute on function public.admin_users(text, integer, timestamptz, uuid) to authenticated;
--! EndIncluded functions/admin_users.sql
--! Included functions/admin_ingestion_queue.sql
-- Definer rights, as the other functions for admins have them, and for the followers.
create or replace function private.admin_ingestion_queue(p_limit integer)
returns table (
  channel_id uuid,
  channel_name text,
  ingestion_status public.ingestion_status,
  ingestion_progress integer,
  error_message text,
  followers bigint,
  transcripts_pending bigint,
  transcripts_processing bigint,
  transcripts_failed bigint,
  waiting_since timestamptz,
  updated_at timestamptz
)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select private.require_admin();

  select
    channel.id,
    channel.channel_name,
    channel.ingestion_status,
    channel.ingestion_progress,
    channel.error_message,
    (select count(*) from public.user_creators follow where follow.channel_id = channel.id),
    coalesce(queued.pending, 0),
    coalesce(queued.processing, 0),
    coalesce(queued.failed, 0),
    queued.waiting_since,
    channel.updated_at
  from public.channels channel
  left join (
    select
      transcript.channel_id,
      count(*) filter (where transcript.extraction_status = 'pending') as pending,
      count(*) filter (where transcript.extraction_status = 'processing') as processing,
      count(*) filter (where transcript.extraction_status = 'failed') as failed,
      min(transcript.created_at) filter (where transcript.extraction_status = 'pending') as waiting_since
    from public.transcripts transcript
    where transcript.extraction_status in ('pending', 'processing', 'failed')
    group by transcript.channel_id
  ) queued on queued.channel_id = channel.id
  where channel.ingestion_status not in ('completed', 'no_captions') or queued.channel_id is not null
  order by queued.waiting_since nulls last, channel.updated_at, channel.id
  limit least(greatest(coalesce(p_limit, 50), 1), 200);
$$;
comment on function private.admin_ingestion_queue(integer) is 'Does what public.admin_ingestion_queue says.';
revoke all on function private.admin_ingestion_queue(integer) from public, anon, authenticated, service_role;
grant execute on function private.admin_ingestion_queue(integer) to authenticated;

create or replace function public.admin_ingestion_queue(p_limit integer default 50)
returns table (
  channel_id uuid,
  channel_name text,
  ingestion_status public.ingestion_status,
  ingestion_progress integer,
  error_message text,
  followers bigint,
  transcripts_pending bigint,
  transcripts_processing bigint,
  transcripts_failed bigint,
  waiting_since timestamptz,
  updated_at timestamptz
)
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select * from private.admin_ingestion_queue(p_limit);
$$;
comment on function public.admin_ingestion_queue(integer) is
  'Channels whose ingestion is not done, or that have transcripts waiting, being extracted or failed; longest waiting first, at most 200. Admins only.';
revoke all on function public.admin_ingestion_queue(integer) from public, anon, authenticated, service_role;
grant execute on function public.admin_ingestion_queue(integer) to authenticated;
--! EndIncluded functions/admin_ingestion_queue.sql

-- For the app and its pipeline ---------------------------------------------------------------------------------------

--! Included functions/search_transcript_chunks.sql
-- First the nearest are chosen, from the embeddings alone; then they are shown. There are two ways to choose, by the
-- number of the channel's chunks (docs/performance.md has where they cross):
--
-- * Every embedding of the channel is measured.
-- * Every embedding's signs, which are in the index, are compared with the question's, and only the best candidates are
--   measured: a page of the index holds 33 of them, a page of the table 2 embeddings.
--
-- A distance is computed once. The parameter has the column's type, or it would be cast again for each row. The `+ 0`
-- keeps the index that search_all_transcript_chunks uses out of the plan: it answers before it has looked at the
-- channel. A distance that is no number is no similarity: it sorts last and is never less. What is equally near comes in
-- the order of ids, so that one question has one answer.
create or replace function public.search_transcript_chunks(
  query_embedding extensions.halfvec(1536),
  filter_channel_id uuid,
  match_threshold double precision default 0.15,
  match_count integer default 10
)
returns table (
  id uuid,
  video_id uuid,
  channel_id uuid,
  chunk_index integer,
  text text,
  start_time real,
  end_time real,
  similarity double precision,
  video_title text,
  youtube_video_id text
)
language plpgsql stable security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  measured_whole constant integer := 3000;
  wanted constant integer := least(greatest(coalesce(match_count, 10), 1), 200);
  signs constant bit(1536) := extensions.binary_quantize(query_embedding);
  candidates uuid[];
  nearest uuid[];
  distances double precision[];
begin
  if (select channel.chunk_count from public.channels channel where channel.id = filter_channel_id) > measured_whole then
    -- Not a join: of a limit that it does not know the planner expects so much that it would read the whole table.
    candidates := array(
      select compared.chunk_id
      from public.chunk_embeddings compared
      where compared.channel_id = filter_channel_id
      order by (compared.bits operator(extensions.<~>) signs) + 0, compared.chunk_id
      limit greatest(200, 8 * wanted)
    );
    select array_agg(best.chunk_id), array_agg(best.distance) into nearest, distances
    from (
      select measured.chunk_id, measured.embedding operator(extensions.<=>) query_embedding as distance
      from public.chunk_embeddings measured
      where measured.chunk_id = any (candidates)
      order by distance, measured.chunk_id
      limit wanted
    ) best;
  else
    select array_agg(best.chunk_id), array_agg(best.distance) into nearest, distances
    from (
      select measured.chunk_id, measured.embedding operator(extensions.<=>) query_embedding as distance
      from public.chunk_embeddings measured
      where measured.channel_id = filter_channel_id
      order by distance, measured.chunk_id
      limit wanted
    ) best;
  end if;

  return query
  select
    chunk.id,
    chunk.video_id,
    chunk.channel_id,
    chunk.chunk_index,
    chunk.text,
    chunk.start_time,
    chunk.end_time,
    1 - found.distance,
    video.title,
    video.youtube_video_id
  from unnest(nearest, distances) with ordinality found (chunk_id, distance, place)
  join public.transcript_chunks chunk on chunk.id = found.chunk_id
  join public.videos video on video.id = chunk.video_id
  where found.distance < 1 - coalesce(match_threshold, 0.15)
  order by found.place;
end;
$$;
comment on function public.search_transcript_chunks(extensions.halfvec, uuid, double precision, integer) is
  'The passages of one channel that are closest in meaning to an embedded question, best first; from 1 to 200. In channels of more than 3,000 passages some may be passed over in favour of others that are nearly as close.';
revoke all on function public.search_transcript_chunks(extensions.halfvec, uuid, double precision, integer)
  from public, anon, authenticated, service_role;
grant execute on function public.search_transcript_chunks(extensions.halfvec, uuid, double precision, integer)
  to authenticated, service_role;
--! EndIncluded functions/search_transcript_chunks.sql
--! Included functions/search_all_transcript_chunks.sql
-- A function of its own, not a filter that may be null: that would cost the search of one channel its plan.
--
-- The index has lists of what is near each other by its signs. As many of the nearest lists are gone through as find what is
-- near (of one, or of few, all: then nothing is passed over), the best by their signs are measured.
--
-- The settings of an extension can be set by whoever is no superuser only once its library is loaded; this loads it.
select '[0]'::extensions.halfvec;
create or replace function public.search_all_transcript_chunks(
  query_embedding extensions.halfvec(1536),
  match_threshold double precision default 0.15,
  match_count integer default 10
)
returns table (
  id uuid,
  video_id uuid,
  channel_id uuid,
  chunk_index integer,
  text text,
  start_time real,
  end_time real,
  similarity double precision,
  video_title text,
  youtube_video_id text,
  channel_name text
)
language plpgsql stable security invoker
set search_path = pg_catalog, pg_temp
-- So that they are as before when it ends.
set ivfflat.probes = 1
set ivfflat.iterative_scan = relaxed_order
as $$
declare
  wanted constant integer := least(greatest(coalesce(match_count, 10), 1), 200);
  signs constant bit(1536) := extensions.binary_quantize(query_embedding);
  lists constant integer := (
    select option.option_value::integer
    from pg_class index
    cross join lateral pg_options_to_table(index.reloptions) option
    where index.oid = to_regclass('public.idx_chunk_embeddings_bits') and option.option_name = 'lists'
  );
  candidates uuid[];
begin
  -- Twice the root: of a million rows in a thousand lists, 64 found all that belongs there.
  perform set_config('ivfflat.probes', ceil(2 * sqrt(coalesce(lists, 1)))::text, true);
  -- Not a join: of a limit that it does not know the planner expects so much that it would read the whole table.
  candidates := array(
    select compared.chunk_id
    from public.chunk_embeddings compared
    order by compared.bits operator(extensions.<~>) signs
    limit greatest(400, 8 * wanted)
  );

  return query
  select
    chunk.id,
    chunk.video_id,
    chunk.channel_id,
    chunk.chunk_index,
    chunk.text,
    chunk.start_time,
    chunk.end_time,
    1 - best.distance,
    video.title,
    video.youtube_video_id,
    channel.channel_name
  from (
    select measured.chunk_id, measured.embedding operator(extensions.<=>) query_embedding as distance
    from public.chunk_embeddings measured
    where measured.chunk_id = any (candidates)
    order by distance, measured.chunk_id
    limit wanted
  ) best
  join public.transcript_chunks chunk on chunk.id = best.chunk_id
  join public.videos video on video.id = chunk.video_id
  join public.channels channel on channel.id = chunk.channel_id
  where best.distance < 1 - coalesce(match_threshold, 0.15)
  order by best.distance, best.chunk_id;
end;
$$;
comment on function public.search_all_transcript_chunks(extensions.halfvec, double precision, integer) is
  'The passages of all channels that are closest in meaning to an embedded question, best first; from 1 to 200. Some may be passed over in favour of others that are nearly as close.';
revoke all on function public.search_all_transcript_chunks(extensions.halfvec, double precision, integer)
  from public, anon, authenticated, service_role;
grant execute on function public.search_all_transcript_chunks(extensions.halfvec, double precision, integer)
  to authenticated, service_role;
--! EndIncluded functions/search_all_transcript_chunks.sql
--! Included functions/replace_transcript_chunks.sql
-- The transcript's row is the lock: of two replacements at once the later one stands, whole. Before it the channel's, as
-- whoever deletes a channel locks that first and then goes down: the other way round the two would wait for each other.
create or replace function public.replace_transcript_chunks(p_transcript_id uuid, p_chunks jsonb) returns integer
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  replaced public.transcripts;
  written integer;
begin
  if p_chunks is null or jsonb_typeof(p_chunks) <> 'array'
    or jsonb_path_exists(p_chunks, 'strict $[*] ? (@.type() != "object")')
  then
    raise exception using
      errcode = 'PT400',
      message = 'The chunks of a transcript are a JSON array of objects.',
      detail = jsonb_build_object('error', 'invalid_chunks')::text,
      hint = 'Give [{"text": …, "start_time": …, "end_time": …, "token_count": …, "embedding": […]}, …]; all but text may be missing.';
  end if;

  perform
  from public.channels channel
  where channel.id = (
    select transcript.channel_id from public.transcripts transcript where transcript.id = p_transcript_id
  )
  for key share;
  select transcript.* into replaced
  from public.transcripts transcript
  where transcript.id = p_transcript_id
  for update;
  if not found then
    raise exception using
      errcode = 'PT404',
      message = 'There is no such transcript.',
      detail = jsonb_build_object('error', 'unknown_transcript', 'transcript_id', p_transcript_id)::text,
      hint = 'Give the id of a transcript; it may have been deleted with its video.';
  end if;

  delete from public.transcript_chunks chunk
  where chunk.channel_id = replaced.channel_id
    and chunk.video_id = replaced.video_id
    and chunk.transcript_id = replaced.id;

  with given as materialized (
    select
      gen_random_uuid() as id,
      coalesce((element.chunk ->> 'chunk_index')::integer, element.place::integer - 1) as chunk_index,
      element.chunk ->> 'text' as text,
      (element.chunk ->> 'start_time')::real as start_time,
      (element.chunk ->> 'end_time')::real as end_time,
      (element.chunk ->> 'token_count')::integer as token_count,
      (element.chunk ->> 'embedding')::extensions.halfvec(1536) as embedding
    from jsonb_array_elements(p_chunks) with ordinality element (chunk, place)
  ),
  chunks as (
    insert into public.transcript_chunks (
      id, channel_id, video_id, transcript_id, chunk_index, text, start_time, end_time, token_count, embedding_status
    )
    select
      given.id, replaced.channel_id, replaced.video_id, replaced.id, given.chunk_index, given.text, given.start_time,
      given.end_time, given.token_count,
      case when given.embedding is null then 'pending' else 'completed' end::public.embedding_status
    from given
    returning id
  ),
  embeddings as (
    insert into public.chunk_embeddings (chunk_id, channel_id, embedding)
    select given.id, replaced.channel_id, given.embedding
    from given
    where given.embedding is not null
  )
  select count(*) into written from chunks;
  return written;
exception
  -- No number where one is needed, a passage without text, an index twice.
  when invalid_text_representation or numeric_value_out_of_range
    or not_null_violation or check_violation or unique_violation
  then
    raise exception using
      errcode = 'PT400',
      message = format('A chunk can''t be stored: %s.', sqlerrm),
      detail = jsonb_build_object('error', 'invalid_chunks')::text,
      hint = 'Give every chunk a text, an index of its own from 0, times and tokens of 0 or more, and an embedding or none.';
end;
$$;
comment on function public.replace_transcript_chunks(uuid, jsonb) is
  'Puts these chunks, with their embeddings, in place of all that a transcript has: all of them or, after an error, none. Returns how many. For the service.';
revoke all on function public.replace_transcript_chunks(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.replace_transcript_chunks(uuid, jsonb) to service_role;
--! EndIncluded functions/replace_transcript_chunks.sql
--! Included functions/claim_transcripts.sql
-- The queue is the table: next_retry_at is when a row may be taken (again), for one that is being extracted the end of
-- its lease. Rows that another worker is taking are passed over, so workers never wait for each other.
create or replace function public.claim_transcripts(p_limit integer default 10, p_lease_seconds integer default 300)
returns table (
  transcript_id uuid,
  video_id uuid,
  channel_id uuid,
  youtube_video_id text,
  language text,
  retry_count integer,
  leased_until timestamptz
)
language plpgsql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
declare
  tries constant integer := 5;
  -- A variable can be an index condition; clock_timestamp() itself never.
  asked_at constant timestamptz := clock_timestamp();
begin
  if p_lease_seconds is null or p_lease_seconds not between 1 and 86400 then
    raise exception using
      errcode = 'PT400',
      message = 'A lease lasts from 1 second to a day.',
      detail = jsonb_build_object('error', 'invalid_lease', 'lease_seconds', p_lease_seconds)::text,
      hint = 'Give the seconds that extracting one transcript takes at most, such as 300.';
  end if;

  -- A transcript whose workers never come back is not tried for ever.
  update public.transcripts transcript
  set
    extraction_status = 'failed',
    retry_count = transcript.retry_count + 1,
    next_retry_at = null,
    error_message = coalesce(transcript.error_message, 'No worker finished it.')
  where transcript.id in (
    select lapsed.id
    from public.transcripts lapsed
    where lapsed.extraction_status = 'processing'
      and lapsed.next_retry_at <= asked_at
      and lapsed.retry_count >= tries - 1
    for update skip locked
  );

  return query
  with claimable as materialized (
    select waiting.id
    from public.transcripts waiting
    where waiting.extraction_status in ('pending', 'processing')
      and (waiting.next_retry_at is null or waiting.next_retry_at <= asked_at)
    order by waiting.next_retry_at nulls first, waiting.created_at
    limit least(greatest(coalesce(p_limit, 10), 0), 100)
    for update skip locked
  ),
  claimed as (
    update public.transcripts transcript
    set
      extraction_status = 'processing',
      -- A lease that lapsed was a try that failed.
      retry_count = transcript.retry_count + case transcript.extraction_status when 'processing' then 1 else 0 end,
      next_retry_at = clock_timestamp() + make_interval(secs => p_lease_seconds)
    where transcript.id in (select claimable.id from claimable)
    returning transcript.*
  )
  select
    claimed.id,
    claimed.video_id,
    claimed.channel_id,
    video.youtube_video_id,
    claimed.language,
    claimed.retry_count,
    claimed.next_retry_at
  from claimed
  join public.videos video on video.id = claimed.video_id
  order by claimed.created_at, claimed.id;
end;
$$;
comment on function public.claim_transcripts(integer, integer) is
  'Takes up to p_limit transcripts (at most 100) that wait for extraction, new ones first, then those whose next try is due. No two workers get the same while its lease lasts. To finish one, set its extraction_status where next_retry_at is still leased_until; for another try later, set pending, retry_count + 1 and next_retry_at. After 5 lapsed leases it is failed. For the service.';
revoke all on function public.claim_transcripts(integer, integer) from public, anon, authenticated, service_role;
grant execute on function public.claim_transcripts(integer, integer) to service_role;
--! EndIncluded functions/claim_transcripts.sql
--! Included functions/relationships.sql
-- Rows that belong together by a copied column. PostgREST reads relationships from foreign keys, and the key of a copy names
-- the row in between: a function of this form tells it of the others (its documentation, "Computed relationships"). A foreign
-- key would be checked for each chunk that is inserted, and would need an index. GraphQL needs none of them, since it can
-- go by the transcript: @behavior keeps them out of it, and @name is needed for two things there cannot have one name.

create or replace function public.videos(public.transcript_chunks) returns setof public.videos
language sql stable rows 1 security invoker set search_path = pg_catalog, pg_temp
as $$
  select video.* from public.videos video where video.id = $1.video_id;
$$;
comment on function public.videos(public.transcript_chunks) is E'@name chunk_video\n@behavior -*\nThe video of a chunk, for PostgREST to embed.';
revoke all on function public.videos(public.transcript_chunks) from public, anon, authenticated, service_role;
grant execute on function public.videos(public.transcript_chunks) to authenticated, service_role;

create or replace function public.channels(public.transcript_chunks) returns setof public.channels
language sql stable rows 1 security invoker set search_path = pg_catalog, pg_temp
as $$
  select channel.* from public.channels channel where channel.id = $1.channel_id;
$$;
comment on function public.channels(public.transcript_chunks) is E'@name chunk_channel\n@behavior -*\nThe channel of a chunk, for PostgREST to embed.';
revoke all on function public.channels(public.transcript_chunks) from public, anon, authenticated, service_role;
grant execute on function public.channels(public.transcript_chunks) to authenticated, service_role;

create or replace function public.channels(public.transcripts) returns setof public.channels
language sql stable rows 1 security invoker set search_path = pg_catalog, pg_temp
as $$
  select channel.* from public.channels channel where channel.id = $1.channel_id;
$$;
comment on function public.channels(public.transcripts) is E'@name transcript_channel\n@behavior -*\nThe channel of a transcript, for PostgREST to embed.';
revoke all on function public.channels(public.transcripts) from public, anon, authenticated, service_role;
grant execute on function public.channels(public.transcripts) to authenticated, service_role;
--! EndIncluded functions/relationships.sql
--! Included functions/search_my_messages.sql
-- With the caller's rights. The text is taken literally, whatever characters it has. Somebody can write messages in which it
-- is nearly found at every character, so that looking for it takes message times text. One call does so much and no more:
-- for each message what it takes to get at it, and for each of its bytes that, and more for a longer text. Nothing ends the
-- search inside of one message, and old ones may be longer than what is written today: of each the beginning is searched. The
-- planner takes everybody for somebody with few messages, and would read and sort all of somebody's who has many; an index has
-- the order.
create or replace function public.search_my_messages(
  p_query text,
  p_limit integer default 20,
  p_before timestamptz default null,
  p_before_id uuid default null
)
returns table (
  id uuid,
  session_id uuid,
  channel_id uuid,
  channel_name text,
  role public.message_role,
  content text,
  sources jsonb,
  created_at timestamptz
)
language plpgsql stable security invoker
set search_path = pg_catalog, pg_temp
set enable_sort = off
as $$
declare
  -- Variables, since row level security lets no coalesce() into an index condition.
  before constant timestamptz := coalesce(p_before, 'infinity');
  before_id constant uuid := coalesce(p_before_id, '00000000-0000-0000-0000-000000000000');
  wanted constant integer := least(greatest(coalesce(p_limit, 20), 1), 100);
  sought constant text := lower(p_query);
  given integer := 0;
  spent integer := 0;
  found_messages refcursor;
  message public.chat_messages;
  searched text;
begin
  perform private.require_query(p_query);

  -- One at a time: a loop over a query reads ten before the first is looked at.
  open found_messages for
    select written.*
    from public.chat_messages written
    where p_query is not null
      and written.user_id = (select auth.uid())
      and (written.created_at, written.id) < (before, before_id)
    order by written.created_at desc, written.id desc;
  loop
    fetch found_messages into message;
    exit when not found;
    searched := left(message.content, 1000000);
    if position(sought in lower(searched)) > 0 then
      select session.channel_id, channel.channel_name
      into channel_id, channel_name
      from public.chat_sessions session
      join public.channels channel on channel.id = session.channel_id
      where session.user_id = message.user_id and session.id = message.session_id;
      id := message.id;
      session_id := message.session_id;
      role := message.role;
      content := message.content;
      sources := message.sources;
      created_at := message.created_at;
      return next;
      given := given + 1;
      exit when given = wanted;
    end if;

    spent := spent + 200 + octet_length(searched) * (32 + char_length(sought)) / 32;
    if spent > 8000000 then
      exit when given > 0;
      raise exception using
        errcode = 'PT422',
        message = 'There are too many messages to search in at once, and none of the newest holds the text.',
        detail = jsonb_build_object(
          'error', 'search_unfinished', 'before', message.created_at, 'before_id', message.id
        )::text,
        hint = 'Search on with p_before and p_before_id as given in the details.';
    end if;
  end loop;
  close found_messages;
end;
$$;
comment on function public.search_my_messages(text, integer, timestamptz, uuid) is
  'The signed-in user''s messages that hold a text of at most 200 characters, in whatever case, in their first million characters, newest first, with the channel''s name; at most 100 at once. The next page begins before created_at of the last row; with its id as well, no message of the same moment is passed over. The last page is the one without rows. PT422 says where to search on, when somebody has too many messages for one call.';
revoke all on function public.search_my_messages(text, integer, timestamptz, uuid) from public, anon, authenticated, service_role;
grant execute on function public.search_my_messages(text, integer, timestamptz, uuid) to authenticated;
--! EndIncluded functions/search_my_messages.sql
--! Included functions/publish_channel.sql
-- Definer rights: only admins change channels through the API. A trigger writes the audit, and another remembers whose the
-- address is, and what was taken down.
--
-- To follow for a day takes a day, and what somebody has published counts when they no longer follow it.
create or replace function private.publish_channel(p_channel_id uuid, p_slug text) returns public.channels
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  caller constant uuid := auth.uid();
  moderates constant boolean := private.is_moderator();
  follows_for constant interval := interval '1 day';
  followed_since timestamptz;
  allowed integer;
  code text;
  published public.channels;
begin
  if private.fits_slug(p_slug) is not true then
    raise exception using
      errcode = 'PT400',
      message = 'This can''t be the address of a channel.',
      detail = jsonb_build_object('error', 'invalid_slug', 'slug', p_slug)::text,
      hint = 'Use 3 to 63 lower-case letters and digits, with single hyphens between them, and no id or reserved word.';
  end if;

  -- Held until the end: of two who publish at once, the later finds the channel public.
  select channel.* into published from public.channels channel where channel.id = p_channel_id for update;
  if not found then
    raise exception using
      errcode = 'PT404',
      message = 'There is no such channel.',
      detail = jsonb_build_object('error', 'unknown_channel', 'channel_id', p_channel_id)::text,
      hint = 'Give the id of a channel; it may have been deleted.';
  end if;

  if not moderates and not exists (
    select from public.user_creators follow where follow.channel_id = p_channel_id and follow.user_id = caller
  ) then
    raise exception using
      errcode = '42501',
      message = 'Only those who follow a channel may publish it.',
      detail = jsonb_build_object('error', 'not_follower', 'channel_id', p_channel_id)::text,
      hint = 'Follow the channel first.';
  end if;

  if published.public_slug is not null then
    raise exception using
      errcode = 'PT409',
      message = format('The channel is public already, as %s.', published.public_slug),
      detail = jsonb_build_object('error', 'already_public', 'slug', published.public_slug)::text,
      hint = 'Use the address it has: a channel is given one once.';
  end if;

  if not moderates then
    -- What was taken down, a follower does not put up again.
    if exists (
      select from private.channel_takedowns takedown where takedown.youtube_channel_id = published.youtube_channel_id
    ) then
      raise exception using
        errcode = 'PT409',
        message = 'A moderator took the channel''s public page down.',
        detail = jsonb_build_object('error', 'taken_down', 'channel_id', p_channel_id)::text,
        hint = 'Ask a moderator to publish it again.';
    end if;

    followed_since := (
      select follow.added_at
      from public.user_creators follow
      where follow.channel_id = p_channel_id and follow.user_id = caller
    );
    if followed_since > now() - follows_for then
      raise exception using
        errcode = '42501',
        message = 'Only those who have followed a channel for a day may publish it.',
        detail = jsonb_build_object(
          'error', 'new_follower', 'channel_id', p_channel_id, 'follower_since', followed_since
        )::text,
        hint = 'Publish it a day after you followed it, and do not unfollow it before.';
    end if;

    -- The usage row is the lock: of two whom one user publishes at once, the later counts the earlier.
    perform private.ensure_usage(caller);
    perform from public.user_usage usage where usage.user_id = caller for update;
    select plan.creators_limit, plan.code into allowed, code
    from public.user_usage usage
    join public.plans plan on plan.id = private.plan_in_force(usage.plan_id, usage.plan_expires_at)
    where usage.user_id = caller;
    if (select count(*) from private.slug_holders holder where holder.published_by = caller) >= allowed then
      raise exception using
        errcode = 'PT402',
        message = format('The %s plan allows to publish %s channels.', code, allowed),
        detail = jsonb_build_object('error', 'publications_limit', 'limit', allowed, 'plan', code)::text,
        hint = 'Ask a moderator to publish it, or change to a plan with more channels.';
    end if;
  end if;

  begin
    update public.channels channel
    set public_slug = p_slug
    where channel.id = p_channel_id
    returning channel.* into published;
  exception
    when unique_violation then
      raise exception using
        errcode = 'PT409',
        message = format('The address %s is taken by another channel.', p_slug),
        detail = jsonb_build_object('error', 'slug_taken', 'slug', p_slug)::text,
        hint = 'Choose another address.';
  end;
  if not moderates then
    update private.slug_holders holder
    set published_by = caller
    where holder.folded_slug = private.folded_slug(p_slug);
  end if;
  return published;
end;
$$;
comment on function private.publish_channel(uuid, text) is 'Does what public.publish_channel says.';
revoke all on function private.publish_channel(uuid, text) from public, anon, authenticated, service_role;
grant execute on function private.publish_channel(uuid, text) to authenticated;

create or replace function public.publish_channel(p_channel_id uuid, p_slug text) returns public.channels
language sql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
  select * from private.publish_channel(p_channel_id, p_slug);
$$;
comment on function public.publish_channel(uuid, text) is
  'Gives a channel that has no public page the address of one: 3 to 63 lower-case letters, digits and single hyphens, no id, and nothing that is reserved, was another channel''s or looks like it. For those who have followed it for a day, once, and for as many channels as their plan lets them follow; for moderators also after it was taken down. Audited.';
revoke all on function public.publish_channel(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.publish_channel(uuid, text) to authenticated;
--! EndIncluded functions/publish_channel.sql
--! Included functions/unpublish_channel.sql
-- Definer rights: only admins change channels through the API, and moderators do this too. A trigger writes the audit.
create or replace function private.unpublish_channel(p_channel_id uuid) returns public.channels
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  hidden public.channels;
begin
  if not private.is_moderator() then
    raise exception using
      errcode = '42501',
      message = 'Only moderators may take a public page down.',
      detail = jsonb_build_object('error', 'not_moderator')::text,
      hint = 'Ask a moderator or an admin to do it.';
  end if;

  update public.channels channel
  set public_slug = null
  where channel.id = p_channel_id and channel.public_slug is not null
  returning channel.* into hidden;
  if not found then
    select channel.* into hidden from public.channels channel where channel.id = p_channel_id;
  end if;
  if not found then
    raise exception using
      errcode = 'PT404',
      message = 'There is no such channel.',
      detail = jsonb_build_object('error', 'unknown_channel', 'channel_id', p_channel_id)::text,
      hint = 'Give the id of a channel; it may have been deleted.';
  end if;
  return hidden;
end;
$$;
comment on function private.unpublish_channel(uuid) is 'Does what public.unpublish_channel says.';
revoke all on function private.unpublish_channel(uuid) from public, anon, authenticated, service_role;
grant execute on function private.unpublish_channel(uuid) to authenticated;

create or replace function public.unpublish_channel(p_channel_id uuid) returns public.channels
language sql volatile security invoker set search_path = pg_catalog, pg_temp
as $$
  select * from private.unpublish_channel(p_channel_id);
$$;
comment on function public.unpublish_channel(uuid) is
  'Takes a channel''s public page down, for followers for good; its address stays its own. Nothing happens to a channel without one. For moderators and admins. Audited.';
revoke all on function public.unpublish_channel(uuid) from public, anon, authenticated, service_role;
grant execute on function public.unpublish_channel(uuid) to authenticated;
--! EndIncluded functions/unpublish_channel.sql
--! Included functions/export_my_data.sql
-- Definer rights, since not all of it can be read through the API: what the service keeps about a user is theirs too. Left
-- out is what is about others as well: the audit log, who granted a role, and who published a channel.
--
-- A page goes on where the last one ended: after that row of that table, in the order of time. It takes rows until it holds
-- 2 MB, so that the largest account can be exported, each page in well under a second. Large values are read after they
-- were sorted, and only those of the page: hence the offsets. A page shows one moment. What names a request is not given away: its place in the order is a digest of its id.
create or replace function private.export_my_data(p_after jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
  me constant uuid := auth.uid();
  sections constant text[] := array[
    'user_roles', 'usage_daily', 'user_creators', 'channels_added', 'chat_sessions', 'chat_messages', 'saved_answers',
    'voice_conversations', 'request_idempotency', 'operation_locks', 'error_logs'
  ];
  section text;
  first integer := 1;
  after_time timestamptz := timestamptz '-infinity';
  after_id uuid := uuid '00000000-0000-0000-0000-000000000000';
  found_rows refcursor;
  row_time timestamptz;
  row_id uuid;
  item jsonb;
  items jsonb[];
  size integer := 0;
  next jsonb;
  page jsonb;
begin
  if me is null then
    return null;
  end if;

  if p_after is not null then
    begin
      first := array_position(sections, p_after ->> 'section');
      after_time := (p_after ->> 'time')::timestamptz;
      after_id := (p_after ->> 'id')::uuid;
    exception
      when data_exception then
        first := null;
    end;
    if first is null or after_time is null or after_id is null then
      raise exception using
        errcode = 'PT400',
        message = 'There is no such page of an export.',
        detail = jsonb_build_object('error', 'invalid_page')::text,
        hint = 'Give what the last page had as next, or nothing for the first page.';
    end if;
  end if;

  page := jsonb_build_object(
    'exported_at', now(),
    'account', (
      select jsonb_build_object('id', member.id, 'email', member.email, 'created_at', member.created_at)
      from auth.users member
      where member.id = me
    ),
    'profile', (select to_jsonb(profile) from public.profiles profile where profile.id = me),
    'user_usage', (select to_jsonb(usage) from public.user_usage usage where usage.user_id = me)
  );

  for place in 1..cardinality(sections) loop
    section := sections[place];
    items := '{}';
    if place >= first and next is null then
      case section
        when 'user_roles' then
          open found_rows for
            select held.created_at, held.id, to_jsonb(held) - 'granted_by'
            from public.user_roles held
            where held.user_id = me and (held.created_at, held.id) > (after_time, after_id)
            order by held.created_at, held.id;
        when 'usage_daily' then
          open found_rows for
            select daily.day::timestamp at time zone 'UTC', daily.id, to_jsonb(daily)
            from public.usage_daily daily
            where daily.user_id = me
              and (daily.day::timestamp at time zone 'UTC', daily.id) > (after_time, after_id)
            order by daily.day, daily.id;
        when 'user_creators' then
          open found_rows for
            select
              follow.added_at,
              follow.id,
              to_jsonb(follow) || jsonb_build_object(
                'channel_name', channel.channel_name, 'youtube_channel_id', channel.youtube_channel_id
              )
            from public.user_creators follow
            join public.channels channel on channel.id = follow.channel_id
            where follow.user_id = me and (follow.added_at, follow.id) > (after_time, after_id)
            order by follow.added_at, follow.id;
        when 'channels_added' then
          open found_rows for
            select
              channel.created_at,
              channel.id,
              jsonb_build_object(
                'id', channel.id,
                'channel_name', channel.channel_name,
                'youtube_channel_id', channel.youtube_channel_id,
                'created_at', channel.created_at
              )
            from public.channels channel
            where channel.added_by = me and (channel.created_at, channel.id) > (after_time, after_id)
            order by channel.created_at, channel.id;
        when 'chat_sessions' then
          open found_rows for
            select session.created_at, session.id, to_jsonb(session)
            from public.chat_sessions session
            where session.user_id = me and (session.created_at, session.id) > (after_time, after_id)
            order by session.created_at, session.id;
        when 'chat_messages' then
          open found_rows for
            select message.created_at, message.id, to_jsonb(message)
            from public.chat_messages message
            where message.user_id = me and (message.created_at, message.id) > (after_time, after_id)
            order by message.created_at, message.id;
        when 'saved_answers' then
          open found_rows for
            select sorted.created_at, sorted.id, to_jsonb(sorted)
            from (
              select saved.*
              from public.saved_answers saved
              where saved.user_id = me and (saved.created_at, saved.id) > (after_time, after_id)
              order by saved.created_at, saved.id
              offset 0
            ) sorted;
        when 'voice_conversations' then
          open found_rows for
            select sorted.created_at, sorted.id, to_jsonb(sorted)
            from (
              select spoken.*
              from public.voice_conversations spoken
              where spoken.user_id = me and (spoken.created_at, spoken.id) > (after_time, after_id)
              order by spoken.created_at, spoken.id
              offset 0
            ) sorted;
        when 'request_idempotency' then
          open found_rows for
            select
              sorted.created_at,
              md5(sorted.id::text)::uuid,
              to_jsonb(sorted) - '{id,idempotency_key,request_hash}'::text[]
            from (
              select request.*
              from public.request_idempotency request
              where request.user_id = me
                and (request.created_at, md5(request.id::text)::uuid) > (after_time, after_id)
              order by request.created_at, md5(request.id::text)::uuid
              offset 0
            ) sorted;
        when 'operation_locks' then
          open found_rows for
            select held.acquired_at, held.id, to_jsonb(held) - 'fencing_token'
            from public.operation_locks held
            where held.user_id = me and (held.acquired_at, held.id) > (after_time, after_id)
            order by held.acquired_at, held.id;
        else
          -- Not the stack and the details, which are about the program.
          open found_rows for
            select sorted.created_at, sorted.id, to_jsonb(sorted) - 'stack' - 'details'
            from (
              select logged.*
              from public.error_logs logged
              where logged.user_id = me and (logged.created_at, logged.id) > (after_time, after_id)
              order by logged.created_at, logged.id
              offset 0
            ) sorted;
      end case;

      loop
        fetch found_rows into row_time, row_id, item;
        exit when not found;
        items := items || item;
        size := size + pg_column_size(item);
        if size > 2000000 then
          next := jsonb_build_object('section', section, 'time', row_time, 'id', row_id);
          exit;
        end if;
      end loop;
      close found_rows;
      after_time := '-infinity';
      after_id := '00000000-0000-0000-0000-000000000000';
    end if;
    page := page || jsonb_build_object(section, to_jsonb(items));
  end loop;
  return page || case when next is null then '{}' else jsonb_build_object('next', next) end;
end;
$$;
comment on function private.export_my_data(jsonb) is 'Does what public.export_my_data says.';
revoke all on function private.export_my_data(jsonb) from public, anon, authenticated, service_role;
grant execute on function private.export_my_data(jsonb) to authenticated;

create or replace function public.export_my_data(p_after jsonb default null) returns jsonb
language sql stable security invoker set search_path = pg_catalog, pg_temp
as $$
  select private.export_my_data(p_after);
$$;
comment on function public.export_my_data(jsonb) is
  'All that is stored of the signed-in user, as JSON objects: a key for each table, with their rows. One page of some 2 MB: when it has a key next, the rest comes with p_after set to its value, and a table may go on there.';
revoke all on function public.export_my_data(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.export_my_data(jsonb) to authenticated;
--! EndIncluded functions/export_my_data.sql
