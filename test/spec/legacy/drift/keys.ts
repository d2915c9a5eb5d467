import { type Drifts, id, reasons } from './case.ts';

/** Several rows where one key allows one: a hand dropped the constraint. Which one stays, and where the others' children go. */
export const keys: Drifts = {
  'a channel twice, each with followers, sessions and videos': {
    sql: `
      alter table public.channels drop constraint channels_channel_id_key cascade;
      insert into public.channels (id, channel_id, channel_name, channel_url, created_at) values
        (${id('twin')}, 'UCtwin', 'First', 'u', '2025-01-01'), (${id('younger twin')}, 'UCtwin', 'Second', 'u', '2025-01-02');
      insert into public.user_creators (id, user_id, channel_id) values
        (${id('follow of twin')}, ${id('other')}, ${id('younger twin')}), (${id('follow of first twin')}, ${id('user')}, ${id('twin')}),
        (${id('follow of both')}, ${id('user')}, ${id('younger twin')});
      insert into public.videos (id, video_id, channel_id, title) values
        (${id('video of twin')}, 'vtwin', (${id('younger twin')})::text, 't'), (${id('video of twins')}, 'vtwins', 'UCtwin', 't');
      insert into public.chat_sessions (id, channel_id, user_id, created_at) values
        (${id('session of twin')}, 'UCtwin', ${id('other')}, '2025-01-01'),
        (${id('session of younger twin')}, (${id('younger twin')})::text, ${id('other')}, '2025-01-02');
      insert into public.chat_messages (id, session_id, role, content) values
        (${id('message of younger twin')}, ${id('session of younger twin')}, 'user', 'x');`,
    shows: [
      [reasons('channels', 'twin', 'younger twin'), null, 'duplicate'],
      [
        `select user_id = ${id('user')} from public.user_creators where channel_id = ${id('twin')} order by 1`,
        false,
        true,
      ],
      [
        `select reason from private.quarantined_rows where source_id in (${id('follow of first twin')}, ${id('follow of both')})`,
        'duplicate',
      ],
      [`select youtube_video_id from public.videos where channel_id = ${id('twin')} order by 1`, 'vtwin', 'vtwins'],
      [reasons('chat_sessions', 'session of twin', 'session of younger twin'), null, 'duplicate'],
      [`select session_id from public.chat_messages where id = ${id('message of younger twin')}`, '$session of twin'],
    ],
  },
  'a video twice, with chunks and transcripts of both': {
    sql: `
      alter table public.videos drop constraint videos_video_id_key cascade;
      alter table public.transcript_chunks drop constraint transcript_chunks_video_id_chunk_index_key;
      insert into public.videos (id, video_id, channel_id, title, created_at) values
        (${id('double')}, 'vdouble', 'UCdrift', 'First', '2025-01-01'), (${id('younger double')}, 'vdouble', 'UCdrift', 'Second', '2025-01-02');
      insert into public.transcript_chunks (id, video_id, channel_id, chunk_index, text, created_at) values
        (${id('chunk of double')}, 'vdouble', 'UCdrift', 0, 'x', '2025-01-01'),
        (${id('chunk of younger double')}, 'vdouble', 'UCdrift', 0, 'y', '2025-01-02'),
        (${id('second chunk of double')}, 'vdouble', 'UCquiet', 1, 'z', '2025-01-02');`,
    shows: [
      [reasons('videos', 'double', 'younger double'), null, 'duplicate'],
      [
        reasons('transcript_chunks', 'chunk of double', 'chunk of younger double', 'second chunk of double'),
        null,
        'duplicate',
        null,
      ],
      [
        `select distinct video_id from public.transcript_chunks where id in (${id('chunk of double')}, ${id('second chunk of double')})`,
        '$double',
      ],
    ],
  },
  'a public address twice, in other case, with blanks, or unfit': {
    sql: `
      alter table public.channels drop constraint channels_public_slug_key;
      insert into public.channels (id, channel_id, channel_name, channel_url, public_slug, created_at) values
        (${id('slug 1')}, 'UCslug1', 'n', 'u', 'MySlug', '2025-01-01'), (${id('slug 2')}, 'UCslug2', 'n', 'u', 'myslug', '2025-01-02'),
        (${id('slug 3')}, 'UCslug3', 'n', 'u', 'myslug', '2025-01-03'), (${id('slug 4')}, 'UCslug4', 'n', 'u', ' Other-1 ', '2025-01-04'),
        (${id('slug 5')}, 'UCslug5', 'n', 'u', 'ünfit', '2025-01-05'), (${id('slug 6')}, 'UCslug6', 'n', 'u', '', '2025-01-06'),
        (${id('slug 7')}, 'UCslug7', 'n', 'u', '<script>', '2025-01-07'), (${id('slug 8')}, 'UCslug8', 'n', 'u', repeat('a', 64), '2025-01-08'),
        (${id('slug 9')}, 'UCslug9', 'n', 'u', chr(160) || 'no-break' || chr(8203) || chr(9), '2025-01-09');`,
    shows: [
      [
        `select public_slug from public.channels where youtube_channel_id like 'UCslug%' order by youtube_channel_id`,
        null,
        'myslug',
        null,
        'other-1',
        null,
        null,
        null,
        null,
        'no-break',
      ],
    ],
  },
  'a public address that is reserved, an id, or looks like another': {
    sql: `
      insert into public.channels (id, channel_id, channel_name, channel_url, public_slug, created_at) values
        (${id('odd 1')}, 'UCodd1', 'n', 'u', 'admin', '2025-01-01'), (${id('odd 2')}, 'UCodd2', 'n', 'u', 'Log-1n', '2025-01-02'),
        (${id('odd 3')}, 'UCodd3', 'n', 'u', '---', '2025-01-03'), (${id('odd 4')}, 'UCodd4', 'n', 'u', 'xn--80ak6aa92e', '2025-01-04'),
        (${id('odd 5')}, 'UCodd5', 'n', 'u', '00000000-0000-4000-8000-0000000000c1', '2025-01-05'),
        (${id('odd 6')}, 'UCodd6', 'n', 'u', 'cooking-', '2025-01-06'),
        (${id('odd 7')}, 'UCodd7', 'n', 'u', 'co0king', '2025-01-08'), (${id('odd 8')}, 'UCodd8', 'n', 'u', 'cooking', '2025-01-07'),
        (${id('odd 9')}, 'UCodd9', 'n', 'u', 'COOKING', '2025-01-01');`,
    shows: [
      [
        `select public_slug from public.channels where youtube_channel_id like 'UCodd%' order by youtube_channel_id`,
        ...Array(7).fill(null),
        'cooking',
        null,
      ],
      [`select youtube_channel_id from private.slug_holders where folded_slug = 'cooking'`, 'UCodd8'],
      [`select count(*)::int from private.slug_holders where youtube_channel_id like 'UCodd%'`, 1],
    ],
  },
  'a user with two usage rows': {
    sql: `
      alter table public.user_usage drop constraint user_usage_user_id_key;
      insert into public.user_usage (id, user_id, plan_type, created_at) values
        (${id('older usage')}, ${id('other')}, 'pro', '2024-01-01'), (${id('newer usage')}, ${id('other')}, 'free', '2024-01-02');`,
    shows: [
      [reasons('user_usage', 'older usage', 'newer usage'), null, 'duplicate'],
      [
        `select p.code from public.user_usage u join public.plans p on p.id = u.plan_id where u.user_id = ${id('other')}`,
        'pro',
      ],
    ],
  },
  'a channel followed twice': {
    sql: `
      alter table public.user_creators drop constraint user_creators_user_id_channel_id_key;
      insert into public.user_creators (id, user_id, channel_id) values
        (${id('follow 1')}, ${id('other')}, ${id('quiet')}), (${id('follow 2')}, ${id('other')}, ${id('quiet')});`,
    shows: [
      // Of equal age: the smaller id stays.
      [
        `select count(*)::int from public.user_creators where user_id = ${id('other')} and channel_id = ${id('quiet')}`,
        1,
      ],
      [
        `select reason from private.quarantined_rows where source_id = greatest(${id('follow 1')}, ${id('follow 2')})`,
        'duplicate',
      ],
    ],
  },
  'two sessions of one user and channel, each with messages': {
    sql: `
      alter table public.chat_sessions drop constraint chat_sessions_channel_id_user_id_key;
      insert into public.chat_sessions (id, channel_id, user_id, created_at) values
        (${id('session 1')}, 'UCquiet', ${id('user')}, null), (${id('session 2')}, 'UCquiet', ${id('user')}, '2025-06-01');
      insert into public.chat_messages (id, session_id, role, content) values
        (${id('message 1')}, ${id('session 1')}, 'user', 'x'), (${id('message 2')}, ${id('session 2')}, 'user', 'y');`,
    shows: [
      // One without a time is the youngest.
      [reasons('chat_sessions', 'session 1', 'session 2'), 'duplicate', null],
      [
        `select distinct session_id from public.chat_messages where id in (${id('message 1')}, ${id('message 2')})`,
        '$session 2',
      ],
    ],
  },
  'a limit twice': {
    sql: `
      alter table public.public_chat_limits drop constraint public_chat_limits_identifier_channel_id_key;
      insert into public.public_chat_limits (id, identifier, channel_id, created_at) values
        (${id('limit 1')}, 'twice', 'UCdrift', '2025-01-02'), (${id('limit 2')}, 'twice', 'UCdrift', '2025-01-01');`,
    shows: [[reasons('public_chat_limits', 'limit 1', 'limit 2'), 'duplicate', null]],
  },
  'no primary keys, and no id twice': {
    sql: `
      alter table public.error_logs drop constraint error_logs_pkey;
      alter table public.chat_messages drop constraint chat_messages_pkey, alter column id drop not null;
      alter table public.user_usage alter column id drop default;`,
  },
};
