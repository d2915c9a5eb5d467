import { inHand, type OnlinePlan, uuidInHand } from '../src/online/plan.ts';

/** The sessions of the users in hand, and those named by themselves: of some, the messages are all that is left. */
const sessions = `((select array(select s.id from public.chat_sessions s where ${uuidInHand('s.user_id', 'user')})
  || (select prepared.uuids('session')))::uuid[])`;

const videoOf = (t: string): string =>
  `exists (select from public.videos v where v.channel_id = ${t}.channel_id and v.id = ${t}.video_id and ${inHand('v.youtube_video_id', 'video')})`;

const asideBy = (column: string, unit: string): string => inHand(`q.row_data ->> '${column}'`, unit);

/** The keys of a column, beyond $1. */
const textKeys = (table: string, column: string): string =>
  `(select distinct ${column} as key from ${table} where ${column} > $1 order by 1 limit $2)`;
const uuidKeys = (table: string, column: string): string =>
  `(select distinct ${column} as key from ${table}
     where ${column} > coalesce(nullif($1, ''), '00000000-0000-0000-0000-000000000000')::uuid order by 1 limit $2)`;
const together = (...keys: string[]): string =>
  `select key::text from (${keys.join(' union ')}) k where key is not null order by k.key limit $2`;

/** Whoever names a channel by one of the keys $1: its YouTube id or its uuid, with blanks or in other case. */
const named = (column: string): string =>
  `lower(btrim(${column})) = any (select lower(btrim(k)) from unnest($1::text[]) k)`;

const video = [{ unit: 'video', column: 'video_id' }] as const;
const user = [{ unit: 'user', column: 'user_id' }] as const;

/**
 * How ChannelChat's database is moved while the app runs. A video goes with its transcript and chunks, a user with their
 * sessions, messages, follows and usage; channels are few, so all of them are at hand in every batch.
 */
export const online: OnlinePlan = {
  schemas: ['public', 'extensions', 'private', 'legacy', 'legacy_api'],
  extensions: { schema: 'extensions', names: ['vector'] },
  legacy: 'legacy',
  moved: '\n$move$;',
  moves: 'private.legacy_moves',
  quarantine: 'private.quarantined_rows',
  tables: {
    channels: {
      part: 'true',
      aside: 'true',
      noted: [
        { unit: 'channel', column: 'id' },
        { unit: 'channel key', column: 'channel_id', keyOnly: true },
        { unit: 'channel key', column: 'id', keyOnly: true },
      ],
    },
    videos: { part: inHand('o.video_id', 'video'), aside: asideBy('video_id', 'video'), noted: video },
    transcripts: {
      optional: true,
      part: inHand('o.video_id', 'video'),
      aside: asideBy('video_id', 'video'),
      noted: video,
    },
    transcript_chunks: { part: inHand('o.video_id', 'video'), aside: asideBy('video_id', 'video'), noted: video },
    user_creators: { part: uuidInHand('o.user_id', 'user'), aside: asideBy('user_id', 'user'), noted: user },
    chat_sessions: { part: uuidInHand('o.user_id', 'user'), aside: asideBy('user_id', 'user'), noted: user },
    chat_messages: {
      part: `o.session_id = any (${sessions})`,
      aside: `(q.row_data ->> 'session_id')::uuid = any (${sessions})`,
      noted: [{ unit: 'session', column: 'session_id' }],
    },
    user_usage: { part: uuidInHand('o.user_id', 'user'), aside: asideBy('user_id', 'user'), noted: user },
    public_chat_limits: {
      part: inHand('o.identifier', 'identifier'),
      aside: asideBy('identifier', 'identifier'),
      noted: [{ unit: 'identifier', column: 'identifier' }],
    },
    error_logs: {
      part: uuidInHand('o.id', 'error'),
      aside: asideBy('id', 'error'),
      noted: [{ unit: 'error', column: 'id' }],
    },
    profiles: {
      optional: true,
      part: uuidInHand('o.id', 'user'),
      aside: asideBy('id', 'user'),
      noted: [{ unit: 'user', column: 'id' }],
    },
  },
  read: {
    'auth.users': {
      part: "o.id in (select unnest(prepared.uuids('user')) union select c.user_id from prepared_full.channels c)",
      noted: [{ unit: 'user', column: 'id' }],
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
      keys: together(
        textKeys('public.videos', 'video_id'),
        textKeys('prepared_full.transcripts', 'video_id'),
        textKeys('public.transcript_chunks', 'video_id'),
      ),
    },
    user: {
      keys: together(
        uuidKeys('auth.users', 'id'),
        uuidKeys('public.chat_sessions', 'user_id'),
        uuidKeys('public.user_creators', 'user_id'),
        uuidKeys('public.user_usage', 'user_id'),
        uuidKeys('prepared_full.profiles', 'id'),
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
    identifier: { keys: together(textKeys('public.public_chat_limits', 'identifier')) },
    error: { keys: together(uuidKeys('public.error_logs', 'id')) },
  },
  targets: [
    { table: 'public.profiles', scope: uuidInHand('t.id', 'user'), natural: ['id'] },
    { table: 'public.channels', scope: 'true', kept: ['chunk_count'] },
    { table: 'public.videos', scope: inHand('t.youtube_video_id', 'video') },
    { table: 'public.transcripts', scope: videoOf('t'), natural: ['video_id'] },
    { table: 'public.transcript_chunks', scope: videoOf('t') },
    {
      table: 'public.chunk_embeddings',
      scope: `exists (select from public.transcript_chunks c where c.channel_id = t.channel_id and c.id = t.chunk_id and ${videoOf('c')})`,
    },
    { table: 'public.user_creators', scope: uuidInHand('t.user_id', 'user') },
    { table: 'public.chat_sessions', scope: uuidInHand('t.user_id', 'user') },
    { table: 'public.chat_messages', scope: uuidInHand('t.user_id', 'user') },
    { table: 'public.user_usage', scope: uuidInHand('t.user_id', 'user'), natural: ['user_id'] },
    { table: 'public.user_roles', scope: uuidInHand('t.user_id', 'user'), natural: ['user_id', 'role'] },
    { table: 'public.usage_daily', scope: uuidInHand('t.user_id', 'user'), natural: ['user_id', 'day'] },
    { table: 'public.public_chat_limits', scope: inHand('t.identifier', 'identifier') },
    { table: 'public.error_logs', scope: uuidInHand('t.id', 'error') },
  ],
  fitted: {
    'public.idx_chunk_embeddings_bits': `select format('lists = %s', private.fitting_lists(count(*))) from public.chunk_embeddings`,
  },
  settle: [
    `update public.channels channel set chunk_count = counted.chunks
     from (
       select c.id, count(chunk.channel_id) as chunks
       from public.channels c left join public.transcript_chunks chunk on chunk.channel_id = c.id
       group by c.id
     ) counted
     where counted.id = channel.id and channel.chunk_count <> counted.chunks`,
  ],
};
