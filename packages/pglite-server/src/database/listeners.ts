import { noticeResponse } from '../protocol/backend.ts';
import type { Summary } from '../protocol/output.ts';
import { listenings } from '../sql/statements.ts';
import type { Exchange } from './exchange.ts';
import type { Session } from './session.ts';

const UNHEARD =
  'the embedded engine could not read this text, so it does not know which channels it listens to: send LISTEN by itself';

/** Notes what an exchange listens to once its transaction is over; true when the backend has to listen to all channels again. */
export function trackListening(session: Session, exchange: Exchange, summary: Summary): boolean {
  if (summary.tags.some((tag) => tag === 'LISTEN' || tag === 'UNLISTEN')) {
    const read = exchange.texts.map(listenings);
    session.listening.push(...read.flatMap((found) => found ?? []));
    if (read.includes(null)) session.send(noticeResponse('01000', UNHEARD));
  }
  if (session.status !== 'I' || session.listening.length === 0) return false;
  const changes = session.listening.splice(0);
  if (summary.tags.includes('ROLLBACK')) return false;
  for (const { listen, channel } of changes) {
    if (listen) session.channels.add(channel);
    else if (channel === '*') session.channels.clear();
    else session.channels.delete(channel);
  }
  // One client's UNLISTEN ended it for all on the one backend.
  return changes.some(({ listen }) => !listen);
}

/** Every channel that some client listens to. */
export function channelsOf(sessions: Iterable<Session>): string[] {
  return [...new Set([...sessions].flatMap((session) => [...session.channels]))];
}
