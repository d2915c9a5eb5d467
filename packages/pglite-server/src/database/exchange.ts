import type { Preparation } from '../messages.ts';
import { type Frame, join, makeFrame, readString } from '../protocol/frames.ts';
import { readExtended } from '../protocol/frontend.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { type Replayable, replayable } from '../sql/replayable.ts';
import { resetsAuthorization } from '../sql/statements.ts';
import type { PreparedStatement, Session } from './session.ts';

/** A client's messages up to a Sync or a Flush, or its simple queries: they run without interruption. */
export interface Exchange {
  simple: boolean;
  /** Ends with a Sync, or is a simple query: the client waits for ReadyForQuery. */
  complete: boolean;
  bytes: Uint8Array<ArrayBuffer>;
  /** The SQL that runs, of statements prepared earlier too. */
  texts: string[];
  /** The statements parsed, in order. */
  parses: (PreparedStatement & { statement: string })[];
  /** Statements prepared earlier that are used. */
  uses: Preparation[];
  closes: string[];
  /** The kinds of the messages, in order. */
  types: string;
  /** It may do what its texts don't say, or leaves a portal open. */
  opaque: boolean;
  /** For each text, how it is repeated after a suspension; null when it can't be. The texts are read at the first call. */
  replayables(): (Replayable | null)[];
}

/** Puts a client's messages together, with the names of its statements made its own. */
export function makeExchange(session: Session, frames: Frame[]): Exchange {
  let read: (Replayable | null)[] | null = null;
  const exchange: Exchange = {
    simple: frames[0]?.type === 'Q',
    complete: ['Q', 'S', 'F'].includes(frames.at(-1)?.type ?? ''),
    bytes: new Uint8Array(0),
    texts: [],
    parses: [],
    uses: [],
    closes: [],
    types: frames.map(({ type }) => type).join(''),
    opaque: false,
    replayables: () => {
      read ??= exchange.texts.map(replayable);
      return read;
    },
  };
  const parts: Uint8Array[] = [];
  for (const frame of frames) {
    const { type, bytes } = resetAuthorization(session, frame);
    if (type === 'Q') exchange.texts.push(readString(bytes, 5).text);
    const message = readExtended(session.id, type, bytes);
    parts.push(message.bytes);
    if (type === 'F' || message.portal || message.limit) exchange.opaque = true;
    if (message.statement === undefined) continue;
    const { statement } = message;
    if (type === 'P') {
      // The parts of the socket's buffer are used again, so what is kept is copied.
      exchange.parses.push({ statement, parse: message.bytes.slice(), sql: message.sql ?? '' });
    } else if (type === 'C') exchange.closes.push(statement);
    else use(session, exchange, statement, type === 'B');
    if (type === 'P') exchange.texts.push(message.sql ?? '');
  }
  const count = (wanted: string) => frames.filter(({ type }) => type === wanted).length;
  if (count('B') !== count('E')) exchange.opaque = true;
  exchange.bytes = join(parts);
  return exchange;
}

/** PGlite's session has no authorization to return to (it was never logged in): the client's own is put there. */
function resetAuthorization(session: Session, frame: Frame): Frame {
  if (frame.type !== 'Q') return frame;
  if (!resetsAuthorization(readString(frame.bytes, 5).text)) return frame;
  return { type: 'Q', bytes: makeFrame('Q', `set session authorization ${quoteIdentifier(session.user)}`) };
}

function use(session: Session, exchange: Exchange, statement: string, runs: boolean): void {
  if (exchange.parses.some((parsed) => parsed.statement === statement)) return;
  const known = session.statements.get(statement);
  if (!known) {
    // It may have been prepared by SQL, under the name that the protocol's would have.
    exchange.opaque = true;
    return;
  }
  if (!exchange.uses.some((used) => used.statement === statement))
    exchange.uses.push({ statement, parse: known.parse });
  if (runs) exchange.texts.push(known.sql);
}

/** Takes in what ran: which of its statements exist now. */
export function settle(session: Session, exchange: Exchange, parsed: number): void {
  if (exchange.simple) session.statements.delete('');
  for (const statement of exchange.closes) session.statements.delete(statement);
  for (const { statement, parse, sql } of exchange.parses.slice(0, parsed))
    session.statements.set(statement, { parse, sql });
}
