-- Exported by rolecall from migrations/committed/000001-legacy-baseline.sql (sha1:9dc26b91d48e5ef40e327bb8946ff7d073483a1e, text 9b40f92a0deb328b): edit nothing here, and run `rolecall export supabase`.

-- The database that production runs today, faults included: the ground on which every later migration stands.
--
-- On an empty database this makes it. A table that is already there, with whatever later hands did to it, is left
-- exactly as it is: what belongs to a table (keys, checks, indexes, triggers, policies) is made with the table or not at
-- all. So this changes nothing on production, and nothing on a database that has moved on to the later migrations.

-- How long to wait for a lock, and for a statement, is set by whoever runs this (docs/locks.md): a limit here would take
-- the place of theirs.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout

-- pgvector goes where it is first asked for, which for production was schema public.
create extension if not exists vector;
-- A server of Supabase can have it in a schema of its own.
select set_config(
  'search_path',
  concat_ws(', ', nullif(current_setting('search_path'), ''), quote_ident(home.nspname)),
  true
)
from pg_catalog.pg_extension extension
join pg_catalog.pg_namespace home on home.oid = extension.extnamespace
where extension.extname = 'vector' and to_regtype('vector') is null;

-- Functions. Unqualified names, no search_path and execution by everyone: as production has them.
do $baseline$
begin
  -- A database that has moved on keeps its old functions in schema legacy.
  if to_regclass('private.legacy_moves') is not null then
    return;
  end if;

  if not exists (
    select from pg_catalog.pg_proc
    where pronamespace = 'public'::regnamespace and proname = 'update_updated_at_column'
  ) then
    create function public.update_updated_at_column() returns trigger language plpgsql as $$
    begin
      new.updated_at = now();
      return new;
    end;
    $$;
  end if;

  if not exists (
    select from pg_catalog.pg_proc
    where pronamespace = 'public'::regnamespace and proname = 'search_transcript_chunks'
  ) then
    create function public.search_transcript_chunks(
      query_embedding vector(1536),
      match_threshold float default 0.15,
      match_count int default 10,
      filter_channel_id text default null
    )
    returns table (
      id uuid,
      video_id text,
      channel_id text,
      chunk_index int,
      text text,
      start_time real,
      end_time real,
      similarity float
    )
    language plpgsql as $$
    begin
      return query
      select
        tc.id, tc.video_id, tc.channel_id, tc.chunk_index, tc.text, tc.start_time, tc.end_time,
        1 - (tc.embedding <=> query_embedding) as similarity
      from transcript_chunks tc
      where (filter_channel_id is null or tc.channel_id = filter_channel_id)
        and tc.embedding is not null
        and 1 - (tc.embedding <=> query_embedding) > match_threshold
      order by tc.embedding <=> query_embedding
      limit match_count;
    end;
    $$;
  end if;

  if not exists (
    select from pg_catalog.pg_proc
    where pronamespace = 'public'::regnamespace and proname = 'get_usage_with_limits'
  ) then
    create function public.get_usage_with_limits(p_user_id uuid)
    returns table (plan_type text, messages_sent_today int, creators_added int, videos_indexed int)
    language plpgsql as $$
    begin
      insert into user_usage (user_id) values (p_user_id) on conflict (user_id) do nothing;
      update user_usage u
      set messages_sent_today = 0, last_message_date = current_date
      where u.user_id = p_user_id and u.last_message_date < current_date;
      return query
      select u.plan_type, u.messages_sent_today, u.creators_added, u.videos_indexed
      from user_usage u
      where u.user_id = p_user_id;
    end;
    $$;
  end if;

  if not exists (
    select from pg_catalog.pg_proc
    where pronamespace = 'public'::regnamespace and proname = 'increment_message_count'
  ) then
    create function public.increment_message_count(p_user_id uuid) returns void language plpgsql as $$
    begin
      insert into user_usage (user_id, messages_sent_today, last_message_date)
      values (p_user_id, 1, current_date)
      on conflict (user_id) do update set
        messages_sent_today =
          case when user_usage.last_message_date < current_date then 1 else user_usage.messages_sent_today + 1 end,
        last_message_date = current_date;
    end;
    $$;
  end if;

  if not exists (
    select from pg_catalog.pg_proc
    where pronamespace = 'public'::regnamespace and proname = 'increment_creator_count'
  ) then
    create function public.increment_creator_count(p_user_id uuid) returns void language plpgsql as $$
    begin
      insert into user_usage (user_id, creators_added)
      values (p_user_id, 1)
      on conflict (user_id) do update set creators_added = user_usage.creators_added + 1;
    end;
    $$;
  end if;

  if not exists (
    select from pg_catalog.pg_proc
    where pronamespace = 'public'::regnamespace and proname = 'increment_videos_indexed'
  ) then
    create function public.increment_videos_indexed(p_user_id uuid, p_count int) returns void language plpgsql as $$
    begin
      insert into user_usage (user_id, videos_indexed)
      values (p_user_id, p_count)
      on conflict (user_id) do update set videos_indexed = user_usage.videos_indexed + p_count;
    end;
    $$;
  end if;
end
$baseline$;

-- Channels: one row a YouTube channel, shared by all users who follow it.
do $baseline$
begin
  if to_regclass('public.channels') is not null then
    return;
  end if;

  create table public.channels (
    id uuid primary key default gen_random_uuid(),
    channel_id text not null unique,
    channel_name text not null,
    channel_url text not null,
    avatar_url text,
    subscriber_count text,
    indexed_videos int default 0,
    total_videos int default 0,
    ingestion_status text default 'pending' check (
      ingestion_status in ('pending', 'processing', 'extracting', 'completed', 'partial', 'failed', 'no_captions')
    ),
    ingestion_progress int default 0 check (ingestion_progress >= 0 and ingestion_progress <= 100),
    ingestion_method text,
    error_message text,
    last_indexed_at timestamptz,
    ingest_videos bool default true,
    ingest_shorts bool default true,
    ingest_lives bool default true,
    video_import_mode text default 'latest' check (video_import_mode in ('latest', 'oldest', 'all')),
    video_import_limit int,
    public_slug text unique,
    uploads_playlist_id text,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
  );
  alter table public.channels enable row level security;

  create index idx_channels_channel_id on public.channels (channel_id);
  create index idx_channels_public_slug on public.channels (public_slug) where public_slug is not null;

  create trigger update_channels_updated_at before update on public.channels
    for each row execute function public.update_updated_at_column();

  create policy "Anyone can view channels" on public.channels for select using (true);
  create policy "Authenticated users can insert channels" on public.channels
    for insert with check (auth.uid() is not null);
  create policy "Authenticated users can update channels" on public.channels
    for update using (auth.uid() is not null);
  create policy "Service role can manage channels" on public.channels for all using (auth.role() = 'service_role');
end
$baseline$;

-- Videos: tied to their channel by YouTube's text id.
do $baseline$
begin
  if to_regclass('public.videos') is not null then
    return;
  end if;

  create table public.videos (
    id uuid primary key default gen_random_uuid(),
    video_id text not null unique,
    channel_id text not null references public.channels (channel_id) on delete cascade,
    title text not null,
    description text,
    duration text,
    duration_seconds int,
    published_at timestamptz,
    thumbnail_url text,
    view_count bigint,
    like_count int,
    comment_count int,
    transcript_status text default 'pending' check (
      transcript_status in ('pending', 'processing', 'completed', 'failed', 'no_captions')
    ),
    transcript_language text,
    ingestion_method text,
    content_type text default 'video' check (content_type in ('video', 'short', 'live')),
    created_at timestamptz default now(),
    updated_at timestamptz default now()
  );
  alter table public.videos enable row level security;

  create index idx_videos_channel_id on public.videos (channel_id);
  create index idx_videos_video_id on public.videos (video_id);

  create trigger update_videos_updated_at before update on public.videos
    for each row execute function public.update_updated_at_column();

  create policy "Anyone can view videos" on public.videos for select using (true);
  create policy "Authenticated users can insert videos" on public.videos
    for insert with check (auth.uid() is not null);
  create policy "Service role can manage videos" on public.videos for all using (auth.role() = 'service_role');
end
$baseline$;

-- Transcript chunks: a passage of a transcript with its embedding. There is no table of transcripts.
do $baseline$
begin
  if to_regclass('public.transcript_chunks') is not null then
    return;
  end if;

  create table public.transcript_chunks (
    id uuid primary key default gen_random_uuid(),
    video_id text not null references public.videos (video_id) on delete cascade,
    channel_id text not null references public.channels (channel_id) on delete cascade,
    chunk_index int not null,
    text text not null,
    start_time real,
    end_time real,
    embedding vector(1536),
    embedding_status text default 'pending' check (
      embedding_status in ('pending', 'processing', 'completed', 'failed')
    ),
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    unique (video_id, chunk_index)
  );
  alter table public.transcript_chunks enable row level security;

  create index idx_transcript_chunks_video_id on public.transcript_chunks (video_id);
  create index idx_transcript_chunks_channel_id on public.transcript_chunks (channel_id);
  create index idx_transcript_chunks_embedding on public.transcript_chunks
    using ivfflat (embedding vector_cosine_ops) with (lists = 100);

  create trigger update_transcript_chunks_updated_at before update on public.transcript_chunks
    for each row execute function public.update_updated_at_column();

  create policy "Anyone can view transcript chunks" on public.transcript_chunks for select using (true);
  create policy "Service role can manage transcript chunks" on public.transcript_chunks
    for all using (auth.role() = 'service_role');
end
$baseline$;

-- Chat sessions: one conversation per user and channel.
do $baseline$
begin
  if to_regclass('public.chat_sessions') is not null then
    return;
  end if;

  create table public.chat_sessions (
    id uuid primary key default gen_random_uuid(),
    channel_id text not null references public.channels (channel_id) on delete cascade,
    user_id uuid not null references auth.users (id) on delete cascade,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    unique (channel_id, user_id)
  );
  alter table public.chat_sessions enable row level security;

  create index idx_chat_sessions_user_id_channel_id on public.chat_sessions (user_id, channel_id);

  create trigger update_chat_sessions_updated_at before update on public.chat_sessions
    for each row execute function public.update_updated_at_column();

  create policy "Users can manage their own chat sessions" on public.chat_sessions
    for all using (auth.uid() = user_id) with check (auth.uid() = user_id);
end
$baseline$;

-- Chat messages: theirs is whose the session is.
do $baseline$
begin
  if to_regclass('public.chat_messages') is not null then
    return;
  end if;

  create table public.chat_messages (
    id uuid primary key default gen_random_uuid(),
    session_id uuid not null references public.chat_sessions (id) on delete cascade,
    role text not null check (role in ('user', 'assistant')),
    content text not null,
    sources jsonb,
    created_at timestamptz default now()
  );
  alter table public.chat_messages enable row level security;

  create index idx_chat_messages_session_id on public.chat_messages (session_id);

  create policy "Users can manage messages of their own sessions" on public.chat_messages
    for all using (
      exists (select 1 from public.chat_sessions s where s.id = chat_messages.session_id and s.user_id = auth.uid())
    );
end
$baseline$;

-- Usage: the plan and the counters of a user, writable by the user.
do $baseline$
begin
  if to_regclass('public.user_usage') is not null then
    return;
  end if;

  create table public.user_usage (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null unique references auth.users (id) on delete cascade,
    plan_type text default 'free' check (plan_type in ('free', 'pro')),
    messages_sent_today int default 0,
    last_message_date date default current_date,
    creators_added int default 0,
    videos_indexed int default 0,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
  );
  alter table public.user_usage enable row level security;

  create index idx_user_usage_user_id on public.user_usage (user_id);

  create trigger update_user_usage_updated_at before update on public.user_usage
    for each row execute function public.update_updated_at_column();

  create policy "Users can manage their own usage" on public.user_usage
    for all using (auth.uid() = user_id) with check (auth.uid() = user_id);
end
$baseline$;

-- Follows: the one table that points at a channel by its uuid.
do $baseline$
begin
  if to_regclass('public.user_creators') is not null then
    return;
  end if;

  create table public.user_creators (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    channel_id uuid not null references public.channels (id) on delete cascade,
    created_at timestamptz default now(),
    unique (user_id, channel_id)
  );
  alter table public.user_creators enable row level security;

  -- No index on channel_id.

  create policy "Users can manage their own creators" on public.user_creators
    for all using (auth.uid() = user_id) with check (auth.uid() = user_id);
end
$baseline$;

-- Limits of the public chat: how often somebody without an account asked a channel today.
do $baseline$
begin
  if to_regclass('public.public_chat_limits') is not null then
    return;
  end if;

  create table public.public_chat_limits (
    id uuid primary key default gen_random_uuid(),
    identifier text not null,
    channel_id text not null references public.channels (channel_id) on delete cascade,
    messages_today int default 0,
    last_reset_at timestamptz default now(),
    created_at timestamptz default now(),
    unique (identifier, channel_id)
  );
  alter table public.public_chat_limits enable row level security;

  create index idx_public_chat_limits_identifier_channel_id on public.public_chat_limits (identifier, channel_id);

  create policy "Service role can manage public chat limits" on public.public_chat_limits
    for all using (auth.role() = 'service_role');
end
$baseline$;

-- Errors of the edge functions. Row level security is off: everyone reads and writes them.
do $baseline$
begin
  if to_regclass('public.error_logs') is not null then
    return;
  end if;

  create table public.error_logs (
    id uuid primary key default gen_random_uuid(),
    service text not null,
    error_message text not null,
    error_details jsonb,
    created_at timestamptz default now()
  );
end
$baseline$;
