import type { Preparation } from './messages.ts';
import { type Frame, join, makeFrame, readString } from './protocol/frames.ts';
import { readExtended } from './protocol/frontend.ts';
import type { Session, Statement } from './session.ts';
import { quoteName } from './sql.ts';

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
}

/** Puts a client's messages together, with the names of its statements made its own. */
export function makeUnit(session: Session, frames: Frame[]): Unit {
  const unit: Unit = {
    simple: frames[0]?.type === 'Q',
    complete: ['Q', 'S', 'F'].includes(frames.at(-1)?.type ?? ''),
    bytes: new Uint8Array(0),
    texts: [],
    parses: [],
    uses: [],
    closes: [],
    types: frames.map(({ type }) => type).join(''),
  };
  const parts: Uint8Array[] = [];
  for (const frame of frames) {
    const { type, bytes } = resetAuthorization(session, frame);
    if (type === 'Q') unit.texts.push(readString(bytes, 5).text);
    const message = readExtended(session.id, type, bytes);
    parts.push(message.bytes);
    if (message.statement === undefined) continue;
    const { statement } = message;
    if (type === 'P') {
      // The parts of the socket's buffer are used again, so what is kept is copied.
      unit.parses.push({ statement, parse: message.bytes.slice(), sql: message.sql ?? '' });
    } else if (type === 'C') unit.closes.push(statement);
    else use(session, unit, statement, type === 'B');
    if (type === 'P') unit.texts.push(message.sql ?? '');
  }
  unit.bytes = join(parts);
  return unit;
}

/** PGlite's session has no authorization to return to (it was never logged in): the client's own is put there. */
function resetAuthorization(session: Session, frame: Frame): Frame {
  if (frame.type !== 'Q') return frame;
  const { text } = readString(frame.bytes, 5);
  if (!/^\s*(reset\s+session\s+authorization|set\s+session\s+authorization\s+default)\s*;?\s*$/i.test(text))
    return frame;
  return { type: 'Q', bytes: makeFrame('Q', `set session authorization ${quoteName(session.user)}`) };
}

function use(session: Session, unit: Unit, statement: string, runs: boolean): void {
  if (unit.parses.some((parsed) => parsed.statement === statement)) return;
  const known = session.statements.get(statement);
  if (!known) return;
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
