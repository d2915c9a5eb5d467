import { at } from '../clock.ts';
import {
  channelKey,
  channelOfUser,
  channelUuid,
  messagesOf,
  sessionId,
  sessionOf,
  userId,
  videoKey,
} from '../layout.ts';
import { random, uuid } from '../random.ts';
import type { LegacyRows } from '../row.ts';
import type { Plan } from '../size.ts';
import { answer, question } from '../words.ts';

export const sessionColumns = ['id', 'channel_id', 'user_id', 'created_at', 'updated_at'] as const;
export const messageColumns = ['id', 'session_id', 'role', 'content', 'sources', 'created_at'] as const;

/** The minute in which a session began. */
export const sessionMinute = (session: number) => 40_000 + session * 3;

/** The sessions: one a user and channel. */
export function sessions(plan: Plan): LegacyRows {
  return {
    table: 'public.chat_sessions',
    columns: sessionColumns,
    *rows() {
      for (let session = 0; session < plan.size.sessions; session++) {
        const { user, channel } = sessionOf(plan, session);
        const created = session < plan.orphans ? null : at(sessionMinute(session));
        const updated = at(sessionMinute(session) + messagesOf(plan, session) * 2);
        yield [sessionId(plan, session), channelKey(plan, channel), userId(plan, user), created, updated];
      }
    },
  };
}

/** The messages of all sessions. */
export function messages(plan: Plan): LegacyRows {
  return {
    table: 'public.chat_messages',
    columns: messageColumns,
    *rows() {
      for (let session = 0; session < plan.size.sessions; session++) {
        const count = messagesOf(plan, session);
        for (let message = 0; message < count; message++) {
          yield messageRow(plan, session, message, sessionId(plan, session));
        }
      }
    },
  };
}

/** One message: the user's with an even number, the assistant's, with its sources, with an odd one. */
export function messageRow(plan: Plan, session: number, message: number, inSession: string) {
  const source = random(plan.seed, `message of ${session}`, message);
  const asks = message % 2 === 0;
  const lacksTime = session === 1 && message < plan.orphans;
  // What somebody pasted, and its answer, are longer than a message may be by now.
  const isLong = session === 2 && message < 2 * plan.orphans;
  return [
    uuid(plan.seed, `message of ${session}`, message),
    inSession,
    asks ? 'user' : 'assistant',
    lengthened(asks ? question(source) : answer(source), isLong),
    asks ? null : JSON.stringify(sources(plan, isLong ? 1_000 : source.between(0, 3), session)),
    lacksTime ? null : at(sessionMinute(session) + message * 1.5),
  ];
}

/** So many times itself that it has 40,000 characters or more. */
const lengthened = (text: string, isLong: boolean): string =>
  isLong ? text.repeat(Math.ceil(40_000 / text.length)) : text;

function sources(plan: Plan, count: number, session: number) {
  return Array.from({ length: count }, (_, index) => ({
    videoId: videoKey(plan, (session * 5 + index) % plan.size.videos),
    title: `Kaynak "${index}"`,
    startTime: index * 42.5,
    similarity: 0.91 - index / 10,
  }));
}

/** Who follows which channel. */
export function follows(plan: Plan): LegacyRows {
  const each = Math.min(plan.size.followsPerUser, plan.size.channels);
  return {
    table: 'public.user_creators',
    columns: ['id', 'user_id', 'channel_id', 'created_at'],
    *rows() {
      for (let user = 0; user < plan.size.users; user++) {
        for (let turn = 0; turn < each; turn++) {
          const index = user * each + turn;
          const created = index < plan.orphans ? null : at(30_000 + index);
          yield [
            uuid(plan.seed, 'follow', index),
            userId(plan, user),
            channelUuid(plan, channelOfUser(plan, user, turn)),
            created,
          ];
        }
      }
    },
  };
}
