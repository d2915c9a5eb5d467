import { errorFields } from '../protocol/backend.ts';
import { makeFrame } from '../protocol/frames.ts';
import type { InterruptReason } from '../signals.ts';

const CANCELLED = '57014';
const NOT_SUPPORTED = '0A000';

/** The error that a client gets for the backend's: where the engine is the cause, it says so as PostgreSQL would. */
export function told(frame: Uint8Array, interrupted: InterruptReason): Uint8Array {
  const fields = errorFields(frame);
  if (fields.C === CANCELLED && interrupted === 'timeout') {
    return withFields({ ...fields, M: 'canceling statement due to statement timeout' });
  }
  if (fields.M?.startsWith('could not execute command')) {
    return withFields({ ...fields, C: NOT_SUPPORTED, M: 'the embedded engine cannot run programs' });
  }
  return frame;
}

function withFields(fields: Record<string, string>): Uint8Array {
  return makeFrame('E', ...Object.entries(fields).map(([letter, text]) => letter + text), Buffer.from([0]));
}
