import type { Accounting } from '../../src/accounting/mapping.ts';

/** Where production has its tables. */
export const sourceSchema = 'public';

/** What was added by hand to some databases, or took the place of something. */
export const optional = [
  'transcripts',
  'profiles',
  'channels.user_id',
  'transcript_chunks.transcript_id',
  'transcript_chunks.token_count',
  'user_creators.created_at',
  'user_creators.added_at',
];

/** What Supabase puts into every database. Of all that, the users come along: rows of ours are theirs. */
export const host = {
  schemas: [
    'auth',
    'cron',
    'graphql',
    'graphql_public',
    'net',
    'pgbouncer',
    'pgmq',
    'pgsodium',
    'pgsodium_masks',
    'pgtle',
    'realtime',
    'storage',
    'supabase_functions',
    'supabase_migrations',
    'vault',
    '_analytics',
    '_realtime',
  ],
  tables: ['auth.users'],
};

/** Rows that the migrations add where the old database had none. */
export const expectedNewRows: NonNullable<Accounting['made']> = {
  transcripts: [
    {
      rule: 'transcript-of-video',
      sql: `exists (
        select from public.videos v
        where v.id = t.video_id
          and (
            v.transcript_status <> 'pending'
            or exists (select from legacy.transcript_chunks c where c.video_id = v.youtube_video_id)
          )
      )`,
    },
  ],
  profiles: [{ rule: 'as-a-new-account', sql: 'exists (select from auth.users u where u.id = t.id)' }],
  user_usage: [
    {
      rule: 'as-a-new-account',
      sql: `exists (select from auth.users u where u.id = t.user_id)
        and t.plan_id = (select p.id from public.plans p where p.code = 'free') and t.messages_sent_total = 0`,
    },
  ],
};

/** How far an embedding is from what it was, in its worst dimension. */
export const errors = {
  'half-precision': '(select max(abs(apart)) from (select unnest(was) - unnest(now) as apart) dimension)',
};
