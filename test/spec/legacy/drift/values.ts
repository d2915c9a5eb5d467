import { type Drifts, id, reasons } from './case.ts';

/** Values that the new tables don't take as they are, or that are as far out as their types go. */
export const values: Drifts = {
  'nulls where the new tables want none': {
    sql: `
      alter table public.channels
        alter column channel_id drop not null, alter column channel_name drop not null, alter column channel_url drop not null;
      alter table public.videos
        alter column video_id drop not null, alter column channel_id drop not null, alter column title drop not null;
      alter table public.transcript_chunks
        alter column video_id drop not null, alter column channel_id drop not null, alter column chunk_index drop not null,
        alter column text drop not null;
      alter table public.chat_sessions alter column channel_id drop not null, alter column user_id drop not null;
      alter table public.chat_messages
        alter column session_id drop not null, alter column role drop not null, alter column content drop not null;
      alter table public.user_usage alter column user_id drop not null;
      alter table public.user_creators alter column user_id drop not null, alter column channel_id drop not null;
      alter table public.public_chat_limits alter column identifier drop not null, alter column channel_id drop not null;
      alter table public.error_logs alter column service drop not null, alter column error_message drop not null;
      insert into public.channels (id, channel_id) values (${id('nameless')}, 'UCnameless');
      insert into public.channels (id, channel_name, channel_url) values (${id('keyless')}, 'n', 'u');
      insert into public.user_creators (id, user_id, channel_id) values (${id('follow of keyless')}, ${id('user')}, ${id('keyless')});
      insert into public.videos (id, video_id, channel_id) values
        (${id('untitled')}, 'vuntitled', 'UCdrift'), (${id('keyless video')}, null, 'UCdrift'), (${id('astray')}, 'vastray', null);
      insert into public.transcript_chunks (id, video_id, chunk_index, text) values
        (${id('unsaid')}, 'vdrift', 8, null), (${id('unplaced')}, 'vdrift', null, 'x'), (${id('before')}, 'vdrift', -1, 'x'),
        (${id('of nothing')}, null, 0, 'x');
      insert into public.chat_sessions (id, channel_id, user_id) values
        (${id('session of no user')}, 'UCdrift', null), (${id('session of no channel')}, null, ${id('user')});
      insert into public.chat_messages (id, session_id, role, content) values
        (${id('no session')}, null, 'user', 'x'), (${id('no role')}, ${id('session')}, null, 'x'),
        (${id('no content')}, ${id('session')}, 'user', null);
      insert into public.user_usage (id) values (${id('usage of no user')});
      insert into public.user_creators (id) values (${id('follow of none')});
      insert into public.public_chat_limits (id, identifier, channel_id) values
        (${id('limit of none')}, null, 'UCdrift'), (${id('limit of no channel')}, 'x', null);
      insert into public.error_logs (id, service, error_message) values (${id('no service')}, null, 'x'), (${id('no error')}, 'x', null);`,
    shows: [
      [
        `select channel_name || ' ' || channel_url from public.channels where id = ${id('nameless')}`,
        'UCnameless https://www.youtube.com/channel/UCnameless',
      ],
      [`select title from public.videos where id = ${id('untitled')}`, 'vuntitled'],
      [reasons('channels', 'keyless'), 'missing-key'],
      [reasons('user_creators', 'follow of keyless', 'follow of none'), 'orphan-channel', 'orphan-user'],
      [reasons('videos', 'keyless video', 'astray'), 'missing-key', 'orphan-channel'],
      [
        reasons('transcript_chunks', 'unsaid', 'unplaced', 'before', 'of nothing'),
        'missing-content',
        'impossible-index',
        'impossible-index',
        'orphan-video',
      ],
      [reasons('chat_sessions', 'session of no user', 'session of no channel'), 'orphan-user', 'orphan-channel'],
      [
        reasons('chat_messages', 'no session', 'no role', 'no content'),
        'orphan-session',
        'unknown-role',
        'missing-content',
      ],
      [reasons('user_usage', 'usage of no user'), 'orphan-user'],
      [reasons('public_chat_limits', 'limit of none', 'limit of no channel'), 'missing-key', 'orphan-channel'],
      [reasons('error_logs', 'no service', 'no error'), 'missing-content', 'missing-content'],
    ],
  },
  'values outside of the sets': {
    sql: `
      alter table public.videos
        drop constraint videos_transcript_status_check, drop constraint videos_content_type_check;
      alter table public.transcript_chunks drop constraint transcript_chunks_embedding_status_check;
      alter table public.channels
        drop constraint channels_video_import_mode_check, drop constraint channels_ingestion_progress_check;
      alter table public.user_usage drop constraint user_usage_plan_type_check;
      alter table public.chat_messages drop constraint chat_messages_role_check;
      insert into public.videos (id, video_id, channel_id, title, transcript_status, content_type, duration_seconds, view_count)
      values (${id('strange')}, 'vstrange', 'UCdrift', 't', 'lost', 'premiere', -1, -1);
      insert into public.transcript_chunks (id, video_id, channel_id, chunk_index, text, embedding_status, start_time)
      values (${id('strange chunk')}, 'vdrift', 'UCdrift', 50, 'x', 'queued', -3);
      insert into public.channels (id, channel_id, channel_name, channel_url, video_import_mode, ingestion_progress, indexed_videos)
      values (${id('strange channel')}, 'UCstrange', 'n', 'u', 'random', 250, -4);
      update public.user_usage set plan_type = 'enterprise', messages_sent_today = -2 where id = ${id('usage')};
      insert into public.chat_messages (id, session_id, role, content) values (${id('system')}, ${id('session')}, 'system', 'x');`,
    shows: [
      [
        `select concat_ws(' ', transcript_status, content_type, duration_seconds is null, view_count is null)
        from public.videos where id = ${id('strange')}`,
        'pending video t t',
      ],
      [
        `select concat_ws(' ', embedding_status, start_time is null) from public.transcript_chunks where id = ${id('strange chunk')}`,
        'pending t',
      ],
      [
        `select concat_ws(' ', video_import_mode, ingestion_progress, indexed_videos) from public.channels where id = ${id('strange channel')}`,
        'latest 100 0',
      ],
      [reasons('chat_messages', 'system'), 'unknown-role'],
    ],
  },
  'infinity, the largest numbers, and no numbers': {
    sql: `
      insert into public.channels
        (id, channel_id, channel_name, channel_url, created_at, updated_at, last_indexed_at, indexed_videos, total_videos)
      values (${id('endless')}, 'UCendless', 'n', 'u', '-infinity', 'infinity', '294276-12-31 23:59:59.999999+00', 2147483647, 2147483647);
      insert into public.videos (id, video_id, channel_id, title, view_count, like_count, published_at)
      values (${id('endless video')}, 'vendless', 'UCendless', 't', 9223372036854775807, 2147483647, '4713-01-01 00:00:00+00 BC');
      insert into public.transcript_chunks (id, video_id, channel_id, chunk_index, text, start_time, end_time, embedding) values
        (${id('NaN')}, 'vendless', 'UCendless', 2147483647, '', 'NaN', 'Infinity', array_fill(0, array[1536])::vector),
        (${id('tiny')}, 'vendless', 'UCendless', 0, 'x', 1e-45, 3.4028235e38, array_fill(1e-8, array[1536])::vector),
        (${id('half')}, 'vendless', 'UCendless', 1, 'x', 0, 0, array_fill(65504, array[1536])::vector);
      update public.chat_messages set created_at = 'infinity' where id = ${id('message')};
      update public.user_usage set messages_sent_today = 2147483647, last_message_date = 'infinity' where id = ${id('usage')};
      update public.public_chat_limits set last_reset_at = '-infinity' where id = ${id('limit')};
      insert into public.error_logs (id, service, error_message, error_details) values
        (${id('deep')}, 'x', repeat('long ', 100000), (repeat('[', 500) || repeat(']', 500))::jsonb);`,
    shows: [
      [
        `select created_at::text || ' ' || updated_at::text from public.channels where id = ${id('endless')}`,
        '-infinity infinity',
      ],
      [`select view_count::text from public.videos where id = ${id('endless video')}`, '9223372036854775807'],
      [
        `select n.name from unnest(array['NaN', 'tiny', 'half']) n (name)
        join public.chunk_embeddings e on e.chunk_id = md5(n.name)::uuid order by 1`,
        'NaN',
        'half',
      ],
      [`select last_message_at::text from public.chat_sessions where id = ${id('session')}`, 'infinity'],
    ],
  },
  'embeddings that half precision cannot hold': {
    sql: `
      insert into public.transcript_chunks (id, video_id, channel_id, chunk_index, text, embedding, embedding_status) values
        (${id('vast')}, 'vdrift', 'UCdrift', 60, 'x', array_fill(3.4e38, array[1536])::vector, 'completed'),
        (${id('just too much')}, 'vdrift', 'UCdrift', 61, 'x', (array[65520]::real[] || array_fill(0::real, array[1535]))::vector, 'completed'),
        (${id('just enough')}, 'vdrift', 'UCdrift', 62, 'x', array_fill(65519, array[1536])::vector, 'completed'),
        (${id('to nothing')}, 'vdrift', 'UCdrift', 63, 'x', array_fill(2.9e-8, array[1536])::vector, 'completed'),
        (${id('to another direction')}, 'vdrift', 'UCdrift', 64, 'x',
          (array_fill(2.9e-8::real, array[1535]) || array[1e-6::real])::vector, 'completed'),
        (${id('small, in its direction')}, 'vdrift', 'UCdrift', 65, 'x', array_fill(5.9604645e-8, array[1536])::vector, 'completed'),
        (${id('nothing')}, 'vdrift', 'UCdrift', 66, 'x', array_fill(0, array[1536])::vector, 'completed'),
        (${id('denormal')}, 'vdrift', 'UCdrift', 67, 'x', array_fill(1.4e-45::real, array[1536])::vector, 'completed');`,
    shows: [
      [
        `select concat_ws(' ', c.chunk_index, c.embedding_status, e.chunk_id is not null)
        from public.transcript_chunks c left join public.chunk_embeddings e on e.chunk_id = c.id
        where c.video_id = ${id('video')} and (c.chunk_index = 0 or c.chunk_index >= 60) and c.text <> '' order by c.chunk_index`,
        '0 completed t',
        '60 pending f',
        '61 pending f',
        '62 completed t',
        '63 pending f',
        '64 pending f',
        '65 completed t',
        '66 completed t',
        '67 pending f',
      ],
    ],
  },
};

/** Columns that are narrower than they were, or gone. */
export const narrower: Drifts = {
  'shorter types, and columns that were dropped': {
    sql: `
      alter table public.channels alter column channel_name type varchar(200), drop column uploads_playlist_id, drop column ingest_lives;
      alter table public.videos alter column like_count type smallint using 1, alter column view_count type int using 1;
      alter table public.error_logs drop column error_details;
      alter table public.chat_messages drop column created_at;
      alter table public.user_usage drop column last_message_date;
      alter table public.transcript_chunks drop column updated_at;`,
    shows: [
      [`select ingest_lives and uploads_playlist_id is null from public.channels where id = ${id('channel')}`, true],
      [
        `select m.created_at = s.created_at from public.chat_messages m join public.chat_sessions s on s.id = m.session_id
        where m.id = ${id('message')}`,
        true,
      ],
    ],
  },
};
