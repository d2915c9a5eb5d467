import { trimmed } from './blanks.ts';
import type { LegacyColumn, LegacyRule } from './mapping.ts';

/** The column as it was, under its old name or a new one. */
export function carried(column: string): LegacyColumn {
  return { target: `t.${column}` };
}

/** As it was, or else by the named rule. */
export function ruled(target: string, name: LegacyRule, sql: string, original?: string): LegacyColumn {
  return { target, rule: { name, sql }, ...(original === undefined ? {} : { original }) };
}

/** A value of a closed set, as text; missing or unknown, it is the default. */
export function ofSet(column: string, type: string, fallback: string): LegacyColumn {
  return ruled(
    `t.${column}::text`,
    'unknown-to-default',
    `case when o.${column} = any (enum_range(null::public.${type})::text[]) then o.${column} else '${fallback}' end`,
  );
}

export function count(column: string): LegacyColumn {
  return ruled(`t.${column}`, 'count-not-negative', `greatest(o.${column}, 0)`);
}

export function possible(column: string): LegacyColumn {
  return ruled(`t.${column}`, 'impossible-to-null', `case when o.${column} >= 0 then o.${column} end`);
}

export function filled(column: string, fallback: string): LegacyColumn {
  return ruled(`t.${column}`, 'fill-default', `coalesce(o.${column}, ${fallback})`);
}

/** When the table was moved: what a missing time becomes in the end. */
export function movedAt(table: string): string {
  return `(select m.moved_at from private.legacy_moves m where m.table_name = '${table}')`;
}

export function createdAt(table: string): LegacyColumn {
  return ruled('t.created_at', 'fill-created-at', `coalesce(o.created_at, o.updated_at, ${movedAt(table)})`);
}

export function updatedAt(table: string): LegacyColumn {
  return ruled('t.updated_at', 'fill-updated-at', `coalesce(o.updated_at, o.created_at, ${movedAt(table)})`);
}

/** A text key of a channel, followed to the channel and back. */
export function channelKey(): LegacyColumn {
  return ruled(youtubeChannelId, 'channel-key', channelOfKey('o.channel_id'));
}

/** The YouTube id of the channel that a text key means. */
export function channelOfKey(key: string): string {
  const folded = `lower(${trimmed(key)})`;
  return `coalesce(
    (select k.youtube_channel_id from public.channels k where k.youtube_channel_id = ${key}),
    (select c.channel_id from legacy.channels c where c.id::text = ${folded}),
    (
      select min(k.youtube_channel_id) from public.channels k where lower(${trimmed('k.youtube_channel_id')}) = ${folded}
      having count(*) = 1
    )
  )`;
}

/** The copy of a channel's key in a row that belongs to a video: the video's word counts. */
export function channelOfVideo(): LegacyColumn {
  return ruled(
    youtubeChannelId,
    'channel-of-video',
    `(
      select c.youtube_channel_id
      from public.videos v
      join public.channels c on c.id = v.channel_id
      where v.youtube_video_id = o.video_id
    )`,
  );
}

export const transcriptOfVideo = `(
  select s.id from public.transcripts s join public.videos v on v.id = s.video_id where v.youtube_video_id = o.video_id
)`;

/**
 * Whether half precision can hold the embedding: no number is too large, and rounding leaves its direction. The norm says so
 * of most without looking at each number.
 */
export const fitsHalfPrecision = `(
  extensions.vector_dims(o.embedding) = 1536
  and (
    extensions.vector_norm(o.embedding) < 65504
    or not exists (select from unnest(o.embedding::real[]) number where abs(number) >= 65520)
  )
  and (
    extensions.vector_norm(o.embedding) >= 0.001
    or extensions.vector_norm(o.embedding) = 0
    or extensions.cosine_distance(o.embedding, o.embedding::extensions.halfvec(1536)::extensions.vector) <= 0.0001
  )
)`;

export const youtubeVideoId = '(select v.youtube_video_id from public.videos v where v.id = t.video_id)';

const youtubeChannelId = '(select c.youtube_channel_id from public.channels c where c.id = t.channel_id)';

/** The address in lower case and without blanks, where it then fits and this channel is the one that keeps it, and all like it. */
export const fittingSlug = `(
  select case when f.place = 1 and private.fits_slug(f.slug) then f.slug end
  from (
    select c.id, c.slug, row_number() over (
      partition by private.folded_slug(c.slug), private.fits_slug(c.slug)
      order by c.public_slug <> c.slug, c.created_at, c.id
    ) as place
    from (
      select l.*, lower(${trimmed('l.public_slug')} collate "C") as slug
      from legacy.channels l join public.channels k on k.id = l.id
    ) c
  ) f
  where f.id = o.id
)`;
