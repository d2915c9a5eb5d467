import { makeFrame, readString } from './frames.ts';

/** An error as the server sends it to a client: the fields of ErrorResponse; `code` is the SQLSTATE. */
export interface WireError {
  severity: 'ERROR' | 'FATAL';
  code: string;
  message: string;
  hint?: string;
}

/** The state of a client's transaction: idle, in a transaction, in a failed transaction. */
export type TransactionStatus = 'I' | 'T' | 'E';

export function errorResponse(failure: WireError): Uint8Array {
  const fields = [`S${failure.severity}`, `V${failure.severity}`, `C${failure.code}`, `M${failure.message}`];
  if (failure.hint) fields.push(`H${failure.hint}`);
  return makeFrame('E', ...fields, Buffer.from([0]));
}

export function noticeResponse(code: string, message: string): Uint8Array {
  return makeFrame('N', 'SNOTICE', 'VNOTICE', `C${code}`, `M${message}`, Buffer.from([0]));
}

export function readyForQuery(status: TransactionStatus): Uint8Array {
  return makeFrame('Z', Buffer.from(status, 'latin1'));
}

export function commandComplete(tag: string): Uint8Array {
  return makeFrame('C', tag);
}

export function parameterStatus(name: string, value: string): Uint8Array {
  return makeFrame('S', name, value);
}

export function authenticationOk(): Uint8Array {
  return makeFrame('R', int32(0));
}

export function backendKeyData(process: number, secret: number): Uint8Array {
  return makeFrame('K', int32(process), int32(secret));
}

/** The answers to Parse, Bind, Describe and Close that carry nothing. */
export const parseComplete = () => makeFrame('1');
export const bindComplete = () => makeFrame('2');
export const closeComplete = () => makeFrame('3');
export const noData = () => makeFrame('n');
export const noParameters = () => makeFrame('t', Buffer.from([0, 0]));

/** The fields of an ErrorResponse or NoticeResponse by their letters (C code, M message, S severity …). */
export function errorFields(frame: Uint8Array): Record<string, string> {
  const fields: Record<string, string> = {};
  let at = 5;
  while (at < frame.length && frame[at] !== 0) {
    const { text, next } = readString(frame, at);
    fields[text.slice(0, 1)] = text.slice(1);
    at = next;
  }
  return fields;
}

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
