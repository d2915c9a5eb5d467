import type { Session } from '../database/session.ts';
import { type Frame, readString } from '../protocol/frames.ts';
import { mentionsBoundary } from '../sql/mentions.ts';

/** As much as is handed over at once, so that the first answers are not long in coming. */
const MOST = { queries: 64, bytes: 64 * 1024 };

/**
 * Takes from what a client sent ahead what is run next: one exchange's messages; or, inside a transaction, as many simple
 * queries as can go to the backend's thread together. No other session can run anything in between anyway, and the way there
 * and back takes as long as a small query.
 */
export function takeNext(inbox: Frame[][], { status }: Session): Frame[] | undefined {
  const next = inbox.shift();
  if (!next || status === 'I' || !isPlain(next)) return next;
  let bytes = 0;
  const together = [...next];
  for (let more = inbox[0]; more && isPlain(more); more = inbox[0]) {
    bytes += more[0]?.bytes.length ?? 0;
    if (together.length >= MOST.queries || bytes > MOST.bytes) break;
    together.push(...more);
    inbox.shift();
  }
  return together;
}

function isPlain([frame, ...others]: Frame[]): boolean {
  return frame?.type === 'Q' && others.length === 0 && !mentionsBoundary(readString(frame.bytes, 5).text);
}
