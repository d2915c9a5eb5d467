import type { Session } from './session.ts';
import { conflicts } from './sql/replayable.ts';
import type { Unit } from './unit.ts';

/** What became of a unit: it ran, or it was refused before it could. */
export type Outcome = 'ran' | 'refused';

/** A client's wish to run something on the one backend. */
export interface Turn {
  session: Session;
  /** None for a client that left and whose traces have to go. */
  unit: Unit | null;
  /** How long it still waits while another client's transaction does nothing, in milliseconds. */
  patience: number;
  settle(outcome: Outcome): void;
}

/** The clients that wait for a database, and who comes next. */
export class Turns {
  waiting: Turn[] = [];
  /** The client whose transaction or batch is open: nobody else can run anything. */
  holder: Session | null = null;
  /** The clients whose transactions were rolled back for now, to be begun again. */
  suspended = new Set<Session>();

  /** Takes out the turn that can run now; `suspend` when the holder's transaction has to make way first. */
  next(): { turn: Turn; suspend: Session | null } | null {
    const holder = this.holder;
    if (holder) {
      const own = this.waiting.find((turn) => turn.session === holder && !this.#locked(turn));
      if (own) return { turn: this.#take(own), suspend: null };
      if (!holder.transaction || holder.batchOpen) return null;
    }
    const turn = this.waiting.find((waiting) => waiting.session !== holder && !this.#locked(waiting));
    return turn ? { turn: this.#take(turn), suspend: holder } : null;
  }

  /** Takes out the turns whose patience is over after some time. */
  expire(elapsed: number): Turn[] {
    for (const turn of this.waiting) turn.patience -= elapsed;
    const expired = this.waiting.filter((turn) => turn.patience <= 0 && turn.unit !== null);
    this.waiting = this.waiting.filter((turn) => !expired.includes(turn));
    return expired;
  }

  /** Takes out the turns that would only remove a client's traces. */
  takeTraces(): Turn[] {
    const traces = this.waiting.filter(({ unit }) => unit === null);
    this.waiting = this.waiting.filter(({ unit }) => unit !== null);
    return traces;
  }

  /** A suspended transaction still counts as holding its locks against another LOCK of the same tables. */
  #locked(turn: Turn): boolean {
    const others = [...this.suspended].filter((other) => other !== turn.session);
    if (others.length === 0 || !turn.unit) return false;
    const wanted = turn.unit.replayables().flatMap((statement) => (statement?.kind === 'lock' ? statement.locks : []));
    const held = others.flatMap(({ replay }) => replay.flatMap(({ locks }) => locks));
    return wanted.some((one) => held.some((other) => conflicts(one, other)));
  }

  #take(turn: Turn): Turn {
    this.waiting.splice(this.waiting.indexOf(turn), 1);
    return turn;
  }
}

/** Whether a unit only begins, locks and reads. Then PostgreSQL is asked whether its reading wrote something. */
export function hasToBeConfirmed(session: Session, { opaque, replayables }: Unit): boolean {
  if (opaque || (session.transaction === null && session.replay.length === 0)) return false;
  const statements = replayables();
  return statements.every((each) => each !== null) && statements.some((each) => each.kind === 'read');
}

/**
 * Follows what a transaction did, to know whether it can be suspended: only BEGIN, LOCK and plain reading so far.
 * @param unchanged whether PostgreSQL says that the transaction has written nothing
 */
export function trackTransaction(session: Session, unit: Unit, began: boolean, unchanged: boolean): void {
  if (session.status !== 'T' || session.batchOpen || unit.opaque) session.transaction = null;
  else if (began) session.transaction = [];
  if (session.transaction === null) return;
  const statements = unit.replayables();
  if (statements.some((each) => each === null || (each.kind === 'read' && !unchanged))) {
    session.transaction = null;
    return;
  }
  for (const [at, statement] of statements.entries()) {
    if (statement?.kind === 'begin') session.transaction.push({ sql: unit.texts[at] ?? '', locks: [] });
    if (statement?.kind === 'lock') session.transaction.push({ sql: unit.texts[at] ?? '', locks: statement.locks });
  }
}
