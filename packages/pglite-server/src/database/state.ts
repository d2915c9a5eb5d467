import type { Instance } from './instance.ts';
import type { Session } from './session.ts';
import type { Turn } from './turns.ts';
import { type StatementWatch, watchOf } from './watch.ts';

/** The thread of an open database, and what it has by now. */
export interface OpenBackend {
  readonly instance: Instance;
  /** The client whose session the backend has; what it changed may not be captured yet. */
  current: Session | null;
  /** The version of the cluster's roles and databases that it knows. */
  followed: number;
  /** Once it was asked to close: resolves when the thread has ended. It finishes what it runs, and begins nothing. */
  closing: Promise<void> | null;
}

/**
 * One database and its one backend.
 *
 * | state   | means                                                        | becomes                                         |
 * | ------- | ------------------------------------------------------------ | ----------------------------------------------- |
 * | closed  | no thread has its files open                                 | opening, when a client wants to run something   |
 * | opening | the thread opens the files; clients wait                     | free                                            |
 * | free    | no transaction is open                                       | running                                         |
 * | running | the backend works for one client, or waits for its COPY data | free, or held when that leaves something open   |
 * | held    | a client's transaction or batch is open, and it says nothing | running its next exchange; or, when its transaction can make way, another client's; free when it waits too long itself |
 *
 * Each but closed becomes closed when the thread ends: on request (a database without clients, DROP DATABASE, the end of
 * the engine), because it could not open, or by a crash. A crash ends the clients whose work was on the backend.
 */
export type DatabaseState =
  | { readonly is: 'closed' }
  | { readonly is: 'opening' | 'free'; readonly backend: OpenBackend }
  | { readonly is: 'held'; readonly backend: OpenBackend; readonly holder: Session }
  | RunningState;

export interface RunningState {
  readonly is: 'running';
  readonly backend: OpenBackend;
  readonly turn: Turn;
  /** It is a COPY FROM STDIN that waits for the client's data. */
  copying: boolean;
  /** Notifications for the client that runs: it gets them after its answer. */
  readonly notifications: Uint8Array[];
  readonly watch: StatementWatch;
}

export const CLOSED: DatabaseState = { is: 'closed' };

export function runningState(backend: OpenBackend, turn: Turn): RunningState {
  return { is: 'running', backend, turn, copying: false, notifications: [], watch: watchOf(turn) };
}

/** After a turn: held by a client that left a transaction or a batch open. */
export function stateAfter(backend: OpenBackend, session: Session): DatabaseState {
  const open = session.status !== 'I' || session.batchOpen;
  return open ? { is: 'held', backend, holder: session } : { is: 'free', backend };
}

/** Whether those who wait, wait for a client that does nothing. */
export function isStuck(state: DatabaseState): boolean {
  return state.is === 'free' || state.is === 'held' || (state.is === 'running' && state.copying);
}

/** The clients that lose something when the thread ends now. */
export function losersOf(state: DatabaseState): Session[] {
  if (state.is === 'closed') return [];
  const busy = state.is === 'running' ? state.turn.session : state.is === 'held' ? state.holder : null;
  return [busy, state.backend.current].filter((session) => session !== null);
}
