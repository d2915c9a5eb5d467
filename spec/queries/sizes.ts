import type { QuerySettings, Sizes } from '../../src/index.ts';

const users = 100_000;
const messages = 10_000_000;
const chunks = 1_000_000;
const videos = 50_000;

/** Two years, ending now. */
const days = { days: [-730, 0] } as const;
/** Written in order of time, and never twice at the same moment. */
const inOrder = (rows: number) => ({ distinct: rows, range: days, correlation: 1 });
/** A few channels are far larger than the others. */
const large = [0.008, 0.006, 0.005];

/** How large ChannelChat's tables are when it has done well. Tables that grow may not be read whole by any query. */
export const sizes: Sizes = {
  'auth.users': { rows: users, columns: { created_at: inOrder(users) } },
  'public.profiles': { rows: users - 1_000 },
  'public.plans': { rows: 2, fixed: true },
  'public.user_roles': {
    rows: users + 50,
    columns: {
      role: { distinct: 3, common: { user: 0.9995, moderator: 0.0004, admin: 0.0001 } },
      granted_by: { nulls: 0.9995, distinct: 5 },
    },
  },
  'public.user_usage': { rows: users - 2_000, columns: { usage_date: { distinct: 730, range: { days: [-730, 0] } } } },
  'public.usage_daily': {
    rows: 3_000_000,
    columns: {
      day: { distinct: 730, range: days, correlation: 1 },
      messages_sent: { distinct: 100, range: { numbers: [0, 100] } },
    },
  },
  'public.channels': {
    rows: 2_000,
    columns: {
      public_slug: { nulls: 0.9, distinct: 200 },
      added_by: { nulls: 0.1, distinct: 1_500 },
      ingestion_status: { distinct: 9, common: { completed: 0.95, pending: 0.01, processing: 0.005, failed: 0.01 } },
    },
  },
  'public.videos': {
    rows: videos,
    columns: {
      channel_id: { distinct: 2_000, common: [0.16, 0.05, 0.03] },
      published_at: { nulls: 0.01, distinct: videos, range: { days: [-3_650, 0] } },
      content_type: { distinct: 3, common: { video: 0.8, short: 0.15, live: 0.05 } },
      transcript_status: {
        distinct: 5,
        common: { completed: 0.95, pending: 0.01, processing: 0.001, failed: 0.02, no_captions: 0.019 },
      },
    },
  },
  'public.transcripts': {
    rows: videos,
    columns: {
      channel_id: { distinct: 2_000, common: [0.16, 0.05, 0.03] },
      extraction_status: {
        distinct: 5,
        common: { completed: 0.95, pending: 0.01, processing: 0.001, failed: 0.02, no_captions: 0.019 },
      },
      next_retry_at: { nulls: 0.98, distinct: 1_000, range: { days: [-30, 1] } },
      retry_count: { distinct: 6, common: { '0': 0.98, '1': 0.01, '2': 0.005 } },
      created_at: inOrder(videos),
    },
  },
  'public.transcript_chunks': {
    rows: chunks,
    columns: {
      channel_id: { distinct: 2_000, common: large },
      embedding_status: { distinct: 4, common: { completed: 0.998, pending: 0.001, failed: 0.001 } },
      chunk_index: { distinct: 500, range: { numbers: [0, 500] } },
    },
  },
  'public.chunk_embeddings': { rows: chunks, columns: { channel_id: { distinct: 2_000, common: large } } },
  'public.user_creators': {
    rows: 250_000,
    columns: {
      user_id: { distinct: users },
      channel_id: { distinct: 2_000, common: [0.02, 0.01] },
      added_at: inOrder(250_000),
    },
  },
  'public.chat_sessions': {
    rows: 500_000,
    columns: {
      user_id: { distinct: users, common: [0.001] },
      channel_id: { distinct: 2_000, common: [0.02, 0.01] },
      last_message_at: { nulls: 0.02, distinct: 490_000, range: days },
      created_at: inOrder(500_000),
    },
  },
  'public.chat_messages': {
    rows: messages,
    columns: {
      user_id: { distinct: users, common: [0.0008] },
      session_id: { distinct: 490_000, common: [0.00015] },
      created_at: inOrder(messages),
    },
  },
  'public.saved_answers': {
    rows: 200_000,
    columns: {
      user_id: { distinct: 40_000 },
      message_id: { nulls: 0.1, distinct: 180_000 },
      session_id: { nulls: 0.1, distinct: 90_000 },
      created_at: inOrder(200_000),
    },
  },
  'public.voice_conversations': {
    rows: 100_000,
    columns: { user_id: { distinct: 20_000 }, created_at: inOrder(100_000) },
  },
  'public.error_logs': {
    rows: 1_000_000,
    columns: {
      severity: { distinct: 5, common: { error: 0.6, warning: 0.3, info: 0.0998, critical: 0.0002 } },
      user_id: { nulls: 0.5, distinct: 50_000 },
      created_at: { distinct: 1_000_000, range: { days: [-30, 0] }, correlation: 1 },
    },
  },
  'public.audit_log': { rows: 100_000, columns: { record_id: { distinct: 90_000 }, created_at: inOrder(100_000) } },
  'public.operation_locks': { rows: 2_000, columns: { user_id: { nulls: 0.5, distinct: 500 } } },
  'public.request_idempotency': {
    rows: 300_000,
    columns: {
      user_id: { nulls: 0.01, distinct: 60_000 },
      begun_by: { distinct: 2, common: { service: 0.8, user: 0.2 } },
      status: { distinct: 3, common: { completed: 0.99, in_progress: 0.002, failed: 0.008 } },
      expires_at: { distinct: 300_000, range: { days: [-0.04, 1] } },
    },
  },
  'public.public_chat_limits': {
    rows: 50_000,
    columns: { identifier: { distinct: 40_000 }, usage_date: { distinct: 2, range: { days: [-1, 0] } } },
  },
  'private.slug_holders': { rows: 2_000, columns: { published_by: { nulls: 0.3, distinct: 1_000 } } },
  'private.channel_takedowns': { rows: 1_000 },
  'private.user_row_counts': { rows: 300_000, columns: { user_id: { distinct: users }, table_name: { distinct: 5 } } },
  'private.quarantined_rows': { rows: 10_000, fixed: true },
  'private.migration_notes': { rows: 100, fixed: true },
  'private.legacy_definitions': { rows: 100, fixed: true },
  'private.legacy_moves': { rows: 11, fixed: true },
};

/** What is kept although no query and no foreign key's action is worse without it. */
export const exempt: QuerySettings['exempt'] = [];
