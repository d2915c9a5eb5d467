import type { Cluster } from '../cluster/cluster.ts';
import type { FromWorker } from '../messages.ts';
import { errorResponse, readyForQuery, type WireError } from '../protocol/backend.ts';
import type { Clients } from './clients.ts';
import { type Exchange, settle } from './exchange.ts';
import { backendEnded, cancelled, cannotOpen, cutOff, diskFull, heldOpen, lacksRoom } from './failures.ts';
import { Instance } from './instance.ts';
import { interrupt, tellWaiting, watchStatement } from './interruption.ts';
import { channelsOf, trackListening } from './listeners.ts';
import { LockTimeout } from './lock-timeout.ts';
import { makeForget, makeRun } from './requests.ts';
import type { Session } from './session.ts';
import { CLOSED, type DatabaseState, isStuck, losersOf, type OpenBackend, runningState, stateAfter } from './state.ts';
import { doom, suspend, transactionAfter } from './suspension.ts';
import { type Turn, type TurnOutcome, Turns } from './turns.ts';

/** A database without clients is closed after this many milliseconds, to give its memory back. */
const IDLE = 30_000;
/** How often it is looked at what runs and who waits, in milliseconds. */
const LOOK = 20;

/** One database: its clients take turns on its one backend, and each has its own session there. See state.ts. */
export class SharedDatabase {
  readonly name: string;
  readonly sessions = new Set<Session>();
  #cluster: Cluster;
  #clients: Clients;
  #waitFor: number;
  #state: DatabaseState = CLOSED;
  #turns = new Turns(this.sessions);
  #lockTimeout = new LockTimeout(
    this.#turns,
    (turn) => this.#refuse(turn),
    () => this.#pump(),
  );
  #idle: NodeJS.Timeout | null = null;
  #looking: NodeJS.Timeout | null = null;
  /** Another process may open the files from now on. */
  #shut = false;

  /** @param waitFor how long a client waits for another's transaction that does nothing, in milliseconds */
  constructor(name: string, cluster: Cluster, clients: Clients, waitFor: number) {
    this.name = name;
    this.#cluster = cluster;
    this.#clients = clients;
    this.#waitFor = waitFor;
  }

  /** Whether a client's COPY FROM STDIN waits for data. */
  isCopying(session: Session): boolean {
    return this.#state.is === 'running' && this.#state.copying && this.#state.turn.session === session;
  }

  /** Hands on data for the COPY that runs. */
  feed(bytes: Uint8Array<ArrayBuffer>, last: boolean): void {
    if (this.#state.is !== 'running') return;
    if (last) this.#state.copying = false;
    this.#state.backend.instance.feed(bytes);
    this.#pump();
  }

  join(session: Session): void {
    this.sessions.add(session);
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
  }

  /** Runs an exchange when it is the client's turn; without one, removes the client's traces. */
  run(session: Session, exchange: Exchange | null): Promise<TurnOutcome> {
    const { promise, resolve } = Promise.withResolvers<TurnOutcome>();
    if (exchange) session.begins(exchange.texts);
    this.#turns.waiting.push({
      session,
      exchange,
      remaining: this.#waitFor,
      since: performance.now(),
      told: false,
      settle: (outcome) => {
        session.ends();
        resolve(outcome);
      },
    });
    this.#pump();
    return promise;
  }

  /** Ends what a client runs or waits for, as PostgreSQL's request to cancel does; nothing where it does neither. */
  cancel(session: Session): void {
    if (this.#state.is === 'running' && this.#state.turn.session === session) interrupt(this.#state, 'cancel');
    for (const turn of this.#turns.takeOf(session)) this.#refuse(turn, cancelled('cancel'));
  }

  /** Ends a client's session, as PostgreSQL's pg_terminate_backend does, and at once what it runs. */
  terminate(session: Session): void {
    session.end({ code: '57P01', message: 'terminating connection due to administrator command' });
    if (this.#state.is === 'running' && this.#state.turn.session === session) interrupt(this.#state, 'gone');
  }

  /** Removes every trace of a client that disconnected, or of its session on DISCARD ALL. */
  async forget(session: Session): Promise<void> {
    if (session.transaction.is === 'suspended' || session.transaction.is === 'doomed') {
      session.transaction = { is: 'none' };
    }
    if (this.#state.is !== 'closed' && !this.#state.backend.closing) {
      const traces = this.#state.backend.current === session || session.statements.size > 0 || session.usesTemp;
      // A client that stays waits for its turn in any case: a state of it from before may be on its way.
      if (traces || !session.gone) await this.run(session, null);
    }
    session.statements.clear();
    session.channels.clear();
  }

  async leave(session: Session): Promise<void> {
    this.#turns.drop(session);
    await this.forget(session);
    this.sessions.delete(session);
    if (this.sessions.size === 0 && this.#state.is !== 'closed') {
      this.#idle = setTimeout(() => void this.close(), IDLE);
    }
  }

  /** Closes the database's files; the next client opens them again. */
  async close(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    if (this.#state.is === 'closed') return;
    const { backend } = this.#state;
    backend.closing ??= backend.instance.close();
    await backend.closing;
  }

  /** Closes the database for good. */
  async shut(): Promise<void> {
    this.#shut = true;
    await this.close();
  }

  /** Does what can be done now; to be called at every change. */
  #pump(): void {
    this.#lockTimeout.update(isStuck(this.#state));
    const state = this.#state;
    if (this.#turns.waiting.length > 0 && !this.#shut) {
      if (state.is === 'closed') this.#open();
      else if (state.is === 'free' && !state.backend.closing) this.#runNext(state.backend, null);
      else if (state.is === 'held' && !state.backend.closing) this.#runNext(state.backend, state.holder);
    }
    this.#lockTimeout.update(isStuck(this.#state));
    if (this.#state.is === 'running' && !this.#looking) this.#looking = setInterval(() => this.#look(), LOOK);
  }

  /** Interrupts what is to end; tells those who wait for something long. Looks again for as long as something runs. */
  #look(): void {
    const state = this.#state;
    if (state.is !== 'running') {
      if (this.#looking) clearInterval(this.#looking);
      this.#looking = null;
      return;
    }
    const { instance } = state.backend;
    if (instance.signals && !watchStatement(state, instance.signals)) instance.kill();
    tellWaiting(state, this.#turns.waiting);
  }

  /** closed → opening */
  #open(): void {
    try {
      const instance = new Instance(this.#cluster.filesOf(this.name), {
        message: (message) => this.#hear(message),
        ended: (reason) => this.#ended(reason),
      });
      this.#state = { is: 'opening', backend: { instance, current: null, followed: 0, closing: null } };
    } catch (error) {
      this.#ended(error instanceof Error ? error.message : String(error));
    }
  }

  /** opening → free */
  #opened(backend: OpenBackend): void {
    this.#state = { is: 'free', backend };
    const channels = channelsOf(this.sessions);
    if (channels.length > 0) backend.instance.post({ type: 'listen', channels });
    this.#pump();
  }

  /** free or held → running, if a turn can run */
  #runNext(backend: OpenBackend, holder: Session | null): void {
    const next = this.#turns.next(holder);
    if (!next) return;
    const { turn, suspended } = next;
    if (suspended) {
      backend.instance.post({ type: 'rollback' });
      suspend(suspended);
    }
    if ((!holder || suspended) && backend.followed < this.#cluster.version) {
      backend.instance.post({ type: 'cluster', state: this.#cluster.state });
      backend.followed = this.#cluster.version;
    }
    const { session, exchange } = turn;
    if (session === holder || session.transaction.is === 'suspended') this.#turns.restart(session, this.#waitFor);
    this.#state = runningState(backend, turn);
    backend.current = session;
    if (exchange) backend.instance.post(makeRun(session, exchange));
    else backend.instance.post(makeForget(session, holder === session, [...this.sessions]));
  }

  /** running → free or held */
  #done({ summary, refused, unchanged }: FromWorker & { type: 'done' }): void {
    if (this.#state.is !== 'running') return;
    const { backend, turn, notifications } = this.#state;
    const { session, exchange } = turn;
    if (refused) session.end(refused);
    const before = session.status;
    session.status = summary.status ?? before;
    session.batchOpen = summary.status === null;
    this.#state = stateAfter(backend, session);
    if (exchange) {
      settle(session, exchange, summary.parsed);
      session.transaction = transactionAfter(session, exchange, before, unchanged);
      if (trackListening(session, exchange, summary)) {
        backend.instance.post({ type: 'listen', channels: channelsOf(this.sessions) });
      }
    } else session.transaction = { is: 'none' };
    for (const frame of notifications) session.send(frame);
    turn.settle('ran');
    this.#pump();
  }

  /** The client waited too long for another's transaction that does nothing, or no longer wants to. Held by itself → free. */
  #refuse({ session, exchange, settle }: Turn, failure = this.#heldOpen()): void {
    if (this.#state.is === 'held' && this.#state.holder === session) {
      const { backend } = this.#state;
      backend.instance.post({ type: 'rollback' });
      this.#state = { is: 'free', backend };
    }
    doom(session);
    session.send(errorResponse(failure));
    if (exchange?.complete) session.send(readyForQuery(session.status));
    settle('refused');
  }

  #heldOpen(): WireError {
    return heldOpen(this.name, this.#state.is === 'running' && this.#state.copying);
  }

  /** any → closed: the thread ended, on request, or because the backend crashed or could not open. */
  #ended(reason: string): void {
    const state = this.#state;
    const opened = state.is !== 'opening' && state.is !== 'closed';
    const asked = state.is !== 'closed' && state.backend.closing !== null;
    const lost = new Set(losersOf(state));
    if (!opened && !asked) for (const turn of this.#turns.waiting.splice(0)) lost.add(turn.session);
    const interruption = state.is === 'running' ? state.watch.interruption : null;
    // Its temporary tables are gone, and it must not go on as if they were there.
    if (opened && !asked) for (const session of this.sessions) if (session.usesTemp) lost.add(session);
    if (state.is === 'running') {
      if (interruption) state.turn.session.end(cutOff(cancelled(interruption.reason)));
      state.turn.settle('refused');
    }
    // Traces end with the backend.
    for (const turn of this.#turns.takeTraces()) turn.settle('ran');
    this.#state = CLOSED;
    if (!asked) {
      const folder = this.#cluster.folderOf(this.name);
      const cause = opened ? backendEnded(this.name, reason) : cannotOpen(this.name, folder, reason);
      const failure = lacksRoom(folder) ? diskFull(this.name, folder) : cause;
      for (const session of lost) session.end(failure);
    }
    this.#pump();
  }

  #hear(message: FromWorker): void {
    const state = this.#state;
    if (state.is === 'opening' && message.type === 'ready') this.#opened(state.backend);
    else if (message.type === 'state') {
      for (const each of this.sessions) if (each.id === message.client) each.state = message.state;
    } else if (message.type === 'notification') this.#notify(message.channel, message.frame);
    else if (message.type === 'ask' && state.is !== 'closed') {
      state.backend.instance.answer(this.#clients.answer(message.question));
    }
    if (state.is !== 'running') return;
    const { session } = state.turn;
    if (message.type === 'output') session.send(message.bytes);
    else if (message.type === 'copy') {
      state.copying = true;
      this.#pump();
    } else if (message.type === 'consumed') session.consumed(message.bytes);
    else if (message.type === 'roles') {
      const hasAll = this.#cluster.keepRoles(message.before, message.after, message.kept);
      if (hasAll) state.backend.followed = this.#cluster.version;
    } else if (message.type === 'done') {
      if (message.output) session.send(message.output);
      this.#done(message);
    }
  }

  #notify(channel: string, frame: Uint8Array): void {
    for (const session of this.sessions) {
      if (!session.channels.has(channel)) continue;
      if (this.#state.is === 'running' && session === this.#state.turn.session) this.#state.notifications.push(frame);
      else session.send(frame);
    }
  }
}
