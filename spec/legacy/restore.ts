import type { RestoreSettings } from '../../src/index.ts';

/** Rows that were set aside are put back by the sections that carry rows in the migration, parents first. */
export const restore: RestoreSettings = {
  from: 'legacy',
  through: 'restoring',
  definitions: `select 'legacy.' || table_name as source, columns from private.legacy_moves where columns is not null`,
  before: 'fixtures/carry/restoring.sql',
  sections: [
    'profiles',
    'channels',
    'videos',
    'transcripts',
    'transcript_chunks',
    'chunk_embeddings',
    'user_creators',
    'chat_sessions',
    'chat_messages',
    'user_usage',
    'public_chat_limits',
    'error_logs',
  ].map((table) => `carry/${table}.sql`),
  after: 'fixtures/carry/restored.sql',
};
