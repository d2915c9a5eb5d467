import { random } from '../../spec/legacy/random.ts';
import type { Plan } from '../../spec/legacy/size.ts';

/** The sizes that a benchmark runs at, each ten times the one before, by the number of chunks. */
export const sizes = ['10k', '100k', '1M'] as const;
export type SizeName = (typeof sizes)[number];

/** A class of channels: all of them have as many chunks. */
export interface ChannelClass {
  readonly name: 'small' | 'medium' | 'large' | 'huge';
  readonly chunks: number;
  /** How many channels of this class there are. */
  readonly channels: number;
}

/** What a benchmark's databases hold. */
export interface Scale {
  readonly name: SizeName;
  /** Of channels, in the order of their numbers. */
  readonly classes: readonly ChannelClass[];
  readonly chunks: number;
  /** For what is made as any legacy database is: everything but videos and chunks. */
  readonly plan: Plan;
}

/** All transcripts are as long as this. */
export const chunksPerVideo = 25;

const counts: Record<SizeName, readonly [huge: number, large: number, medium: number, small: number]> = {
  '10k': [0, 0, 5, 50],
  '100k': [1, 3, 30, 260],
  '1M': [10, 30, 300, 2_600],
};

/** Ten messages for each chunk, a hundred for each user: ten times the size is ten times everything but the answers. */
export function scaleOf(name: SizeName): Scale {
  const [huge, large, medium, small] = counts[name];
  const classes: readonly ChannelClass[] = [
    { name: 'huge', chunks: 20_000, channels: huge },
    { name: 'large', chunks: 8_000, channels: large },
    { name: 'medium', chunks: 1_000, channels: medium },
    { name: 'small', chunks: 100, channels: small },
  ];
  const chunks = sum(classes, (each) => each.chunks * each.channels);
  const transcribed = chunks / chunksPerVideo;
  const users = chunks / 10;
  return {
    name,
    classes: classes.filter((each) => each.channels > 0),
    chunks,
    plan: {
      seed: 5,
      orphans: 0,
      size: {
        users,
        channels: sum(classes, (each) => each.channels),
        videos: transcribed + transcribed / 4,
        chunksPerVideo,
        sessions: users * 5,
        messagesPerSession: 16,
        followsPerUser: 5,
        publicLimits: users,
        errorLogs: chunks,
      },
    },
  };
}

/** The numbers of the channels of a class. */
export function channelsOf(scale: Scale, name: ChannelClass['name']): number[] {
  let first = 0;
  for (const each of scale.classes) {
    if (each.name === name) return Array.from({ length: each.channels }, (_, index) => first + index);
    first += each.channels;
  }
  return [];
}

/** A video: its number, its channel's, and whether it has a transcript. */
export interface VideoPlace {
  readonly video: number;
  readonly channel: number;
  readonly transcribed: boolean;
}

/** All videos in the order of ingestion, which goes through all channels at once; one in five has no transcript yet. */
export function videoPlaces(scale: Scale): VideoPlace[] {
  const places: { channel: number; transcribed: boolean }[] = [];
  let channel = 0;
  for (const each of scale.classes) {
    for (let of = 0; of < each.channels; of++, channel++) {
      const transcribed = each.chunks / chunksPerVideo;
      for (let video = 0; video < transcribed * 1.25; video++)
        places.push({ channel, transcribed: video < transcribed });
    }
  }
  return shuffled(places, scale.plan.seed).map((place, video) => ({ ...place, video }));
}

/** Fisher and Yates's, by a stream of its own. */
function shuffled<T>(items: T[], seed: number): T[] {
  const source = random(seed, 'order of ingestion', 0);
  for (let at = items.length - 1; at > 0; at--) {
    const other = source.between(0, at);
    [items[at], items[other]] = [items[other] as T, items[at] as T];
  }
  return items;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
