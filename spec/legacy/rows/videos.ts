import { BLANKS } from '../blanks.ts';
import { at } from '../clock.ts';
import { channelKey, channelOf, channelUuid, chunksOf, videoKey } from '../layout.ts';
import { random, uuid } from '../random.ts';
import type { LegacyRows } from '../row.ts';
import type { Plan } from '../size.ts';
import { passage, title } from '../words.ts';

/** The minute in which a video was taken in. */
export const videoMinute = (video: number) => 2_000 + video * 11;

export const videoColumns = [
  'id',
  'video_id',
  'channel_id',
  'title',
  'description',
  'duration',
  'duration_seconds',
  'published_at',
  'thumbnail_url',
  'view_count',
  'like_count',
  'comment_count',
  'transcript_status',
  'transcript_language',
  'ingestion_method',
  'content_type',
  'created_at',
  'updated_at',
] as const;

const withoutChunks = ['pending', 'failed', 'no_captions', 'processing'] as const;
const types = ['video', 'video', 'short', 'live', 'video'] as const;
const languages = ['en', 'en', 'de', 'ja', 'tr', null] as const;

/** The videos of all channels, in the order of ingestion. */
export function videos(plan: Plan): LegacyRows {
  return {
    table: 'public.videos',
    columns: videoColumns,
    *rows() {
      for (let video = 0; video < plan.size.videos; video++) yield row(plan, video);
    },
  };
}

function row(plan: Plan, video: number) {
  const channel = channelOf(plan, video);
  // The first videos past the channels' own carry production's irregularities.
  const irregular = video - plan.size.channels;
  const namesUuid = irregular >= 0 && irregular < plan.orphans;
  const lacksTimes = irregular >= plan.orphans && irregular < 2 * plan.orphans;
  const hasBlanks = irregular >= 2 * plan.orphans && irregular < 3 * plan.orphans;
  const blank = hasBlanks ? (BLANKS[(irregular + 7) % BLANKS.length] as string) : '';
  return videoRow(plan, video, {
    key: videoKey(plan, video),
    channel: namesUuid ? channelUuid(plan, channel) : `${channelKey(plan, channel)}${blank}`,
    status: chunksOf(plan, video) > 0 ? 'completed' : (withoutChunks[(video >> 2) % 4] as string),
    created: lacksTimes ? null : at(videoMinute(video)),
  });
}

/** One video; `about` is what an orphan has otherwise. */
export function videoRow(
  plan: Plan,
  video: number,
  about: { key: string; channel: string; status: string; created: string | null },
) {
  const source = random(plan.seed, 'video', video);
  const type = types[video % types.length] as string;
  const seconds = type === 'short' ? source.between(8, 60) : source.between(61, 7_200);
  const known = source.chance(0.9);
  return [
    uuid(plan.seed, 'video', video),
    about.key,
    about.channel,
    title(source),
    source.chance(0.8) ? passage(source, source.between(1, 4)) : null,
    `PT${Math.floor(seconds / 60)}M${seconds % 60}S`,
    String(seconds),
    at(videoMinute(video) - source.between(1_000, 900_000)),
    `https://i.ytimg.com/vi/${about.key}/hqdefault.jpg`,
    known ? String(source.between(10, 5_000_000_000)) : null,
    known ? String(source.between(0, 90_000)) : null,
    source.chance(0.7) ? String(source.between(0, 9_000)) : null,
    about.status,
    about.status === 'completed' ? source.pick(languages) : null,
    source.chance(0.5) ? 'youtube_api' : null,
    type,
    about.created,
    about.created,
  ];
}
