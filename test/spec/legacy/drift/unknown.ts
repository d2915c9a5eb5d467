import { type Drifts, id, notes } from './case.ts';

const tables = [
  'channels',
  'videos',
  'transcript_chunks',
  'chat_sessions',
  'chat_messages',
  'user_usage',
  'user_creators',
  'public_chat_limits',
  'error_logs',
];

/** What nobody here has heard of. */
export const unknown: Drifts = {
  'a column on every table': {
    sql: tables
      .map(
        (table) =>
          `alter table public.${table} add column by_hand text default 'kept ${table}', add column "Odd name" int;`,
      )
      .join('\n'),
    columns: tables.flatMap((table) => [`${table}.by_hand`, `${table}.Odd name`]),
    shows: [
      ...tables.map((table) => [`select distinct by_hand from legacy.${table}`, `kept ${table}`] as const),
      [`select count(*)::int from private.migration_notes where subject like 'column legacy.%.by_hand'`, tables.length],
    ],
  },
  'a table of one’s own, with keys to the old ones, a policy that asks them, a trigger and grants': {
    sql: `
      create table public.favorites (
        id serial primary key, user_id uuid references auth.users (id), note text, updated_at timestamptz,
        channel uuid constraint favorites_channel_fkey references public.channels (id) on delete cascade,
        channel_key text constraint favorites_channel_key_fkey references public.channels (channel_id) on update cascade on delete cascade,
        video_key text constraint favorites_video_key_fkey references public.videos (video_id),
        session uuid constraint favorites_session_fkey references public.chat_sessions (id) on delete set null
      );
      alter table public.favorites enable row level security;
      create policy "Followers see favorites" on public.favorites for select to authenticated
        using (exists (select from public.user_creators f where f.channel_id = favorites.channel and f.user_id = auth.uid()));
      create index favorites_channel on public.favorites (channel);
      create trigger update_favorites_updated_at before update on public.favorites
        for each row execute function public.update_updated_at_column();
      insert into public.favorites (user_id, note, channel, channel_key, video_key, session)
      values (${id('user')}, 'mine', ${id('channel')}, 'UCdrift', 'vdrift', ${id('session')});`,
    keeps: /\bfavorites/,
    shows: [
      [`select note from public.favorites`, 'mine'],
      [
        `select pg_get_constraintdef(oid) || ' ' || convalidated from pg_constraint
        where conrelid = 'public.favorites'::regclass and conname like 'favorites_%\\_fkey' and conname <> 'favorites_user_id_fkey'
        order by conname`,
        'FOREIGN KEY (channel) REFERENCES channels(id) ON DELETE CASCADE true',
        'FOREIGN KEY (channel_key) REFERENCES channels(youtube_channel_id) ON UPDATE CASCADE ON DELETE CASCADE true',
        'FOREIGN KEY (session) REFERENCES chat_sessions(id) ON DELETE SET NULL true',
        'FOREIGN KEY (video_key) REFERENCES videos(youtube_video_id) true',
      ],
      [`select qual like '%user_creators%' from pg_policies where policyname = 'Followers see favorites'`, true],
      [`select has_table_privilege('authenticated', 'public.favorites', 'insert')`, true],
      [notes('table public.favorites'), 'Not known here: it stays as it is, with its rows, grants and policies.'],
    ],
  },
  'a table that inherits from an old one': {
    sql: `
      create table public.archive (archived_at date) inherits (public.channels);
      insert into public.archive (id, channel_id, channel_name, channel_url) values (${id('archived')}, 'UCarchived', 'n', 'u');`,
    keeps: /\barchive\b/,
    shows: [
      // Who read the old table read them too.
      [`select youtube_channel_id from public.channels where id = ${id('archived')}`, 'UCarchived'],
      ['select channel_id from public.archive', 'UCarchived'],
    ],
  },
  'a table that is open to all': {
    sql: `create table public.wide_open (id int primary key); insert into public.wide_open values (1);`,
    keeps: /public\.wide_open/,
    shows: [
      [
        notes('public.wide_open'),
        'Not known here: it stays as it is, with its rows, grants and policies. Row level security is off, and anybody may read it.',
      ],
    ],
  },
  'a partitioned table with a key to an old one': {
    sql: `
      create table public.visits (day date, channel uuid constraint visits_channel_fkey references public.channels (id)) partition by list (day);
      create table public.visits_now partition of public.visits default;
      insert into public.visits values ('2025-01-01', ${id('channel')});`,
    keeps: /\bvisits/,
    shows: [
      [
        `select distinct confrelid::regclass::text || ' ' || convalidated from pg_constraint
         where conrelid in ('public.visits'::regclass, 'public.visits_now'::regclass) and contype = 'f'`,
        'channels true',
      ],
    ],
  },
  'a key to what is set aside': {
    sql: `
      alter table public.videos drop constraint if exists videos_channel_id_fkey;
      insert into public.videos (id, video_id, channel_id, title) values (${id('aside')}, 'vaside', 'UCaside', 't');
      create table public.watched (id int primary key, video uuid constraint watched_video_fkey references public.videos (id));
      insert into public.watched values (1, ${id('aside')}), (2, ${id('video')});`,
    keeps: /public\.watched/,
    shows: [
      [`select count(*)::int from public.watched`, 2],
      [`select convalidated from pg_constraint where conname = 'watched_video_fkey'`, false],
      [
        notes('watched_video_fkey'),
        'It refers to the new table. Some rows refer to what was set aside, so it is not validated.',
      ],
    ],
  },
  'views: plain, of a view, materialized, in another schema, with grants and comments': {
    sql: `
      create view public.channel_names as select id, channel_name, created_at from public.channels;
      comment on view public.channel_names is 'By hand';
      comment on column public.channel_names.channel_name is 'Its name';
      revoke all on public.channel_names from anon;
      create view public.newest_channels with (security_barrier = true) as
        select channel_name from public.channel_names order by created_at desc limit 3;
      create schema reports;
      create materialized view reports.message_counts as
        select s.user_id, count(*) as messages from public.chat_sessions s join public.chat_messages m on m.session_id = s.id group by 1;
      create unique index message_counts_user_id on reports.message_counts (user_id);
      create view reports.totals as
        select (select count(*) from public.transcript_chunks) as chunks, (select sum(messages) from reports.message_counts) as messages;`,
    keeps: /public\.channel_names|public\.newest_channels|reports/,
    shows: [
      [`select channel_name from public.channel_names where id = ${id('channel')}`, 'Drift'],
      [`select count(*)::int from public.newest_channels`, 3],
      [`select chunks = (select count(*) from public.transcript_chunks) and messages > 0 from reports.totals`, true],
      [
        `select relname || ' ' || array_to_string(reloptions, ',') from pg_class
        where relname in ('channel_names', 'newest_channels') order by 1`,
        'channel_names security_invoker=true',
        'newest_channels security_barrier=true,security_invoker=true',
      ],
      [`select has_table_privilege('anon', 'public.channel_names', 'select')`, false],
      [`select has_table_privilege('authenticated', 'public.channel_names', 'select')`, true],
      [
        `select obj_description('public.channel_names'::regclass) || ', ' || col_description('public.channel_names'::regclass, 2)`,
        'By hand, Its name',
      ],
      [`select indisunique from pg_index where indexrelid = 'reports.message_counts_user_id'::regclass`, true],
      [
        notes('view public.newest_channels'),
        'It read old tables, and was made again over the new ones, as its reader where the API can read it.',
      ],
    ],
  },
  'a view in schema legacy': {
    sql: `
      create schema if not exists legacy;
      create view legacy.old_keys as select channel_id from public.channels;
      grant select on legacy.old_keys to anon;`,
    shows: [
      [`select count(*)::int from legacy.old_keys where channel_id = 'UCdrift'`, 1],
      [`select has_table_privilege('anon', 'legacy.old_keys', 'select')`, false],
    ],
  },
  'views of old tables under the names of new ones': {
    sql: `
      create view public.voice_conversations as select id, channel_name from public.channels;
      create materialized view public.request_idempotency as select id, title from public.videos;`,
    shows: [
      [`select channel_name from legacy.voice_conversations where id = ${id('channel')}`, 'Drift'],
      [`select count(*) = (select count(*) from legacy.videos) from legacy.request_idempotency`, true],
      [`select count(*)::int from public.voice_conversations`, 0],
    ],
  },
  'indexes, triggers, checks, rules, comments and statistics on old tables': {
    sql: `
      create index channels_by_hand on public.channels (lower(channel_name));
      create index idx_videos_channel_id_published_at on public.videos (channel_id, published_at desc);
      create function public.shout() returns trigger language plpgsql as 'begin raise notice ''!''; return new; end';
      create trigger shout after insert on public.videos for each row execute function public.shout();
      alter table public.videos add constraint videos_title_check check (length(title) < 100000);
      create rule quiet as on delete to public.error_logs where old.service = 'never' do instead nothing;
      comment on table public.channels is 'By hand';
      create statistics public.by_hand (dependencies) on channel_id, title from public.videos;`,
    keeps: /\bshout/,
    shows: [
      [`select to_regclass('legacy.channels_by_hand') is not null`, true],
      [`select count(*)::int from pg_trigger where tgname = 'shout'`, 0],
      [
        `select definition from private.legacy_definitions where subject = 'trigger shout on public.videos'`,
        'CREATE OR REPLACE TRIGGER shout AFTER INSERT ON public.videos FOR EACH ROW EXECUTE FUNCTION public.shout()',
      ],
      [
        notes('trigger shout'),
        'Not known here: it is kept in private.legacy_definitions only, since nobody reads or writes the old table any more.',
      ],
      [`select count(*)::int from pg_rules where rulename = 'quiet' and schemaname = 'legacy'`, 1],
      [`select obj_description('legacy.channels'::regclass)`, 'By hand'],
      [
        notes('function public.shout()'),
        'Not known here: it stays as it is. What it says of the old tables no longer holds. Anybody may call it.',
      ],
    ],
  },
  'a publication': {
    sql: `
      create publication by_hand for table public.channels, public.chat_messages;
      create publication in_part for table public.videos (id, title);`,
    shows: [
      [
        `select schemaname || '.' || tablename from pg_publication_tables where pubname = 'by_hand' order by 1`,
        'public.channels',
        'public.chat_messages',
      ],
      [`select schemaname || '.' || tablename from pg_publication_tables where pubname = 'in_part'`, 'legacy.videos'],
    ],
  },
  'functions, types and tables under the names of new ones': {
    sql: `
      create function public.my_usage() returns int language sql as 'select 1';
      create function public.publish_channel(uuid, text) returns int language sql as 'select 2';
      create type public.app_role as (name text);
      create type public.message_role as enum ('human');
      create table public.chunk_embeddings (id int primary key);
      create sequence public.operation_locks;
      create view public.usage_daily as select 1 as one;
      create materialized view public.plans as select 'gold' as code;
      create table public.user_roles (role public.message_role);
      insert into public.user_roles values ('human');`,
    shows: [
      [
        `select definition like '%AS $function$select ' || case subject when 'function public.my_usage()' then 1 else 2 end || '$function$%'
        from private.legacy_definitions where subject in ('function public.my_usage()', 'function public.publish_channel(uuid,text)')`,
        true,
        true,
      ],
      [`select count(*)::int from pg_proc where pronamespace = 'legacy'::regnamespace`, 0],
      [`select role::text from legacy.user_roles`, 'human'],
      [`select code from legacy.plans`, 'gold'],
      [`select code from public.plans order by 1`, 'free', 'pro'],
      [`select relkind::text from pg_class where oid = 'legacy.operation_locks'::regclass`, 'S'],
    ],
  },
};
