-- An app that has done well (spec/queries/sizes.ts), and in it the largest account that the limits allow, with the largest rows
-- and the texts that take longest to search in. Triggers are off meanwhile: they would take minutes, and change nothing here.
set session_replication_role = replica;
set work_mem = '256MB';

insert into auth.users (id, email, created_at)
select md5('user ' || number)::uuid, repeat('a', 58) || to_char(number, 'FM000000') || '@example.com', now() - number * interval '10 minutes'
from generate_series(1, 100000) number;
insert into public.profiles (id, display_name)
select member.id, repeat('a', 80) from auth.users member;
insert into public.user_roles (user_id, role) select member.id, 'user' from auth.users member;
insert into public.user_roles (user_id, role) values (md5('user 2')::uuid, 'admin');
insert into public.user_usage (user_id, plan_id)
select member.id, (select plan.id from public.plans plan where plan.code = 'pro') from auth.users member;
insert into public.usage_daily (user_id, day, messages_sent)
select md5('user ' || number)::uuid, current_date - (number * 7 + turn * 36) % 366, 10
from generate_series(2, 100000) number, generate_series(0, 9) turn;
insert into public.usage_daily (user_id, day, messages_sent)
select md5('user 1')::uuid, current_date - ago, 10 from generate_series(0, 3650) ago;

insert into public.channels (id, youtube_channel_id, channel_name, channel_url, public_slug, ingestion_status)
select
  md5('channel ' || number)::uuid, 'UC' || number, rpad('channel ' || number || ' ', 500, 'a'), repeat('a', 2048),
  case when number % 10 = 0 then 'channel-' || number end, case when number % 2 = 0 then 'pending' else 'completed' end::public.ingestion_status
from generate_series(1, 2000) number;
insert into public.user_creators (user_id, channel_id)
select md5('user ' || number)::uuid, md5('channel ' || 1 + (number * 7 + turn) % 2000)::uuid
from generate_series(1, 100000) number, generate_series(1, 2) turn;
-- For as long as whoever publishes has to have followed.
insert into public.user_creators (user_id, channel_id, added_at)
select md5('user 1')::uuid, md5('channel ' || number)::uuid, now() - interval '2 days' from generate_series(100, 122) number;
insert into public.chat_sessions (user_id, channel_id, last_message_at)
select md5('user ' || number)::uuid, md5('channel ' || 1 + (number * 13 + turn) % 2000)::uuid, now() - turn * interval '2 days'
from generate_series(2, 100000) number, generate_series(1, 2) turn;

-- The account.
insert into public.chat_sessions (id, user_id, channel_id, title)
select md5('session ' || number)::uuid, md5('user 1')::uuid, md5('channel ' || number)::uuid, repeat('a', 200)
from generate_series(1, 1000) number;
-- What hardly compresses, then what a search starts over in at each character, then many short ones.
insert into public.chat_messages (user_id, session_id, role, content, sources, created_at)
select
  md5('user 1')::uuid, md5('session ' || 1 + number % 1000)::uuid, 'assistant', base.content, base.sources,
  now() - interval '1 year' - number * interval '1 second'
from
  generate_series(1, 1000) number,
  (
    select
      string_agg(md5(place::text), '') as content,
      jsonb_agg(jsonb_build_object('a', md5(place::text))) filter (where place <= 1450) as sources
    from generate_series(1, 1024) place
  ) base;
insert into public.chat_messages (user_id, session_id, role, content, created_at)
select
  md5('user 1')::uuid, md5('session ' || 1 + number % 1000)::uuid, 'user', repeat('a', 32768), now() - number * interval '1 second'
from generate_series(1, 1000) number;
insert into public.chat_messages (user_id, session_id, role, content, created_at)
select
  md5('user 1')::uuid, md5('session ' || 1 + number % 1000)::uuid, 'user', 'x', now() - interval '2 years' - number * interval '1 second'
from generate_series(1, 100000) number;
insert into public.chat_messages (user_id, session_id, role, content, created_at)
select
  md5('user 1')::uuid, md5('session ' || 1 + number % 1000)::uuid, 'user', repeat('a', 400), now() - interval '3 years' - number * interval '1 second'
from generate_series(1, 50000) number;
insert into public.saved_answers (user_id, channel_id, question, content, sources, note, created_at)
select
  md5('user 1')::uuid, md5('channel 1')::uuid, repeat('a', 32768), repeat('b', 32768), to_jsonb(repeat('c', 65534)),
  repeat('d', 10000), '2026-01-01'
from generate_series(1, 5000);
insert into public.voice_conversations (user_id, channel_id, transcript, created_at)
select
  md5('user 1')::uuid, md5('channel 1')::uuid,
  (select jsonb_agg(jsonb_build_object('role', 'user', 'text', repeat('a', 1000))) from generate_series(1, 250)), '2026-01-01'
from generate_series(1, 1000);
insert into public.request_idempotency (user_id, operation_type, idempotency_key, request_hash, status, response, completed_at, expires_at)
select
  md5('user 1')::uuid, 'chat', number::text, repeat('h', 255), 'completed', to_jsonb(repeat('a', 65534)), now(),
  now() + interval '7 days'
from generate_series(1, 4998) number;
insert into private.user_row_counts (user_id, table_name, row_count)
select md5('user 1')::uuid, counted.* from (
  values
    ('chat_sessions', 1000), ('chat_messages', 500000), ('saved_answers', 5000), ('voice_conversations', 1000),
    ('request_idempotency', 4998)
) counted;

insert into public.error_logs (function_name, message, created_at, user_id)
select 'function ' || number % 50, 'It broke.', now() - number * interval '2 seconds', md5('user ' || 1 + number % 100000)::uuid
from generate_series(1, 300000) number;
insert into public.error_logs (function_name, error_code, message, stack, details, request_id, user_id)
select
  repeat('f', 200), repeat('c', 200), repeat('a', 10000), repeat('b', 50000), to_jsonb(repeat('c', 65534)), repeat('r', 200),
  md5('user 1')::uuid
from generate_series(1, 1000);

-- A large channel.
insert into public.videos (id, channel_id, youtube_video_id, title)
select md5('video ' || number)::uuid, md5('channel 1')::uuid, 'v' || number, repeat('a', 1000) from generate_series(1, 100) number;
insert into public.transcripts (id, channel_id, video_id, extraction_status)
select md5('transcript ' || number)::uuid, md5('channel 1')::uuid, md5('video ' || number)::uuid, 'completed'
from generate_series(1, 100) number;
insert into public.transcript_chunks (id, channel_id, video_id, transcript_id, chunk_index, text, embedding_status)
select
  md5('chunk ' || number)::uuid, md5('channel 1')::uuid, md5('video ' || 1 + number % 100)::uuid,
  md5('transcript ' || 1 + number % 100)::uuid, number / 100, repeat('a', 32768), 'completed'
from generate_series(1, 20000) number;
insert into public.chunk_embeddings (chunk_id, channel_id, embedding)
select md5('chunk ' || number)::uuid, md5('channel 1')::uuid, vector.embedding
from generate_series(1, 20000) number
join (
  select row, array_agg(sin(row * 7919 + place * place * 0.37 + row * place))::real[]::extensions.halfvec as embedding
  from generate_series(0, 199) row, generate_series(1, 1536) place
  group by row
) vector on vector.row = number % 200;
update public.channels set chunk_count = 20000 where id = md5('channel 1')::uuid;

-- A hundred thousand transcripts that wait for a worker.
insert into public.videos (id, channel_id, youtube_video_id, title)
select md5('video ' || number)::uuid, md5('channel 2')::uuid, 'v' || number, repeat('a', 1000)
from generate_series(1001, 101000) number;
insert into public.transcripts (channel_id, video_id, extraction_status)
select md5('channel 2')::uuid, md5('video ' || number)::uuid, 'pending' from generate_series(1001, 101000) number;

set session_replication_role = origin;
analyze;
