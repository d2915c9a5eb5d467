// The types of the database as a client should take them: database.ts, and what its generator can't know. Tests hold each
// line against the database (test/types).
import type { Database as Generated } from './database.ts';
import type { Chunk, Segment, Source, Utterance } from './shapes.ts';

type Tables = Generated['public']['Tables'];
type Functions = Generated['public']['Functions'];

/** An embedding, as a list of 1536 numbers or as PostgreSQL writes one. */
type Embedding = number[] | string;

/** What a client writes into a column of which the generator says Json or unknown. */
type Written = {
  chat_messages: { sources: Source[] };
  saved_answers: { sources: Source[] };
  transcripts: { segments: Segment[] };
  voice_conversations: { transcript: Utterance[] };
  chunk_embeddings: { embedding: Embedding };
};

/** What a client reads from a column of which the generator says unknown. */
type Read = { chunk_embeddings: { embedding: string; bits: string } };

/** Arguments of which the generator says Json or unknown. */
type Given = {
  replace_transcript_chunks: { p_chunks: Chunk[] };
  search_all_transcript_chunks: { query_embedding: Embedding };
  search_transcript_chunks: { query_embedding: Embedding };
};

/** Arguments that may be null, which means the same as to leave them out. */
export const nullableArguments = {
  acquire_operation_lock: ['p_user_id', 'p_metadata'],
  admin_recent_errors: ['p_severity', 'p_before', 'p_before_id'],
  admin_users: ['p_search', 'p_before', 'p_before_id'],
  export_my_data: ['p_after'],
  log_error: ['p_error_code', 'p_stack', 'p_details', 'p_request_id', 'p_user_id'],
  retrain_search_index: ['p_lists'],
  search_my_messages: ['p_before', 'p_before_id'],
} as const satisfies { [Name in keyof Functions]?: readonly (keyof Functions[Name]['Args'])[] };

/** Functions whose result may be null. */
export const nullableResults = [
  'acquire_operation_lock',
  'export_my_data',
  'retrain_search_index',
] as const satisfies readonly (keyof Functions)[];

/** Columns of results that may be null. PostgreSQL knows this of tables only, and the generator says that none is. */
export const nullableColumns = {
  admin_error_summary: ['error_code'],
  admin_ingestion_queue: ['error_message', 'waiting_since'],
  admin_recent_errors: ['error_code', 'stack', 'details', 'request_id', 'user_id'],
  admin_top_channels: ['public_slug', 'last_message_at'],
  admin_users: ['email', 'display_name', 'plan_expires_at', 'last_active_day'],
  begin_request: ['request_id', 'response', 'locked_until'],
  claim_transcripts: ['language'],
  my_usage: ['plan_expires_at'],
  search_all_transcript_chunks: ['start_time', 'end_time'],
  search_my_messages: ['sources'],
  search_transcript_chunks: ['start_time', 'end_time'],
} as const satisfies { [Name in keyof Functions]?: readonly ColumnOf<Functions[Name]['Returns']>[] };

type ColumnOf<Result> = Result extends (infer Row)[] ? keyof Row : never;

type Named<Lists, Name> = Name extends keyof Lists
  ? Lists[Name] extends readonly (infer Item)[]
    ? Item
    : never
  : never;

type OrNull<Row, Names> = { [Key in keyof Row]: Key extends Names ? Row[Key] | null : Row[Key] };

/** The types of some properties, which stay optional or nullable where they were. */
type Refined<Row, By> = {
  [Key in keyof Row]: Key extends keyof By
    ? By[Key] | Extract<unknown extends Row[Key] ? never : Row[Key], null>
    : Row[Key];
};

type Replaced<Row, By> = { [Key in keyof Row]: Key extends keyof By ? By[Key] : Row[Key] };

type Of<Map, Name> = Name extends keyof Map ? Map[Name] : unknown;

type AppTables = {
  [Name in keyof Tables]: Omit<Tables[Name], 'Row' | 'Insert' | 'Update'> & {
    Row: Refined<Tables[Name]['Row'], Of<Read, Name>>;
    Insert: Refined<Tables[Name]['Insert'], Of<Written, Name>>;
    Update: Refined<Tables[Name]['Update'], Of<Written, Name>>;
  };
};

type ResultOf<Name extends keyof Functions> = Functions[Name]['Returns'] extends (infer Row)[]
  ? OrNull<Row, Named<typeof nullableColumns, Name>>[]
  : Functions[Name]['Returns'] | (Name extends (typeof nullableResults)[number] ? null : never);

type AppFunctions = {
  [Name in keyof Functions]: Omit<Functions[Name], 'Args' | 'Returns'> & {
    Args: Name extends keyof Given | keyof typeof nullableArguments
      ? OrNull<Replaced<Functions[Name]['Args'], Of<Given, Name>>, Named<typeof nullableArguments, Name>>
      : Functions[Name]['Args'];
    Returns: ResultOf<Name>;
  };
};

/** For createClient<Database>() of @supabase/supabase-js. */
export type Database = {
  public: Omit<Generated['public'], 'Tables' | 'Functions'> & { Tables: AppTables; Functions: AppFunctions };
};
