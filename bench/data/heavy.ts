import { at } from '../../spec/legacy/clock.ts';
import { channelKey, channelUuid } from '../../spec/legacy/layout.ts';
import { uuid } from '../../spec/legacy/random.ts';
import type { LegacyRows } from '../../spec/legacy/row.ts';
import { messageColumns, messageRow, sessionColumns } from '../../spec/legacy/rows/chats.ts';
import type { Scale } from './scale.ts';

/** Users who talk much more than others: as many, and as much, at every size. */
export const heavyUsers = 3;
const longSession = 1_500;
const otherSessions = 20;
const messagesOfOthers = 310;

export const heavyUserId = ({ plan }: Scale, user: number): string => uuid(plan.seed, 'heavy user', user);

/** The sessions of a heavy user: the first is the long one. */
export const heavySessionId = ({ plan }: Scale, user: number, session: number): string =>
  uuid(plan.seed, `session of heavy user ${user}`, session);

/** The accounts, sessions, messages and follows of heavy users. */
export function heavyRows(scale: Scale): readonly LegacyRows[] {
  const { plan } = scale;
  const everybody = Array.from({ length: heavyUsers }, (_, user) => user);
  const everySession = Array.from({ length: 1 + otherSessions }, (_, session) => session);
  // Past every other session, so that their messages are others' too.
  const numberOf = (user: number, session: number) => plan.size.sessions + user * 100 + session;
  return [
    {
      table: 'auth.users',
      columns: ['id', 'email', 'created_at'],
      *rows() {
        for (const user of everybody) yield [heavyUserId(scale, user), `heavy-${user}@example.com`, at(user)];
      },
    },
    {
      table: 'public.chat_sessions',
      columns: sessionColumns,
      *rows() {
        for (const user of everybody) {
          for (const session of everySession) {
            const key = channelKey(plan, session % plan.size.channels);
            yield [
              heavySessionId(scale, user, session),
              key,
              heavyUserId(scale, user),
              at(50_000),
              at(60_000 + session),
            ];
          }
        }
      },
    },
    {
      table: 'public.chat_messages',
      columns: messageColumns,
      *rows() {
        for (const user of everybody) {
          for (const session of everySession) {
            const count = session === 0 ? longSession : messagesOfOthers;
            for (let message = 0; message < count; message++)
              yield messageRow(plan, numberOf(user, session), message, heavySessionId(scale, user, session));
          }
        }
      },
    },
    {
      table: 'public.user_creators',
      columns: ['id', 'user_id', 'channel_id', 'created_at'],
      *rows() {
        for (const user of everybody) {
          for (const session of everySession) {
            yield [
              uuid(plan.seed, `follow of heavy user ${user}`, session),
              heavyUserId(scale, user),
              channelUuid(plan, session % plan.size.channels),
              at(40_000 + session),
            ];
          }
        }
      },
    },
  ];
}
