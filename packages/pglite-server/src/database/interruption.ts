import { noticeResponse } from '../protocol/backend.ts';
import type { InterruptReason, Signals } from '../signals.ts';
import { readStatements } from '../sql/statements.ts';
import type { RunningState } from './state.ts';
import type { Turn } from './turns.ts';

/** A statement whose client disconnected is interrupted after this many milliseconds: a short one ends by itself. */
const CLIENT_GONE = 1_000;
/** A backend that does not look at an interrupt for this many milliseconds is ended with its thread. */
const DEAF = 4_000;
/** Who has waited this many milliseconds for another client's statement hears of it. */
const LONG_WAIT = 2_000;

/** Asks for the statement that runs to end; the reason given first is the one that its client hears. */
export function interrupt({ watch }: RunningState, reason: InterruptReason): void {
  watch.interruption ??= { reason, asked: performance.now(), delivered: false };
}

/**
 * Looks at what runs, and interrupts it where that is due.
 * @returns false when the backend does not react, so that its thread has to be ended
 */
export function watchStatement(state: RunningState, signals: Signals): boolean {
  const { watch, turn, copying } = state;
  // What the engine does for itself is short, and never interrupted.
  if (turn.exchange === null) return true;
  const now = performance.now();
  if (signals.progress !== watch.progress) {
    watch.progress = signals.progress;
    watch.since = now;
  }
  if (turn.session.gone) watch.goneSince ??= now;
  const limit = signals.statementTimeout;
  if (limit > 0 && now - watch.since >= limit && now - watch.since >= limit * statementsIn(turn)) {
    interrupt(state, 'timeout');
  }
  if (watch.goneSince !== null && now - watch.goneSince >= CLIENT_GONE) interrupt(state, 'gone');
  const { interruption } = watch;
  if (interruption === null) return true;
  // Once for a client that goes on: it may catch the error. Again and again for one that nobody hears.
  if (!interruption.delivered || turn.session.gone) {
    if (signals.interrupt(turn.session.gone ? 'gone' : interruption.reason)) interruption.delivered = true;
  }
  // A COPY looks at it when its client sends the next data, as on a server.
  return copying || !signals.pending || now - interruption.asked < DEAF;
}

/**
 * How many statements the longest text has: the limit is for each, but the backend does not say when one of them ends.
 */
function statementsIn({ exchange }: Turn): number {
  const counts = exchange?.texts.map((text) => (readStatements(text) ?? text.split(';')).length) ?? [];
  return Math.max(1, ...counts);
}

/** Tells those who have waited long, once each, what they wait for. */
export function tellWaiting({ turn, watch }: RunningState, waiting: Turn[]): void {
  const seconds = Math.round((Date.now() - watch.began.getTime()) / 1000);
  if (turn.exchange === null || seconds * 1000 < LONG_WAIT) return;
  for (const each of waiting) {
    if (each.told || each.session === turn.session || performance.now() - each.since < LONG_WAIT) continue;
    each.told = true;
    const since = `${watch.began.toISOString()}, for ${seconds} s`;
    const message = `waiting for a statement of client ${turn.session.id}, which runs since ${since}: ${watch.sql}`;
    each.session.send(noticeResponse('00000', message));
  }
}
