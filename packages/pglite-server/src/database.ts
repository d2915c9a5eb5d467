import type { Cluster } from './cluster.ts';
import { backendEnded, cannotOpen, heldOpen } from './failures.ts';
import { Instance } from './instance.ts';
import { channelsOf, trackListening } from './listeners.ts';
import { ABORT, type FromWorker } from './messages.ts';
import { Patience } from './patience.ts';
import { errorResponse, readyForQuery } from './protocol/backend.ts';
import type { Session } from './session.ts';
import { mentionsTemporary } from './sql/mentions.ts';
import { type Outcome, type Turn, Turns, trackTransaction } from './turns.ts';
import { settle, type Unit } from './unit.ts';
import { makeForget, makeRun } from './work.ts';

/** A database without clients is closed after this time, to give its memory back. */
const IDLE = 30_000;

/** One database: its clients take turns on its one backend, and each finds its own session there. */
export class Database {
  readonly name: string;
  readonly sessions = new Set<Session>();
  #cluster: Cluster;
  #waitFor: number;
  #turns = new Turns();
  #patience = new Patience(this.#turns, (turn) => this.#refuse(turn));
  #instance: Instance | null = null;
  #ready = false;
  #running: Turn | null = null;
  #copying = false;
  /** The client whose session the backend has now; what it changed may not be captured yet. */
  #current: Session | null = null;
  #followed = 0;
  #idle: NodeJS.Timeout | null = null;
  #notifications: Uint8Array[] = [];
  #closing: Promise<void> | null = null;
  /** Another process may open the files from now on. */
  #shut = false;
  /** Told how much of a COPY's data the backend has taken. */
  onConsumed: (session: Session, bytes: number) => void = () => {};

  constructor(name: string, cluster: Cluster, waitFor: number) {
    this.name = name;
    this.#cluster = cluster;
    this.#waitFor = waitFor;
  }

  /** Whether a client's COPY FROM STDIN waits for data. */
  isCopying(session: Session): boolean {
    return this.#copying && this.#running?.session === session;
  }

  feed(bytes: Uint8Array<ArrayBuffer>, last: boolean): void {
    if (last) this.#copying = false;
    this.#instance?.feed(bytes);
    this.#pump();
  }

  join(session: Session): void {
    this.sessions.add(session);
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
  }

  /** Runs a unit when it is the client's turn; without one, removes the client's traces. */
  run(session: Session, unit: Unit | null): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#turns.waiting.push({ session, unit, patience: this.#waitFor, settle: resolve });
    this.#pump();
    return promise;
  }

  /** Removes every trace of a client that is gone, or of its session on DISCARD ALL. */
  async forget(session: Session): Promise<void> {
    this.#turns.suspended.delete(session);
    session.replay = [];
    const traces = this.#current === session || session.statements.size > 0 || session.usesTemp;
    if (traces && this.#instance && !this.#closing) await this.run(session, null);
    session.statements.clear();
    session.channels.clear();
  }

  async leave(session: Session): Promise<void> {
    this.#turns.waiting = this.#turns.waiting.filter((turn) => turn.session !== session);
    await this.forget(session);
    this.sessions.delete(session);
    if (this.sessions.size === 0 && this.#instance) {
      this.#idle = setTimeout(() => void this.close(), IDLE);
    }
  }

  /** Closes the database's files; the next client opens them again. */
  async close(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    const instance = this.#instance;
    if (!instance) return;
    this.#closing ??= instance.close();
    await this.#closing;
  }

  /** Closes the database for good. */
  async shut(): Promise<void> {
    this.#shut = true;
    await this.close();
  }

  #pump(): void {
    this.#tick();
    if (!this.#running && this.#turns.waiting.length > 0 && !this.#closing && !this.#shut) {
      if (!this.#instance) this.#open();
      else if (this.#ready) this.#runNext(this.#instance);
    }
    this.#tick();
  }

  #runNext(instance: Instance): void {
    const next = this.#turns.next();
    if (!next) return;
    const { turn, suspend } = next;
    if (suspend) {
      instance.post({ type: 'rollback' });
      suspend.replay = suspend.transaction ?? [];
      suspend.transaction = null;
      this.#turns.suspended.add(suspend);
      this.#turns.holder = null;
    }
    if (!this.#turns.holder && this.#followed < this.#cluster.version) {
      instance.post({ type: 'cluster', state: this.#cluster.state });
      this.#followed = this.#cluster.version;
    }
    this.#running = turn;
    this.#current = turn.session;
    const { session, unit } = turn;
    if (unit) {
      if (unit.texts.some(mentionsTemporary)) session.usesTemp = true;
      instance.post(makeRun(session, unit));
      this.#turns.suspended.delete(session);
      // Begun again, it can be suspended again.
      if (session.replay.length > 0 && session.replay.every(({ sql }) => sql !== ABORT))
        session.transaction = session.replay;
      return;
    }
    instance.post(makeForget(session, this.#turns.holder === session, [...this.sessions]));
  }

  #open(): void {
    this.#ready = false;
    this.#followed = 0;
    this.#current = null;
    try {
      this.#instance = new Instance(this.#cluster.filesOf(this.name), {
        message: (message) => this.#hear(message),
        ended: (reason) => this.#ended(reason),
      });
    } catch (error) {
      this.#ended(error instanceof Error ? error.message : String(error));
    }
  }

  #hear(message: FromWorker): void {
    const session = this.#running?.session;
    if (message.type === 'ready') {
      this.#ready = true;
      const channels = channelsOf(this.sessions);
      if (channels.length > 0) this.#instance?.post({ type: 'listen', channels });
      this.#pump();
    } else if (message.type === 'output') session?.send(message.bytes);
    else if (message.type === 'notification') this.#notify(message.channel, message.frame);
    else if (message.type === 'copy') {
      this.#copying = true;
      this.#tick();
    } else if (message.type === 'consumed' && session) this.onConsumed(session, message.bytes);
    else if (message.type === 'state') {
      for (const each of this.sessions) if (each.id === message.client) each.state = message.state;
    } else if (message.type === 'roles') {
      this.#cluster.keepRoles(message.roles);
      this.#followed = this.#cluster.version;
    } else if (message.type === 'done') {
      if (message.output) session?.send(message.output);
      this.#done(message);
    }
  }

  #done({ summary, refused, unchanged }: FromWorker & { type: 'done' }): void {
    const turn = this.#running;
    if (!turn) return;
    const { session, unit } = turn;
    this.#running = null;
    this.#copying = false;
    if (refused) session.end(refused);
    const began = session.status === 'I';
    session.replay = [];
    session.status = summary.status ?? session.status;
    session.batchOpen = summary.status === null;
    this.#turns.holder = session.status !== 'I' || session.batchOpen ? session : null;
    if (unit) {
      settle(session, unit, summary.parsed);
      trackTransaction(session, unit, began, unchanged);
      if (trackListening(session, unit, summary)) {
        this.#instance?.post({ type: 'listen', channels: channelsOf(this.sessions) });
      }
    }
    for (const frame of this.#notifications.splice(0)) session.send(frame);
    turn.settle('ran');
    this.#pump();
  }

  #tick(): void {
    this.#patience.update(this.#ready && (!this.#running || this.#copying));
  }

  /** The client waited long enough for another's transaction that does nothing. */
  #refuse(turn: Turn): void {
    const { session, unit } = turn;
    const held = this.#turns.holder === session;
    if (held) this.#instance?.post({ type: 'rollback' });
    if (held) this.#turns.holder = null;
    const begun = held ? (session.transaction ?? []) : session.replay;
    if (session.status === 'T') {
      // Its transaction has failed: begun again, it must say so until the client rolls it back.
      session.replay = [...begun, { sql: ABORT, locks: [] }];
      session.transaction = null;
      session.status = 'E';
    }
    session.send(errorResponse(heldOpen(this.name)));
    if (unit?.complete) session.send(readyForQuery(session.status));
    turn.settle('refused');
  }

  /** The thread ended: on request, or because the backend crashed or could not open. */
  #ended(reason: string): void {
    const opened = this.#ready;
    const asked = this.#closing !== null;
    const lost = new Set([this.#running?.session, this.#turns.holder, this.#current]);
    if (!opened && !asked) for (const turn of this.#turns.waiting.splice(0)) lost.add(turn.session);
    this.#running?.settle('refused');
    // Traces end with the backend.
    for (const turn of this.#turns.takeTraces()) turn.settle('ran');
    this.#instance = this.#closing = this.#running = this.#current = null;
    this.#turns.holder = null;
    this.#ready = this.#copying = false;
    if (!asked) {
      const folder = this.#cluster.folderOf(this.name);
      const failure = opened ? backendEnded(this.name, reason) : cannotOpen(this.name, folder, reason);
      for (const session of lost) session?.end(failure);
    }
    this.#pump();
  }

  #notify(channel: string, frame: Uint8Array): void {
    for (const session of this.sessions) {
      if (!session.channels.has(channel)) continue;
      if (session === this.#running?.session) this.#notifications.push(frame);
      else session.send(frame);
    }
  }
}
