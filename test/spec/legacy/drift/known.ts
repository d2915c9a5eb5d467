import { BLANKS } from '../../../../spec/legacy/blanks.ts';
import { type Drifts, id, notes, reasons } from './case.ts';

/** What is known to have been changed in production. */
export const known: Drifts = {
  'transcripts with text keys, and chunks that know theirs': {
    sql: `
      create table public.transcripts (
        id uuid primary key default gen_random_uuid(), video_id text not null unique references public.videos (video_id),
        channel_id text not null, full_text text, segments jsonb, source_type text default 'caption', confidence real,
        extraction_status text default 'pending'
          check (extraction_status in ('pending', 'processing', 'completed', 'failed', 'no_captions')),
        error_message text, created_at timestamptz default now(), updated_at timestamptz default now()
      );
      alter table public.transcripts enable row level security;
      create policy "Anyone can view transcripts" on public.transcripts for select using (true);
      alter table public.transcript_chunks
        add column transcript_id uuid references public.transcripts (id), add column token_count int;
      insert into public.transcripts (id, video_id, channel_id, full_text, confidence, extraction_status)
      values (${id('transcript')}, 'vdrift', 'UCdrift', 'Said', 7, 'completed');
      alter table public.transcripts drop constraint transcripts_video_id_fkey;
      insert into public.transcripts (id, video_id, channel_id) values (${id('orphan transcript')}, 'vgone', 'UCdrift');
      update public.transcript_chunks set transcript_id = ${id('transcript')}, token_count = 7 where id = ${id('chunk')};`,
    shows: [
      [
        `select transcript_id = ${id('transcript')} and token_count = 7 from public.transcript_chunks where id = ${id('chunk')}`,
        true,
      ],
      [
        `select video_id = ${id('video')} and confidence is null from public.transcripts where id = ${id('transcript')}`,
        true,
      ],
      [reasons('transcripts', 'orphan transcript'), 'orphan-video'],
    ],
  },
  'channels that know who added them': {
    sql: `
      alter table public.channels add column user_id uuid references auth.users (id) on delete cascade;
      update public.channels set user_id = ${id('user')} where id = ${id('channel')};`,
    shows: [[`select added_by = ${id('user')} from public.channels where id = ${id('channel')}`, true]],
  },
  'more statuses': {
    sql: `
      alter table public.channels drop constraint channels_ingestion_status_check;
      insert into public.channels (id, channel_id, channel_name, channel_url, ingestion_status) values
        (${id('indexing')}, 'UCindexing', 'n', 'u', 'indexing'), (${id('paused')}, 'UCpaused', 'n', 'u', 'paused'),
        (${id('odd')}, 'UCodd', 'n', 'u', 'odd'), (${id('no status')}, 'UCno status', 'n', 'u', null);`,
    shows: [
      [
        `select ingestion_status::text from public.channels
        where youtube_channel_id in ('UCindexing', 'UCno status', 'UCodd', 'UCpaused') order by youtube_channel_id`,
        'indexing',
        'pending',
        'pending',
        'paused',
      ],
    ],
  },
  'follows that were added, not created': {
    sql: `
      alter table public.user_creators rename column created_at to added_at;
      update public.user_creators set added_at = '2025-05-05' where id = ${id('follow')};`,
    shows: [[`select added_at = '2025-05-05' from public.user_creators where id = ${id('follow')}`, true]],
  },
  'profiles, and a trigger that fills them': {
    sql: `
      create table public.profiles (
        id uuid primary key references auth.users (id) on delete cascade, display_name text, avatar_url text,
        created_at timestamptz default now(), updated_at timestamptz default now()
      );
      alter table public.profiles enable row level security;
      create function public.handle_new_user() returns trigger language plpgsql security definer as $$
      begin
        insert into public.profiles (id, display_name)
        values (new.id, coalesce(new.raw_user_meta_data ->> 'display_name', new.email));
        return new;
      end $$;
      create trigger on_auth_user_created after insert on auth.users for each row execute function public.handle_new_user();
      insert into auth.users (id, email) values (${id('profiled')}, 'profiled@example.com');`,
    shows: [[`select display_name from public.profiles where id = ${id('profiled')}`, 'profiled@example.com']],
  },
  'policies that overlap, and one that opens everything': {
    sql: `
      create policy "Enable read for all" on public.channels for select to anon, authenticated using (true);
      create policy "Enable all" on public.chat_messages for all to public using (true) with check (true);
      create policy "Enable insert" on public.videos for insert to anon with check (true);`,
    shows: [
      [
        notes('"Enable all"'),
        'Not known here: it is kept in private.legacy_definitions only, since nobody reads or writes the old table any more.',
      ],
      [`select count(*)::int from pg_policies where policyname like 'Enable%'`, 0],
      [`select count(*)::int from pg_policies where schemaname = 'legacy'`, 0],
      [`select count(*)::int from private.legacy_definitions where subject like 'policy "Enable%'`, 3],
      [
        `select has_schema_privilege('anon', 'legacy', 'usage') or has_table_privilege('anon', 'legacy.chat_messages', 'select')`,
        false,
      ],
    ],
  },
  get_user_channels: {
    sql: `
      create function public.get_user_channels(p_user_id uuid) returns setof public.channels language sql as
        'select c.* from public.channels c join public.user_creators f on f.channel_id = c.id where f.user_id = p_user_id';`,
    shows: [
      [`select count(*)::int from pg_proc where proname = 'get_user_channels'`, 0],
      [
        `select definition like '%select c.* from public.channels%' from private.legacy_definitions where subject like '%get_user_channels%'`,
        true,
      ],
    ],
  },
  'foreign keys that were dropped, or never looked at what was there': {
    sql: `
      alter table public.videos drop constraint if exists videos_channel_id_fkey;
      alter table public.chat_messages drop constraint chat_messages_session_id_fkey;
      alter table public.user_usage drop constraint user_usage_user_id_fkey;
      alter table public.user_usage
        add constraint user_usage_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade not valid;`,
  },
  'orphans of every kind': {
    sql: `
      alter table public.videos drop constraint if exists videos_channel_id_fkey;
      alter table public.transcript_chunks
        drop constraint if exists transcript_chunks_video_id_fkey, drop constraint if exists transcript_chunks_channel_id_fkey;
      alter table public.chat_sessions
        drop constraint if exists chat_sessions_channel_id_fkey, drop constraint if exists chat_sessions_user_id_fkey;
      alter table public.chat_messages drop constraint if exists chat_messages_session_id_fkey;
      alter table public.user_creators
        drop constraint user_creators_user_id_fkey, drop constraint user_creators_channel_id_fkey;
      alter table public.user_usage drop constraint user_usage_user_id_fkey;
      alter table public.public_chat_limits drop constraint if exists public_chat_limits_channel_id_fkey;
      insert into public.videos (id, video_id, channel_id, title) values (${id('orphan video')}, 'vorphan', 'UCgone', 't');
      insert into public.transcript_chunks (id, video_id, channel_id, chunk_index, text) values
        (${id('chunk of orphan')}, 'vorphan', 'UCgone', 0, 'x'), (${id('orphan chunk')}, 'vgone', 'UCdrift', 0, 'x');
      insert into public.chat_sessions (id, channel_id, user_id) values
        (${id('session of nobody')}, 'UCdrift', gen_random_uuid()), (${id('session of nothing')}, 'UCgone', ${id('user')});
      insert into public.chat_messages (id, session_id, role, content) values
        (${id('message of nobody')}, ${id('session of nobody')}, 'user', 'x'),
        (${id('message of nothing')}, ${id('session of nothing')}, 'user', 'x'),
        (${id('orphan message')}, gen_random_uuid(), 'user', 'x');
      insert into public.user_creators (id, user_id, channel_id) values
        (${id('follow of nobody')}, gen_random_uuid(), ${id('channel')}),
        (${id('follow of nothing')}, ${id('user')}, gen_random_uuid());
      insert into public.user_usage (id, user_id) values (${id('usage of nobody')}, gen_random_uuid());
      insert into public.public_chat_limits (id, identifier, channel_id) values (${id('limit of nothing')}, 'fp', 'UCgone');`,
    shows: [
      [reasons('videos', 'orphan video'), 'orphan-channel'],
      [reasons('transcript_chunks', 'chunk of orphan', 'orphan chunk'), 'orphan-video', 'orphan-video'],
      [reasons('chat_sessions', 'session of nobody', 'session of nothing'), 'orphan-user', 'orphan-channel'],
      [
        reasons('chat_messages', 'message of nobody', 'message of nothing', 'orphan message'),
        'orphan-session',
        'orphan-session',
        'orphan-session',
      ],
      [reasons('user_creators', 'follow of nobody', 'follow of nothing'), 'orphan-user', 'orphan-channel'],
      [reasons('user_usage', 'usage of nobody'), 'orphan-user'],
      [reasons('public_chat_limits', 'limit of nothing'), 'orphan-channel'],
    ],
  },
  'keys of channels that hold the uuid, blanks, or other case': {
    sql: `
      alter table public.videos drop constraint if exists videos_channel_id_fkey;
      alter table public.chat_sessions drop constraint if exists chat_sessions_channel_id_fkey;
      alter table public.public_chat_limits drop constraint if exists public_chat_limits_channel_id_fkey;
      insert into public.channels (id, channel_id, channel_name, channel_url) values
        (${id('case')}, 'UCcase', 'n', 'u'), (${id('CASE')}, 'UCCASE', 'n', 'u');
      insert into public.videos (id, video_id, channel_id, title) values
        (${id('by uuid')}, 'vuuid', (${id('channel')})::text, 't'), (${id('by blanks')}, 'vblanks', ' UCdrift ', 't'),
        (${id('by case')}, 'vcase', 'ucDRIFT', 't'), (${id('by upper uuid')}, 'vupper', upper((${id('channel')})::text), 't'),
        (${id('in doubt')}, 'vdoubt', 'uccase', 't'), (${id('to the letter')}, 'vletter', 'UCCASE', 't');
      insert into public.videos (video_id, channel_id, title)
      select 'vblank' || lpad(place::text, 2, '0'), blank || 'UCdrift' || blank || blank, 't'
      from unnest(array[${BLANKS.map((blank) => `chr(${blank.codePointAt(0)})`).join(', ')}]) with ordinality blanks (blank, place);
      insert into public.videos (id, video_id, channel_id, title) values
        (${id('uuid and a line')}, 'vline', (${id('channel')})::text || chr(10), 't'),
        (${id('blank within')}, 'vwithin', 'UC' || chr(160) || 'drift', 't');
      insert into public.chat_sessions (id, channel_id, user_id) values
        (${id('session by uuid')}, (${id('channel')})::text, ${id('other')});
      insert into public.public_chat_limits (id, identifier, channel_id) values (${id('limit by case')}, 'fp2', 'UCDRIFT');`,
    shows: [
      [
        `select youtube_video_id from public.videos where channel_id = ${id('channel')} order by 1`,
        ...BLANKS.map((_, place) => `vblank${String(place + 1).padStart(2, '0')}`),
        'vblanks',
        'vcase',
        'vdrift',
        'vline',
        'vupper',
        'vuuid',
      ],
      [reasons('videos', 'blank within'), 'orphan-channel'],
      [`select channel_id = ${id('CASE')} from public.videos where id = ${id('to the letter')}`, true],
      [reasons('videos', 'in doubt'), 'orphan-channel'],
      [`select channel_id = ${id('channel')} from public.chat_sessions where id = ${id('session by uuid')}`, true],
      [`select channel_id = ${id('channel')} from public.public_chat_limits where id = ${id('limit by case')}`, true],
    ],
  },
  'no timestamps': {
    sql: `
      alter table public.channels disable trigger user;
      alter table public.chat_sessions disable trigger user;
      alter table public.user_usage disable trigger user;
      update public.channels set created_at = null, updated_at = null where id = ${id('quiet')};
      update public.chat_messages set created_at = null where id = ${id('message')};
      update public.chat_sessions set updated_at = null where id = ${id('session')};
      update public.user_usage set last_message_date = null, created_at = null, updated_at = null where id = ${id('usage')};
      update public.public_chat_limits set last_reset_at = null, created_at = null where id = ${id('limit')};
      update public.error_logs set created_at = null where id = ${id('error')};`,
    shows: [
      [
        `select c.created_at = m.moved_at and c.updated_at = m.moved_at from public.channels c, private.legacy_moves m
        where c.id = ${id('quiet')} and m.table_name = 'channels'`,
        true,
      ],
      [
        `select m.created_at = s.created_at from public.chat_messages m join public.chat_sessions s on s.id = m.session_id
        where m.id = ${id('message')}`,
        true,
      ],
    ],
  },
};
