import { allRowsOf, inBatch, type OnlinePlan, uuidInBatch, uuidsInBatch } from '../src/index.ts';
import { trimmed } from './legacy/blanks.ts';

/** The sessions of the users of the batch, and those named by themselves: of some, the messages are all that is left. */
const sessions = `((select array(select s.id from public.chat_sessions s where ${uuidInBatch('s.user_id', 'user')})
  || (select ${uuidsInBatch('session')}))::uuid[])`;

const videoOf = (t: string): string =>
  `exists (select from public.videos v where v.channel_id = ${t}.channel_id and v.id = ${t}.video_id and ${inBatch('v.youtube_video_id', 'video')})`;

const quarantinedBy = (column: string, unit: string): string => inBatch(`q.row_data ->> '${column}'`, unit);

/** The keys of a column, beyond $1. */
const textKeys = (table: string, column: string): string =>
  `(select distinct ${column} as key from ${table} where ${column} > $1 order by 1 limit $2)`;
const uuidKeys = (table: string, column: string): string =>
  `(select distinct ${column} as key from ${table}
     where ${column} > coalesce(nullif($1, ''), '00000000-0000-0000-0000-000000000000')::uuid order by 1 limit $2)`;
const union = (...keys: string[]): string =>
  `select key::text from (${keys.join(' union ')}) k where key is not null order by k.key limit $2`;

/** Whoever names a channel by one of the keys $1: its YouTube id or its uuid, with blanks or in other case. */
const named = (column: string): string =>
  `lower(${trimmed(column)}) = any (select lower(${trimmed('k')}) from unnest($1::text[]) k)`;

const byVideo = [{ unit: 'video', column: 'video_id' }];
const byUser = [{ unit: 'user', column: 'user_id' }];

/**
 * How ChannelChat's database is moved while the app runs. A video goes with its transcript and chunks, a user with their
 * sessions, messages, follows and usage; channels are few, so all of them are at hand in every batch.
 */
export const online: OnlinePlan = {
  schemas: ['public', 'extensions', 'private', 'legacy', 'legacy_api'],
  extensions: { schema: 'extensions', names: ['vector'] },
  legacy: 'legacy',
  sections: {
    tools: ['carry/tools.sql'],
    carry: [
      'profiles',
      'channels',
      'videos',
      'transcripts',
      'transcript_chunks',
      'chunk_count',
      'chunk_embeddings',
      'user_creators',
      'chat_sessions',
      'chat_messages',
      'user_row_counts',
      'user_usage',
      'accounts',
      'public_chat_limits',
      'error_logs',
    ].map((section) => `carry/${section}.sql`),
    move: 'legacy/move.sql',
    sourceSchema: 'source_schema',
  },
  moves: 'private.legacy_moves',
  quarantine: 'private.quarantined_rows',
  tables: {
    channels: {
      scope: 'true',
      quarantineScope: 'true',
      tracked: [
        { unit: 'channel', column: 'id' },
        { unit: 'channel key', column: 'channel_id', keyOnly: true },
        { unit: 'channel key', column: 'id', keyOnly: true },
      ],
    },
    videos: {
      scope: inBatch('o.video_id', 'video'),
      quarantineScope: quarantinedBy('video_id', 'video'),
      tracked: byVideo,
    },
    transcripts: {
      optional: true,
      scope: inBatch('o.video_id', 'video'),
      quarantineScope: quarantinedBy('video_id', 'video'),
      tracked: byVideo,
    },
    transcript_chunks: {
      scope: inBatch('o.video_id', 'video'),
      quarantineScope: quarantinedBy('video_id', 'video'),
      tracked: byVideo,
    },
    user_creators: {
      scope: uuidInBatch('o.user_id', 'user'),
      quarantineScope: quarantinedBy('user_id', 'user'),
      tracked: byUser,
    },
    chat_sessions: {
      scope: uuidInBatch('o.user_id', 'user'),
      quarantineScope: quarantinedBy('user_id', 'user'),
      tracked: byUser,
    },
    chat_messages: {
      scope: `o.session_id = any (${sessions})`,
      quarantineScope: `(q.row_data ->> 'session_id')::uuid = any (${sessions})`,
      tracked: [{ unit: 'session', column: 'session_id' }],
    },
    user_usage: {
      scope: uuidInBatch('o.user_id', 'user'),
      quarantineScope: quarantinedBy('user_id', 'user'),
      tracked: byUser,
    },
    public_chat_limits: {
      scope: inBatch('o.identifier', 'identifier'),
      quarantineScope: quarantinedBy('identifier', 'identifier'),
      tracked: [{ unit: 'identifier', column: 'identifier' }],
    },
    error_logs: {
      scope: uuidInBatch('o.id', 'error'),
      quarantineScope: quarantinedBy('id', 'error'),
      tracked: [{ unit: 'error', column: 'id' }],
    },
    profiles: {
      optional: true,
      scope: uuidInBatch('o.id', 'user'),
      quarantineScope: quarantinedBy('id', 'user'),
      tracked: [{ unit: 'user', column: 'id' }],
    },
  },
  read: {
    'auth.users': {
      scope: `o.id in (select unnest(${uuidsInBatch('user')}) union select c.user_id from ${allRowsOf('channels')} c)`,
      tracked: [{ unit: 'user', column: 'id' }],
    },
  },
  units: {
    channel: {},
    'channel key': {
      reaches: `
        select 'video' as unit, v.video_id as key from public.videos v where ${named('v.channel_id')}
        union select 'user', s.user_id::text from public.chat_sessions s where ${named('s.channel_id')}
        union select 'user', f.user_id::text from public.user_creators f where f.channel_id::text = any ($1)
        union select 'identifier', l.identifier from public.public_chat_limits l where ${named('l.channel_id')}`,
    },
    video: {
      keys: union(
        textKeys('public.videos', 'video_id'),
        textKeys(allRowsOf('transcripts'), 'video_id'),
        textKeys('public.transcript_chunks', 'video_id'),
      ),
    },
    user: {
      keys: union(
        uuidKeys('auth.users', 'id'),
        uuidKeys('public.chat_sessions', 'user_id'),
        uuidKeys('public.user_creators', 'user_id'),
        uuidKeys('public.user_usage', 'user_id'),
        uuidKeys(allRowsOf('profiles'), 'id'),
      ),
    },
    session: {
      keys: `select m.session_id::text as key
        from (select distinct m.session_id from public.chat_messages m
               where not exists (select from public.chat_sessions s where s.id = m.session_id)) m
        where m.session_id::text > $1 order by 1 limit $2`,
      reaches:
        "select 'user' as unit, s.user_id::text as key from public.chat_sessions s where s.id = any ($1::uuid[])",
    },
    identifier: { keys: union(textKeys('public.public_chat_limits', 'identifier')) },
    error: { keys: union(uuidKeys('public.error_logs', 'id')) },
  },
  targets: [
    { table: 'public.profiles', scope: uuidInBatch('t.id', 'user'), naturalKey: ['id'] },
    { table: 'public.channels', scope: 'true', filledByRecount: ['chunk_count'] },
    { table: 'public.videos', scope: inBatch('t.youtube_video_id', 'video') },
    { table: 'public.transcripts', scope: videoOf('t'), naturalKey: ['video_id'] },
    { table: 'public.transcript_chunks', scope: videoOf('t') },
    {
      table: 'public.chunk_embeddings',
      scope: `exists (select from public.transcript_chunks c where c.channel_id = t.channel_id and c.id = t.chunk_id and ${videoOf('c')})`,
    },
    { table: 'public.user_creators', scope: uuidInBatch('t.user_id', 'user') },
    { table: 'public.chat_sessions', scope: uuidInBatch('t.user_id', 'user') },
    { table: 'public.chat_messages', scope: uuidInBatch('t.user_id', 'user') },
    {
      table: 'private.user_row_counts',
      scope: uuidInBatch('t.user_id', 'user'),
      naturalKey: ['user_id', 'table_name'],
    },
    { table: 'public.user_usage', scope: uuidInBatch('t.user_id', 'user'), naturalKey: ['user_id'] },
    { table: 'public.user_roles', scope: uuidInBatch('t.user_id', 'user'), naturalKey: ['user_id', 'role'] },
    { table: 'public.usage_daily', scope: uuidInBatch('t.user_id', 'user'), naturalKey: ['user_id', 'day'] },
    { table: 'public.public_chat_limits', scope: inBatch('t.identifier', 'identifier') },
    { table: 'public.error_logs', scope: uuidInBatch('t.id', 'error') },
  ],
  indexParameters: {
    'public.idx_chunk_embeddings_bits': `select format('lists = %s', private.fitting_lists(count(*))) from public.chunk_embeddings`,
  },
  recount: [
    // What is public, and nothing of what was while the database was moved.
    'delete from private.slug_holders',
    `insert into private.slug_holders (folded_slug, youtube_channel_id)
     select private.folded_slug(channel.public_slug), channel.youtube_channel_id
     from public.channels channel
     where channel.public_slug is not null`,
    `update public.channels channel set chunk_count = counted.chunks
     from (
       select c.id, count(chunk.channel_id) as chunks
       from public.channels c left join public.transcript_chunks chunk on chunk.channel_id = c.id
       group by c.id
     ) counted
     where counted.id = channel.id and channel.chunk_count <> counted.chunks`,
  ],
  lostWithOldTables: 'the embeddings as they were before they were rounded',
};
