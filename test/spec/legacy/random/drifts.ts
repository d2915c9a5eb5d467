import type { Drift } from './shape.ts';

/** A change that production's databases went through: its statements, and the columns that come with it. */
interface DriftSql {
  readonly sql: string;
  readonly columns?: readonly string[];
}

/** The drifts of legacy-schema.md, in the order in which they can be made. Their constraints are in constraints.ts. */
export const drifts: Readonly<Record<Drift, DriftSql>> = {
  transcripts: {
    sql: `
      create table public.transcripts (
        id uuid primary key default gen_random_uuid(),
        video_id text,
        channel_id text,
        full_text text,
        segments jsonb,
        source_type text default 'caption',
        confidence real,
        extraction_status text default 'pending',
        error_message text,
        created_at timestamptz default now(),
        updated_at timestamptz default now()
      );
      alter table public.transcripts enable row level security;
      create policy "Anyone can view transcripts" on public.transcripts for select using (true);`,
    columns: ['public.transcripts.*'],
  },
  'chunks know their transcript': {
    sql: 'alter table public.transcript_chunks add column transcript_id uuid;',
    columns: ['public.transcript_chunks.transcript_id'],
  },
  token_count: {
    sql: 'alter table public.transcript_chunks add column token_count int;',
    columns: ['public.transcript_chunks.token_count'],
  },
  'channels.user_id': {
    sql: 'alter table public.channels add column user_id uuid;',
    columns: ['public.channels.user_id'],
  },
  added_at: { sql: 'alter table public.user_creators rename column created_at to added_at;' },
  profiles: {
    sql: `
      create table public.profiles (
        id uuid primary key,
        display_name text,
        avatar_url text,
        created_at timestamptz default now(),
        updated_at timestamptz default now()
      );
      alter table public.profiles enable row level security;
      create policy "Users can manage their own profile" on public.profiles for all using (auth.uid() = id);
      create function public.handle_new_user() returns trigger language plpgsql security definer as $f$
      begin
        insert into public.profiles (id, display_name)
        values (new.id, coalesce(new.raw_user_meta_data ->> 'display_name', new.email));
        return new;
      end $f$;
      create trigger on_auth_user_created after insert on auth.users
        for each row execute function public.handle_new_user();`,
    columns: ['public.profiles.*'],
  },
  'more policies': {
    sql: `
      create policy "channels_select" on public.channels for select to anon, authenticated using (true);
      create policy "channels_all" on public.channels for all to authenticated using (true) with check (true);
      create policy "videos_all" on public.videos for all using (true);
      create policy "chunks_select" on public.transcript_chunks for select using (auth.role() = 'authenticated');`,
  },
  get_user_channels: {
    sql: `
      create function public.get_user_channels(p_user_id uuid) returns setof public.channels language sql as $f$
        select c.* from public.channels c join public.user_creators u on u.channel_id = c.id where u.user_id = p_user_id
      $f$;`,
  },
  'more states': { sql: '' },
};
