import type { ClientState, ClientStatus } from '../messages.ts';
import type { SharedMemory } from '../shared-memory.ts';
import type { Registers } from './registers.ts';

/** Where an entry of PostgreSQL's list of backends has its fields, in bytes (struct PgBackendStatus of PostgreSQL 18). */
const FIELD = {
  process: 4,
  type: 8,
  connected: 16,
  transactionSince: 24,
  querySince: 32,
  stateSince: 40,
  database: 48,
  user: 52,
  state: 208,
  application: 212,
  query: 216,
};
const ENTRY = 408;
/** How much room an entry has for its texts, in bytes; NAMEDATALEN and track_activity_query_size. */
const ROOM = { application: 64, query: 1024 };
/** A client's backend, in PostgreSQL's enum BackendType. */
const CLIENT_BACKEND = 1;
/** PostgreSQL's enum BackendState. */
const STATES: Record<ClientState, number> = {
  idle: 2,
  active: 3,
  'idle in transaction': 4,
  'idle in transaction (aborted)': 6,
};
/** PostgreSQL's times begin in the year 2000, and count microseconds. */
const EPOCH = Date.UTC(2000, 0, 1);
const MARK = 'pglite-server looks for itself';

/** Numbers that one database has for the names in a client's status; 0 for one that it does not know. */
export interface ObjectIds {
  user(name: string): number;
  database(name: string): number;
}

/**
 * The list of backends in PostgreSQL's shared memory, from which `pg_stat_activity` and all that stands on it read. The
 * backend's own entry is there already; those of the clients that do not run are written here.
 */
export class Activity {
  #memory: SharedMemory;
  /** Where the entries are, in bytes; the first is the backend's own. */
  #entries: number[] = [];

  /** @param set sets application_name, which tells the backend's own entry from everything else in its memory */
  constructor(registers: Registers, set: (application: string) => void) {
    this.#memory = registers.memory;
    set(MARK);
    const heap = new Int32Array(this.#memory.buffer);
    let at = registers.process >> 2;
    do at = heap.indexOf(registers.ownProcess, at + 1);
    while (at > 0 && this.#text(heap[at + ((FIELD.application - FIELD.process) >> 2)] ?? 0, MARK.length) !== MARK);
    set('');
    if (at < 0) throw new Error('The embedded engine does not know the memory of this version of PGlite.');
    const own = (at << 2) - FIELD.process;
    const applicationOf = (entry: number) => heap[(entry + FIELD.application) >> 2] ?? 0;
    // The texts of all entries lie in one row, in their order.
    for (
      let entry = own;
      applicationOf(entry) === applicationOf(own) + this.#entries.length * ROOM.application;
      entry += ENTRY
    )
      this.#entries.push(entry);
  }

  /** Shows the clients; the one whose statement runs has the backend's own entry, which PostgreSQL keeps itself otherwise. */
  show(clients: ClientStatus[], running: number, ids: ObjectIds): void {
    const [own = 0, ...others] = this.#entries;
    const heap = new Int32Array(this.#memory.buffer);
    heap[(own + FIELD.process) >> 2] = running;
    for (const client of clients) {
      const entry = client.process === running ? own : others.shift();
      if (entry === undefined) break;
      heap[(entry + FIELD.process) >> 2] = client.process;
      heap[(entry + FIELD.type) >> 2] = CLIENT_BACKEND;
      heap[(entry + FIELD.user) >> 2] = ids.user(client.user);
      this.#time(entry + FIELD.connected, client.connected);
      if (entry === own) continue;
      heap[(entry + FIELD.database) >> 2] = ids.database(client.database);
      heap[(entry + FIELD.state) >> 2] = STATES[client.state];
      this.#time(entry + FIELD.transactionSince, client.transactionSince);
      this.#time(entry + FIELD.querySince, client.querySince);
      this.#time(entry + FIELD.stateSince, client.stateSince);
      this.#write(heap[(entry + FIELD.application) >> 2] ?? 0, client.application, ROOM.application);
      this.#write(heap[(entry + FIELD.query) >> 2] ?? 0, client.query, ROOM.query);
    }
    for (const entry of others) heap[(entry + FIELD.process) >> 2] = 0;
  }

  #time(address: number, milliseconds: number | null): void {
    const micros = milliseconds === null ? 0n : BigInt(milliseconds - EPOCH) * 1000n;
    new DataView(this.#memory.buffer).setBigInt64(address, micros, true);
  }

  #write(address: number, text: string, room: number): void {
    const target = new Uint8Array(this.#memory.buffer, address, room);
    target.fill(0);
    // No character is cut in two.
    new TextEncoder().encodeInto(text, target.subarray(0, room - 1));
  }

  #text(address: number, length: number): string {
    if (address <= 0 || address + length > this.#memory.buffer.byteLength) return '';
    return Buffer.from(this.#memory.buffer, address, length).toString('latin1');
  }
}
