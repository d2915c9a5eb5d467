import type { LegacyMapping } from './mapping.ts';
import {
  carried,
  channelKey,
  channelOfKey,
  channelOfVideo,
  count,
  createdAt,
  filled,
  fitsHalfPrecision,
  fittingSlug,
  movedAt,
  ofSet,
  possible,
  ruled,
  transcriptOfVideo,
  updatedAt,
  youtubeVideoId,
} from './rules.ts';

/** Every column of the legacy database, and of the drifts that the migration knows: where it went, and by which rule. */
export const legacy: LegacyMapping = {
  channels: {
    source: 'legacy.channels',
    target: 'public.channels',
    columns: {
      id: carried('id'),
      channel_id: { target: 't.youtube_channel_id' },
      channel_name: ruled('t.channel_name', 'fill-name', 'coalesce(o.channel_name, o.channel_id)'),
      channel_url: ruled(
        't.channel_url',
        'fill-url',
        "coalesce(o.channel_url, 'https://www.youtube.com/channel/' || o.channel_id)",
      ),
      avatar_url: carried('avatar_url'),
      subscriber_count: carried('subscriber_count'),
      indexed_videos: count('indexed_videos'),
      total_videos: count('total_videos'),
      ingestion_status: ofSet('ingestion_status', 'ingestion_status', 'pending'),
      ingestion_progress: ruled(
        't.ingestion_progress',
        'within-range',
        'least(greatest(o.ingestion_progress, 0), 100)',
      ),
      ingestion_method: carried('ingestion_method'),
      error_message: carried('error_message'),
      last_indexed_at: carried('last_indexed_at'),
      ingest_videos: filled('ingest_videos', 'true'),
      ingest_shorts: filled('ingest_shorts', 'true'),
      ingest_lives: filled('ingest_lives', 'true'),
      video_import_mode: ofSet('video_import_mode', 'video_import_mode', 'latest'),
      video_import_limit: ruled(
        't.video_import_limit',
        'count-not-negative',
        'case when o.video_import_limit < 0 then 0 end',
      ),
      public_slug: ruled('t.public_slug', 'fitting-slug', fittingSlug),
      uploads_playlist_id: carried('uploads_playlist_id'),
      user_id: ruled('t.added_by', 'gone-user', '(select u.id from auth.users u where u.id = o.user_id)'),
      created_at: createdAt('channels'),
      updated_at: updatedAt('channels'),
    },
  },
  videos: {
    source: 'legacy.videos',
    target: 'public.videos',
    columns: {
      id: carried('id'),
      video_id: { target: 't.youtube_video_id' },
      channel_id: channelKey(),
      title: ruled('t.title', 'fill-name', 'coalesce(o.title, o.video_id)'),
      description: carried('description'),
      duration: carried('duration'),
      duration_seconds: possible('duration_seconds'),
      published_at: carried('published_at'),
      thumbnail_url: carried('thumbnail_url'),
      view_count: possible('view_count'),
      like_count: possible('like_count'),
      comment_count: possible('comment_count'),
      transcript_status: ofSet('transcript_status', 'extraction_status', 'pending'),
      transcript_language: carried('transcript_language'),
      ingestion_method: carried('ingestion_method'),
      content_type: ofSet('content_type', 'content_type', 'video'),
      created_at: createdAt('videos'),
      updated_at: updatedAt('videos'),
    },
  },
  transcripts: {
    source: 'legacy.transcripts',
    target: 'public.transcripts',
    columns: {
      id: carried('id'),
      video_id: { target: youtubeVideoId },
      channel_id: channelOfVideo(),
      full_text: carried('full_text'),
      segments: carried('segments'),
      source_type: filled('source_type', "'caption'"),
      confidence: ruled(
        't.confidence',
        'impossible-to-null',
        'case when o.confidence between 0 and 1 then o.confidence end',
      ),
      extraction_status: ofSet('extraction_status', 'extraction_status', 'pending'),
      error_message: carried('error_message'),
      created_at: createdAt('transcripts'),
      updated_at: updatedAt('transcripts'),
    },
  },
  transcript_chunks: {
    source: 'legacy.transcript_chunks',
    target: 'public.transcript_chunks',
    columns: {
      id: carried('id'),
      video_id: { target: youtubeVideoId },
      channel_id: channelOfVideo(),
      // Where the legacy chunk named none, its video's transcript is no change.
      transcript_id: ruled(
        't.transcript_id',
        'transcript-of-video',
        transcriptOfVideo,
        `coalesce(o.transcript_id, ${transcriptOfVideo})`,
      ),
      chunk_index: carried('chunk_index'),
      text: carried('text'),
      start_time: possible('start_time'),
      end_time: possible('end_time'),
      token_count: possible('token_count'),
      // As arrays, since vector and halfvec would be compared in half precision, where they are always equal.
      // The norm tells of most at once that no number is too large; what is unfit is left behind.
      embedding: ruled(
        '(select e.embedding::real[] from public.chunk_embeddings e where e.chunk_id = t.id)',
        'half-precision',
        `case when ${fitsHalfPrecision} then o.embedding::extensions.halfvec(1536)::real[] end`,
        'o.embedding::real[]',
      ),
      embedding_status: ruled(
        't.embedding_status::text',
        'unknown-to-default',
        `case
          when o.embedding is not null and not ${fitsHalfPrecision} then 'pending'
          when o.embedding_status = any (enum_range(null::public.embedding_status)::text[]) then o.embedding_status
          else 'pending'
        end`,
      ),
      created_at: createdAt('transcript_chunks'),
      updated_at: updatedAt('transcript_chunks'),
    },
  },
  user_creators: {
    source: 'legacy.user_creators',
    target: 'public.user_creators',
    columns: {
      id: carried('id'),
      user_id: carried('user_id'),
      channel_id: ruled(
        't.channel_id',
        'channel-key',
        `(
          select c.id
          from public.channels c
          join legacy.channels old on old.channel_id = c.youtube_channel_id
          where old.id = o.channel_id
        )`,
      ),
      created_at: ruled(
        't.added_at',
        'added-at',
        `coalesce(o.added_at, ${movedAt('user_creators')})`,
        'coalesce(o.created_at, o.added_at)',
      ),
      added_at: ruled('t.added_at', 'fill-created-at', movedAt('user_creators'), 'coalesce(o.added_at, o.created_at)'),
    },
  },
  chat_sessions: {
    source: 'legacy.chat_sessions',
    target: 'public.chat_sessions',
    columns: {
      id: carried('id'),
      channel_id: channelKey(),
      user_id: carried('user_id'),
      created_at: createdAt('chat_sessions'),
      updated_at: updatedAt('chat_sessions'),
    },
  },
  chat_messages: {
    source: 'legacy.chat_messages',
    target: 'public.chat_messages',
    columns: {
      id: carried('id'),
      session_id: ruled(
        't.session_id',
        'kept-session',
        `(
          select s.id
          from legacy.chat_sessions d
          join public.channels k on k.youtube_channel_id = ${channelOfKey('d.channel_id')}
          join public.chat_sessions s on s.user_id = d.user_id and s.channel_id = k.id
          where d.id = o.session_id
        )`,
      ),
      role: { target: 't.role::text' },
      content: carried('content'),
      sources: carried('sources'),
      created_at: ruled(
        't.created_at',
        'session-created-at',
        'case when o.created_at is null then (select s.created_at from public.chat_sessions s where s.id = t.session_id) end',
      ),
    },
  },
  profiles: {
    source: 'legacy.profiles',
    target: 'public.profiles',
    columns: {
      id: carried('id'),
      display_name: ruled(
        't.display_name',
        'clean-display-name',
        "private.display_name_of(jsonb_build_object('display_name', o.display_name), null)",
      ),
      avatar_url: ruled(
        't.avatar_url',
        'unfit-avatar-to-null',
        "private.avatar_url_of(jsonb_build_object('avatar_url', o.avatar_url))",
      ),
      created_at: createdAt('profiles'),
      updated_at: updatedAt('profiles'),
    },
  },
  user_usage: {
    source: 'legacy.user_usage',
    target: 'public.user_usage',
    columns: {
      id: carried('id'),
      user_id: carried('user_id'),
      plan_type: ruled(
        '(select p.code from public.plans p where p.id = t.plan_id)',
        'unknown-to-default',
        `coalesce((select p.code from public.plans p where p.code = o.plan_type), 'free')`,
      ),
      messages_sent_today: count('messages_sent_today'),
      last_message_date: ruled(
        't.usage_date',
        'fill-usage-date',
        `coalesce(o.last_message_date, (${movedAt('user_usage')} at time zone 'UTC')::date)`,
      ),
      creators_added: count('creators_added'),
      videos_indexed: count('videos_indexed'),
      created_at: createdAt('user_usage'),
      updated_at: updatedAt('user_usage'),
    },
  },
  public_chat_limits: {
    source: 'legacy.public_chat_limits',
    target: 'public.public_chat_limits',
    columns: {
      id: carried('id'),
      identifier: carried('identifier'),
      channel_id: channelKey(),
      messages_today: count('messages_today'),
      last_reset_at: ruled(
        't.usage_date::timestamp',
        'reset-day',
        `(coalesce(o.last_reset_at, o.created_at, ${movedAt('public_chat_limits')}) at time zone 'UTC')::date::timestamp`,
        "o.last_reset_at at time zone 'UTC'",
      ),
      created_at: ruled(
        't.created_at',
        'fill-created-at',
        `coalesce(o.created_at, o.last_reset_at, ${movedAt('public_chat_limits')})`,
      ),
    },
  },
  error_logs: {
    source: 'legacy.error_logs',
    target: 'public.error_logs',
    columns: {
      id: carried('id'),
      service: { target: 't.function_name' },
      error_message: { target: 't.message' },
      error_details: { target: 't.details' },
      created_at: ruled('t.created_at', 'fill-created-at', `coalesce(o.created_at, ${movedAt('error_logs')})`),
    },
  },
};
