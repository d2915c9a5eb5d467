import type { Accounting } from '../../src/index.ts';

/** The schema of production's tables. */
export const sourceSchema = 'public';

/** Tables and columns that only some databases have: added by hand, or in place of another. */
export const optional = [
  'transcripts',
  'profiles',
  'channels.user_id',
  'transcript_chunks.transcript_id',
  'transcript_chunks.token_count',
  'user_creators.created_at',
  'user_creators.added_at',
];

/** The schemas that Supabase puts into every database. Of their tables only the users are copied: our rows refer to them. */
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
export const expectedNewRows: NonNullable<Accounting['expectedNewRows']> = {
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

/** How far an embedding is from what it was: the largest difference in one dimension, and the direction. */
export const errors = {
  'half-precision': {
    distance: '(select max(abs(apart)) from (select unnest(was) - unnest(now) as apart) dimension)',
    // In double precision: pgvector's own cosine is of single precision, which is coarser than what is measured.
    angle: `case when extensions.vector_norm(was::extensions.vector) > 0 then (
      select 1 - sum(a * b) / nullif(sqrt(sum(a * a)) * sqrt(sum(b * b)), 0) from unnest(was::float8[], now::float8[]) number (a, b)
    ) else 0 end`,
    largestAngle: 0.0001,
  },
};
