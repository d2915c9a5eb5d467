import { embeddingSpace } from '../embeddings.ts';
import {
  channelKey,
  channelOf,
  channelOfUser,
  channelUuid,
  chunksOf,
  sessionId,
  sessionOf,
  userId,
  videoKey,
} from '../layout.ts';
import { type LegacyOptions, planOf } from '../make.ts';
import { random, uuid, youtubeId } from '../random.ts';
import type { Plan } from '../size.ts';
import { answer, passage, question } from '../words.ts';

/** What an operation is about: rows that a made legacy database has, and values for new ones. JSON is text. */
export interface Parameters {
  /** The signed-in user, or the one for whom an edge function works. */
  readonly user: string;
  /** A channel that the user follows and talks to, by its uuid and by its YouTube id. */
  readonly channel: string;
  readonly channelKey: string;
  /** The user's session with it. */
  readonly session: string;
  /** A channel that the user does not follow yet, where there is one. */
  readonly otherChannel: string;
  readonly otherChannelKey: string;
  /** A channel without a public page, the address of one for it, and the address of a page that there is. */
  readonly hiddenChannel: string;
  readonly newSlug: string;
  readonly publicSlug: string;
  /** A video with chunks, and the YouTube id of its channel. */
  readonly videoKey: string;
  readonly videoChannelKey: string;
  readonly contentType: string;
  readonly question: string;
  readonly answer: string;
  readonly sources: string;
  /** A pattern for ILIKE. */
  readonly pattern: string;
  readonly now: string;
  /** An embedding as text. */
  readonly embedding: string;
  /** A channel and videos that nobody took in yet; `videos` are rows of both new and known ones. */
  readonly newChannelKey: string;
  readonly newVideoKey: string;
  readonly videos: string;
  /** Chunks for the new video, and for the video with chunks; the last of them has no embedding. */
  readonly newChunks: string;
  readonly chunks: string;
  /** The chunk that is to be embedded. */
  readonly chunk: string;
  readonly identifier: string;
  readonly errorDetails: string;
}

/**
 * Parameters for operations on the database that `makeLegacy` makes of the same options: equal turns give equal ones,
 * and different turns mean different users, channels and new rows as far as there are any.
 */
export function parametersOf(options: LegacyOptions): (turn: number) => Parameters {
  const plan = planOf(options);
  const space = embeddingSpace(plan.seed);
  const embedding = (video: number, chunk: number): string => space.chunk(video, 100_000 + chunk);
  return (turn) => {
    const source = random(plan.seed, 'operation', turn);
    const session = turn % Math.min(plan.size.sessions, plan.size.users * plan.size.followsPerUser);
    const { user, channel } = sessionOf(plan, session);
    const other = channelOfUser(plan, user, plan.size.followsPerUser);
    const video = videoWithChunks(plan, turn);
    const newChannelKey = `UC${youtubeId(plan.seed, 'new channel', turn, 22)}`;
    const newVideoKey = youtubeId(plan.seed, 'new video', turn, 11);
    const videoChannelKey = channelKey(plan, channelOf(plan, video));
    const chunks = (video_id: string, channel_id: string): string =>
      JSON.stringify(
        [0, 1, 2].map((index) => ({
          video_id,
          channel_id,
          chunk_index: index,
          text: passage(random(plan.seed, `new chunk ${index}`, turn), 2),
          start_time: index * 42.5,
          end_time: index * 42.5 + 42.25,
          embedding: index < 2 ? embedding(video, turn * 3 + index) : null,
          embedding_status: index < 2 ? 'completed' : 'pending',
        })),
      );
    return {
      user: userId(plan, user),
      channel: channelUuid(plan, channel),
      channelKey: channelKey(plan, channel),
      session: sessionId(plan, session),
      otherChannel: channelUuid(plan, other),
      otherChannelKey: channelKey(plan, other),
      hiddenChannel: channelUuid(plan, channel % 2 === 1 ? channel : hiddenOf(plan, user)),
      newSlug: `opened-${turn}`,
      publicSlug: `channel-${2 * (turn % Math.ceil(plan.size.channels / 2))}`,
      videoKey: videoKey(plan, video),
      videoChannelKey,
      contentType: source.pick(['video', 'short', 'live']),
      question: question(source),
      answer: answer(source),
      sources: JSON.stringify([{ videoId: videoKey(plan, video), startTime: 42.5, similarity: 0.91 }]),
      pattern: `%${source.pick(['the', 'WHY', 'in', 'ha'])}%`,
      now: new Date(Date.UTC(2026, 0, 1, 0, 0, turn)).toISOString(),
      embedding: embedding(video, turn),
      newChannelKey,
      newVideoKey,
      videos: JSON.stringify([
        { video_id: newVideoKey, channel_id: videoChannelKey, title: `New ${turn}`, duration_seconds: 61 },
        {
          video_id: videoKey(plan, video),
          channel_id: videoChannelKey,
          title: `Renamed ${turn}`,
          duration_seconds: 62,
        },
      ]),
      newChunks: chunks(newVideoKey, videoChannelKey),
      chunks: chunks(videoKey(plan, video), videoChannelKey),
      chunk: uuid(plan.seed, 'no chunk yet', turn),
      identifier: `fp_operation_${turn}`,
      errorDetails: JSON.stringify({ attempt: turn, stack: 'Error\\n  at run' }),
    };
  };
}

function videoWithChunks(plan: Plan, turn: number): number {
  let video = (turn * 5) % plan.size.videos;
  while (chunksOf(plan, video) === 0) video = (video + 1) % plan.size.videos;
  return video;
}

/** Every second channel has no public page; the first of those that the user follows, or else any. */
function hiddenOf(plan: Plan, user: number): number {
  for (let turn = 0; turn < plan.size.followsPerUser; turn++) {
    const channel = channelOfUser(plan, user, turn);
    if (channel % 2 === 1) return channel;
  }
  return 1;
}
