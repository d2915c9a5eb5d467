import { id } from './case.ts';

/** What can't be met: the database stays as it is, and the message names it. */
export const refused: Readonly<Record<string, { sql: string; says: readonly RegExp[] }>> = {
  'views of what the new tables do not have, all named at once': {
    sql: `
      create view public.keys as select channel_id from public.channels;
      create view public.keys_again as select * from public.keys;
      create materialized view public.vectors as select embedding from public.transcript_chunks;`,
    says: [
      /The view public\.keys reads what the new tables don't have \(public\.channels\.channel_id\)/,
      /The view public\.vectors reads .*alter materialized view public\.vectors set schema legacy/,
      /Nothing was changed/,
    ],
  },
  'a view whose statuses are text': {
    sql: `create view public.done as select id from public.channels where ingestion_status = 'completed'`,
    says: [/public\.channels\.ingestion_status/],
  },
  'a view with a trigger of its own': {
    sql: `
      create view public.writable as select id, channel_name from public.channels;
      create function public.write() returns trigger language plpgsql as 'begin return new; end';
      create trigger write instead of insert on public.writable for each row execute function public.write()`,
    says: [/The view public\.writable has triggers or rules of its own/],
  },
  'a foreign key to what the new tables do not have': {
    sql: `create table public.notes (channel_id text, user_id uuid,
            foreign key (channel_id, user_id) references public.chat_sessions (channel_id, user_id))`,
    says: [/The foreign key notes_channel_id_user_id_fkey of public\.notes/],
  },
  'a table without a column that rows can’t be carried without': {
    sql: 'alter table public.videos drop column channel_id',
    says: [/public\.videos has no column channel_id/],
  },
  'columns of another type': {
    sql: `
      alter table public.chat_messages alter column created_at drop default, alter column created_at type text;
      alter table public.videos alter column view_count type numeric;
      drop index public.idx_transcript_chunks_embedding;
      alter table public.transcript_chunks alter column embedding type vector(3) using null`,
    says: [
      /public\.chat_messages\.created_at is of type text and not timestamp with time zone/,
      /public\.videos\.view_count is of type numeric and not bigint/,
      /public\.transcript_chunks\.embedding is of type .*vector\(3\) and not vector\(1536\)/,
    ],
  },
  'rows with one id, and rows without': {
    sql: `
      alter table public.error_logs drop constraint error_logs_pkey, alter column id drop not null;
      insert into public.error_logs (id, service, error_message) values (${id('error')}, 'x', 'x'), (null, 'x', 'x')`,
    says: [
      /public\.error_logs has no primary key, and rows without an id and ids that are there twice, such as [0-9a-f-]{36}/,
    ],
  },
  'something in schema legacy already': {
    sql: 'create schema legacy; create table legacy.videos (id int)',
    says: [/legacy\.videos is in its way/],
  },
  'a view in place of an old table': {
    sql: `alter table public.error_logs rename to logs; create view public.error_logs as select * from public.logs`,
    says: [/public\.error_logs is no table/],
  },
};
