import { conflicts } from '../sql/replayable.ts';
import type { Exchange } from './exchange.ts';
import type { Session } from './session.ts';
import { canMakeWay, suspendedLocks } from './suspension.ts';

/** The outcome of a turn: it ran, or it was refused before it started. */
export type TurnOutcome = 'ran' | 'refused';

/** A client's wish to run something on the one backend. */
export interface Turn {
  session: Session;
  /** None for a client that left and whose traces have to go. */
  exchange: Exchange | null;
  /** How long it still waits while another client's transaction does nothing, in milliseconds; all of it, once that does something. */
  remaining: number;
  /** When it began to wait; milliseconds of `performance.now()`. */
  since: number;
  /** Its client has heard what it waits for. */
  told: boolean;
  settle(outcome: TurnOutcome): void;
}

/** The turns that wait for a database, and which comes next. */
export class Turns {
  waiting: Turn[] = [];
  #sessions: ReadonlySet<Session>;

  /** @param sessions all clients of the database: a suspended transaction is among theirs */
  constructor(sessions: ReadonlySet<Session>) {
    this.#sessions = sessions;
  }

  /** Takes out the turn that can run now; `suspended` is the holder when its transaction has to make way first. */
  next(holder: Session | null): { turn: Turn; suspended: Session | null } | null {
    if (holder) {
      const own = this.waiting.find((turn) => turn.session === holder && !this.#isLocked(turn));
      if (own) return { turn: this.#take(own), suspended: null };
      if (!canMakeWay(holder)) return null;
    }
    const turn = this.waiting.find((waiting) => waiting.session !== holder && !this.#isLocked(waiting));
    return turn ? { turn: this.#take(turn), suspended: holder } : null;
  }

  /** Takes out the turns that have waited too long after some more milliseconds. */
  expire(elapsed: number): Turn[] {
    for (const turn of this.waiting) turn.remaining -= elapsed;
    return this.#takeAll(({ remaining, exchange }) => remaining <= 0 && exchange !== null);
  }

  /** A client whose transaction others wait for does something: they wait as long as at first from now on. */
  restart(active: Session, waitFor: number): void {
    for (const turn of this.waiting) if (turn.session !== active) turn.remaining = waitFor;
  }

  /** Takes out the turns that would only remove a client's traces. */
  takeTraces(): Turn[] {
    return this.#takeAll(({ exchange }) => exchange === null);
  }

  /** Takes out what a client waits to run. */
  takeOf(session: Session): Turn[] {
    return this.#takeAll((turn) => turn.session === session && turn.exchange !== null);
  }

  /** Drops the turns of a client that disconnected. */
  drop(session: Session): void {
    this.#takeAll((turn) => turn.session === session);
  }

  #isLocked({ session, exchange }: Turn): boolean {
    const held = [...this.#sessions].filter((other) => other !== session).flatMap(suspendedLocks);
    if (held.length === 0 || !exchange) return false;
    const wanted = exchange.replayables().flatMap((statement) => (statement?.kind === 'lock' ? statement.locks : []));
    return wanted.some((one) => held.some((other) => conflicts(one, other)));
  }

  #take(turn: Turn): Turn {
    this.#takeAll((other) => other === turn);
    return turn;
  }

  #takeAll(wanted: (turn: Turn) => boolean): Turn[] {
    const taken = this.waiting.filter(wanted);
    this.waiting = this.waiting.filter((turn) => !taken.includes(turn));
    return taken;
  }
}
