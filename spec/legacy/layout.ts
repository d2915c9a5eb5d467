import { random, uuid, youtubeId } from './random.ts';
import type { Plan } from './size.ts';

/** Where things belong: asked by every table that names another's rows, so that none has to be kept in memory. */
export const userId = (plan: Plan, user: number) => uuid(plan.seed, 'user', user);
export const channelUuid = (plan: Plan, channel: number) => uuid(plan.seed, 'channel', channel);
export const channelKey = (plan: Plan, channel: number) => `UC${youtubeId(plan.seed, 'channel', channel, 22)}`;
export const videoKey = (plan: Plan, video: number) => youtubeId(plan.seed, 'video', video, 11);
export const sessionId = (plan: Plan, session: number) => uuid(plan.seed, 'session', session);

/** A few channels have most videos, and videos of all channels come in turn, as ingestion leaves them. */
export function channelOf(plan: Plan, video: number): number {
  if (video < plan.size.channels) return video;
  return Math.floor(random(plan.seed, 'channel of video', video).next() ** 2 * plan.size.channels);
}

/** One video in four has no chunks: it waits, failed, or has no captions. */
export function chunksOf(plan: Plan, video: number): number {
  if (video % 4 === 3) return 0;
  const average = plan.size.chunksPerVideo;
  return random(plan.seed, 'chunks of video', video).between(Math.ceil(average / 2), Math.floor(average * 1.5));
}

/** The `turn`-th channel that a user follows and talks to; no channel comes twice before all came once. */
export function channelOfUser(plan: Plan, user: number, turn: number): number {
  return (user * 7 + turn) % plan.size.channels;
}

/** Whose session it is, and with which channel. */
export function sessionOf(plan: Plan, session: number): { user: number; channel: number } {
  const user = session % plan.size.users;
  return { user, channel: channelOfUser(plan, user, Math.floor(session / plan.size.users)) };
}

/** Question and answer, in turn; one session in fifty is a long one. */
export function messagesOf(plan: Plan, session: number): number {
  const average = plan.size.messagesPerSession;
  const length = random(plan.seed, 'messages of session', session).between(1, average * 2 - 1);
  return session % 50 === 49 ? length * 15 : length;
}
