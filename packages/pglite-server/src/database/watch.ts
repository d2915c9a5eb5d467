import type { InterruptReason } from '../signals.ts';
import type { Turn } from './turns.ts';

/** As much of a statement's text as others are shown, in characters. */
const SHOWN = 200;

/** The observation of what runs: since when, and whether it is to end. */
export interface StatementWatch {
  /** The time when the exchange began, for people. */
  readonly began: Date;
  /** The statement's text, shortened. */
  readonly sql: string;
  /** When the exchange's current statement began, and which that is; milliseconds of `performance.now()`. */
  since: number;
  progress: number | null;
  goneSince: number | null;
  interruption: { reason: InterruptReason; asked: number; delivered: boolean } | null;
}

export function watchOf({ exchange }: Turn): StatementWatch {
  const text = (exchange?.texts[0] ?? '').trim().replace(/\s+/g, ' ');
  const sql = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return { began: new Date(), sql, since: performance.now(), progress: null, goneSince: null, interruption: null };
}
