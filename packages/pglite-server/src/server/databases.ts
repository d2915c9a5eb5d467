import type { Cluster } from '../cluster/cluster.ts';
import { Clients } from '../database/clients.ts';
import { SharedDatabase } from '../database/database.ts';
import type { Session } from '../database/session.ts';
import type { WireError } from '../protocol/backend.ts';

/** DROP DATABASE waits this many milliseconds for clients that are just leaving, as PostgreSQL does. */
const LEAVING = 5_000;

/** The databases that have or had clients, and work that concerns the set of them. */
export class Databases {
  readonly cluster: Cluster;
  readonly clients = new Clients();
  #waitFor: number;
  #used = new Map<string, SharedDatabase>();
  #exclusive: Promise<unknown> = Promise.resolve();
  #awaitingLeave: (() => void)[] = [];
  #ids = 0;

  /** @param waitFor how long a client waits for another's transaction that does nothing, in milliseconds */
  constructor(cluster: Cluster, waitFor: number) {
    this.cluster = cluster;
    this.#waitFor = waitFor;
  }

  /** A number for a client, which none had before. */
  nextId(): number {
    return ++this.#ids;
  }

  get(name: string): SharedDatabase {
    let database = this.#used.get(name);
    if (!database) {
      database = new SharedDatabase(name, this.cluster, this.clients, this.#waitFor);
      this.#used.set(name, database);
    }
    return database;
  }

  /** Runs work on the set of databases while no other such work runs. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#exclusive.then(work);
    this.#exclusive = done.catch(() => {});
    return await done;
  }

  /** Waits for the last client of a database to leave; false when one stays. */
  async emptied(name: string): Promise<boolean> {
    const isEmpty = () => (this.#used.get(name)?.sessions.size ?? 0) === 0;
    const end = performance.now() + LEAVING;
    while (!isEmpty() && performance.now() < end) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, end - performance.now());
      this.#awaitingLeave.push(resolve);
      await promise;
      clearTimeout(timer);
    }
    return isEmpty();
  }

  /** To be called when a client has left. */
  left(session: Session): void {
    this.clients.left(session);
    for (const resolve of this.#awaitingLeave.splice(0)) resolve();
  }

  /** Closes a database that has no clients; false when one came meanwhile. Its files are free until the next event. */
  async close(name: string): Promise<boolean> {
    const database = this.#used.get(name);
    await database?.close();
    if (database && database.sessions.size > 0) return false;
    this.#used.delete(name);
    return true;
  }

  endSessions(name: string, failure: Omit<WireError, 'severity'>): void {
    for (const session of this.#used.get(name)?.sessions ?? []) session.end(failure);
  }

  /** Ends all sessions and closes all databases, so that everything is in their files. */
  async shut(failure: Omit<WireError, 'severity'>): Promise<void> {
    for (const session of this.#sessions()) session.end(failure);
    await this.#exclusive;
    await Promise.all([...this.#used.values()].map((database) => database.shut()));
  }

  #sessions(): Session[] {
    return [...this.#used.values()].flatMap(({ sessions }) => [...sessions]);
  }
}
