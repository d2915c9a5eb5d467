import { createHash } from 'node:crypto';
import { makeFrame, ProtocolError, readInt32, readString } from './frames.ts';

/** PostgreSQL cuts longer names, and two names that are equal up to there would be one. */
const LONGEST_NAME = 63;

/** A message of the extended protocol, as far as the engine needs to understand it. */
export interface ExtendedMessage {
  /** The message with the statement's name made unique to its client. */
  bytes: Uint8Array;
  /** The statement that it makes, uses or closes, under the name that the backend knows. */
  statement?: string;
  /** The SQL of a Parse. */
  sql?: string;
  /** The portal that a Bind makes or an Execute runs. */
  portal?: string;
  /** How many rows an Execute asks for; 0 for all. */
  limit?: number;
}

/** The name of a client's prepared statement on the one backend; the unnamed one stays unnamed. */
export function backendName(client: number, name: string): string {
  if (name === '') return '';
  const full = `${client}/${name}`;
  if (Buffer.byteLength(full) <= LONGEST_NAME) return full;
  return `${client}/${createHash('sha1').update(name).digest('hex')}`;
}

/** Reads Parse, Bind, Describe, Execute and Close, and renames the statement that they name. */
export function readExtended(client: number, type: string, bytes: Uint8Array): ExtendedMessage {
  if (type === 'P') {
    const name = readString(bytes, 5);
    const sql = readString(bytes, name.next);
    const statement = backendName(client, name.text);
    return { bytes: renamed(type, bytes, 5, name.next, statement), statement, sql: sql.text };
  }
  if (type === 'B') {
    const portal = readString(bytes, 5);
    const name = readString(bytes, portal.next);
    const statement = backendName(client, name.text);
    return { bytes: renamed(type, bytes, portal.next, name.next, statement), statement, portal: portal.text };
  }
  if ((type === 'D' || type === 'C') && bytes[5] === 'S'.charCodeAt(0)) {
    const name = readString(bytes, 6);
    const statement = backendName(client, name.text);
    return { bytes: renamed(type, bytes, 6, name.next, statement), statement };
  }
  if (type === 'E') {
    const portal = readString(bytes, 5);
    return { bytes, portal: portal.text, limit: readInt32(bytes, portal.next) };
  }
  return { bytes };
}

/** The bytes with what lies between two offsets replaced by a name. */
function renamed(type: string, bytes: Uint8Array, from: number, to: number, name: string): Uint8Array {
  if (name === '' && to - from === 1) return bytes;
  return makeFrame(type, bytes.subarray(5, from), name, bytes.subarray(to));
}

/** A client's first message: the start of a session, a cancel request, or a request for encryption (SSL or GSSAPI). */
export type Opening =
  | { kind: 'start'; parameters: Map<string, string> }
  | { kind: 'cancel'; process: number; secret: number }
  | { kind: 'encrypt' };

const PROTOCOL_3 = 3;
const CANCEL = 80877102;
const SSL = 80877103;
const GSSENC = 80877104;

/** Reads the first message, which has no type letter: its length, a code, and what belongs to the code. */
export function readOpening(bytes: Uint8Array): Opening {
  const code = readInt32(bytes, 4);
  if (code === SSL || code === GSSENC) return { kind: 'encrypt' };
  if (code === CANCEL) {
    if (bytes.length < 16) throw new ProtocolError('a cancel request is too short');
    return { kind: 'cancel', process: readInt32(bytes, 8), secret: readInt32(bytes, 12) };
  }
  if (code >> 16 !== PROTOCOL_3) {
    throw new ProtocolError(`unsupported frontend protocol ${code >> 16}.${code & 0xffff}: this server speaks 3.0`);
  }
  const parameters = new Map<string, string>();
  let at = 8;
  while (at < bytes.length && bytes[at] !== 0) {
    const name = readString(bytes, at);
    const value = readString(bytes, name.next);
    parameters.set(name.text, value.text);
    at = value.next;
  }
  return { kind: 'start', parameters };
}
