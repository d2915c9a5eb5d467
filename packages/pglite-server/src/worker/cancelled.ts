import { errorFields } from '../protocol/backend.ts';
import { makeFrame } from '../protocol/frames.ts';

const CANCELLED = '57014';

/** The error of a statement that the engine interrupted because of statement_timeout: it says so, as PostgreSQL's does. */
export function timedOut(frame: Uint8Array): Uint8Array {
  const fields = errorFields(frame);
  if (fields.C !== CANCELLED) return frame;
  const told = { ...fields, M: 'canceling statement due to statement timeout' };
  return makeFrame('E', ...Object.entries(told).map(([letter, text]) => letter + text), Buffer.from([0]));
}
