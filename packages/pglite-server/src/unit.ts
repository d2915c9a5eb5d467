import type { Preparation } from './messages.ts';
import { type Frame, join, makeFrame, readString } from './protocol/frames.ts';
import { readExtended } from './protocol/frontend.ts';
import type { Session, Statement } from './session.ts';
import { quoteIdentifier } from './sql/quote.ts';
import { type Replayable, replayable } from './sql/replayable.ts';
import { resetsAuthorization } from './sql/statements.ts';

/** What a client sent up to a Sync or a Flush, or simple queries: it runs without interruption. */
export interface Unit {
  simple: boolean;
  /** Ends with a Sync, or is a simple query: the client waits for ReadyForQuery. */
  complete: boolean;
  bytes: Uint8Array<ArrayBuffer>;
  /** The SQL that runs, of statements prepared earlier too. */
  texts: string[];
  /** The statements parsed, in order. */
  parses: (Statement & { statement: string })[];
  /** Statements prepared earlier that are used. */
  uses: Preparation[];
  closes: string[];
  /** The kinds of the messages, in order. */
  types: string;
  /** It may do what its texts don't say, or leaves a portal open. */
  opaque: boolean;
  /** What each text would be in a suspended transaction. They are read when this is first called. */
  replayables(): (Replayable | null)[];
}

/** Puts a client's messages together, with the names of its statements made its own. */
export function makeUnit(session: Session, frames: Frame[]): Unit {
  let read: (Replayable | null)[] | null = null;
  const unit: Unit = {
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
      read ??= unit.texts.map(replayable);
      return read;
    },
  };
  const parts: Uint8Array[] = [];
  for (const frame of frames) {
    const { type, bytes } = resetAuthorization(session, frame);
    if (type === 'Q') unit.texts.push(readString(bytes, 5).text);
    const message = readExtended(session.id, type, bytes);
    parts.push(message.bytes);
    if (type === 'F' || message.portal || message.limit) unit.opaque = true;
    if (message.statement === undefined) continue;
    const { statement } = message;
    if (type === 'P') {
      // The parts of the socket's buffer are used again, so what is kept is copied.
      unit.parses.push({ statement, parse: message.bytes.slice(), sql: message.sql ?? '' });
    } else if (type === 'C') unit.closes.push(statement);
    else use(session, unit, statement, type === 'B');
    if (type === 'P') unit.texts.push(message.sql ?? '');
  }
  const count = (wanted: string) => frames.filter(({ type }) => type === wanted).length;
  if (count('B') !== count('E')) unit.opaque = true;
  unit.bytes = join(parts);
  return unit;
}

/** PGlite's session has no authorization to return to (it was never logged in): the client's own is put there. */
function resetAuthorization(session: Session, frame: Frame): Frame {
  if (frame.type !== 'Q') return frame;
  if (!resetsAuthorization(readString(frame.bytes, 5).text)) return frame;
  return { type: 'Q', bytes: makeFrame('Q', `set session authorization ${quoteIdentifier(session.user)}`) };
}

function use(session: Session, unit: Unit, statement: string, runs: boolean): void {
  if (unit.parses.some((parsed) => parsed.statement === statement)) return;
  const known = session.statements.get(statement);
  if (!known) {
    // It may have been prepared by SQL, under the name that the protocol's would have.
    unit.opaque = true;
    return;
  }
  if (!unit.uses.some((used) => used.statement === statement)) unit.uses.push({ statement, parse: known.parse });
  if (runs) unit.texts.push(known.sql);
}

/** Takes in what ran: which of its statements exist now. */
export function settle(session: Session, unit: Unit, parsed: number): void {
  if (unit.simple) session.statements.delete('');
  for (const statement of unit.closes) session.statements.delete(statement);
  for (const { statement, parse, sql } of unit.parses.slice(0, parsed))
    session.statements.set(statement, { parse, sql });
}
