import { at } from '../clock.ts';
import { embeddingSpace } from '../embeddings.ts';
import { channelKey, channelOfUser, userId } from '../layout.ts';
import { uuid, youtubeId } from '../random.ts';
import type { LegacyRow, LegacyRows } from '../row.ts';
import type { Plan } from '../size.ts';
import { messageColumns, messageRow, sessionColumns } from './chats.ts';
import { chunkColumns, chunkRow } from './chunks.ts';
import { videoColumns, videoRow } from './videos.ts';

/** Chunks that each orphan video, and each gone video, still has. */
export const chunksEach = 3;
/** Messages that each orphan session still has. */
export const messagesEach = 4;

/** What is gone: numbers past every channel, video and session that there is. */
const goneChannel = (plan: Plan, orphan: number) => channelKey(plan, plan.size.channels + 1_000 + orphan);
const orphanVideo = (plan: Plan, orphan: number) => plan.size.videos + orphan;
const orphanKey = (plan: Plan, orphan: number) => youtubeId(plan.seed, 'orphan video', orphan, 11);
const goneKey = (plan: Plan, orphan: number) => youtubeId(plan.seed, 'gone video', orphan, 11);
const orphanSession = (plan: Plan, orphan: number) => plan.size.sessions + orphan;

/**
 * What production holds although its keys forbid it: videos of a channel that is gone, with chunks; chunks of a video
 * that is gone; sessions whose channel, or whose user, is gone, with messages. `plan.orphans` of each.
 */
export function orphans(plan: Plan): readonly LegacyRows[] {
  return [
    { table: 'public.videos', columns: videoColumns, rows: () => each(plan, video) },
    { table: 'public.transcript_chunks', columns: chunkColumns, rows: () => each(plan, chunks) },
    { table: 'public.chat_sessions', columns: sessionColumns, rows: () => each(plan, sessions) },
    { table: 'public.chat_messages', columns: messageColumns, rows: () => each(plan, messages) },
  ];
}

function* each(plan: Plan, rowsOf: (plan: Plan, orphan: number) => Iterable<LegacyRow>) {
  for (let orphan = 0; orphan < plan.orphans; orphan++) yield* rowsOf(plan, orphan);
}

function* video(plan: Plan, orphan: number) {
  yield videoRow(plan, orphanVideo(plan, orphan), {
    key: orphanKey(plan, orphan),
    channel: goneChannel(plan, orphan),
    status: 'completed',
    created: at(90_000 + orphan),
  });
}

function* chunks(plan: Plan, orphan: number) {
  const space = embeddingSpace(plan.seed);
  const ofOrphan = { video: orphanKey(plan, orphan), channel: goneChannel(plan, orphan) };
  const ofNothing = { video: goneKey(plan, orphan), channel: channelKey(plan, 0) };
  for (let chunk = 0; chunk < chunksEach; chunk++) {
    yield chunkRow(plan, space, orphanVideo(plan, orphan), chunk, ofOrphan);
    yield chunkRow(plan, space, orphanVideo(plan, orphan) + plan.orphans, chunk, ofNothing);
  }
}

/** Two sessions an orphan: an even number for the one whose channel is gone, an odd one for the other. */
function* sessions(plan: Plan, orphan: number) {
  const user = orphan % plan.size.users;
  const created = at(95_000 + orphan);
  yield [
    uuid(plan.seed, 'orphan session', orphan * 2),
    goneChannel(plan, orphan),
    userId(plan, user),
    created,
    created,
  ];
  yield [
    uuid(plan.seed, 'orphan session', orphan * 2 + 1),
    channelKey(plan, channelOfUser(plan, user, 0)),
    userId(plan, plan.size.users + 1_000 + orphan),
    created,
    created,
  ];
}

function* messages(plan: Plan, orphan: number) {
  for (const session of [orphan * 2, orphan * 2 + 1]) {
    for (let message = 0; message < messagesEach; message++) {
      yield messageRow(plan, orphanSession(plan, session), message, uuid(plan.seed, 'orphan session', session));
    }
  }
}
