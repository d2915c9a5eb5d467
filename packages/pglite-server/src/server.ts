import { createServer, type Server as NetServer, type Socket } from 'node:net';
import type { Cluster } from './cluster.ts';
import type { Connection } from './connection.ts';
import { HOST } from './constants.ts';
import { Database } from './database.ts';
import { Greeting } from './greeting.ts';
import { errorResponse, type Failure } from './protocol/backend.ts';

/** DROP DATABASE waits this long for clients that are just leaving, as PostgreSQL does. */
const LEAVING = 5_000;

/** Accepts clients, and knows which databases are open. */
export class Server {
  readonly cluster: Cluster;
  readonly token: string;
  /** Clients are let in only once the folder is this process's own. */
  state: 'starting' | 'open' | 'stopping' = 'starting';
  #net: NetServer;
  #waitFor: number;
  #databases = new Map<string, Database>();
  #connections = new Set<Connection>();
  #sockets = new Set<Socket>();
  #ids = 0;
  #alone: Promise<unknown> = Promise.resolve();
  #left: (() => void)[] = [];

  constructor(cluster: Cluster, token: string, waitFor: number) {
    this.cluster = cluster;
    this.token = token;
    this.#waitFor = waitFor;
    this.#net = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Listens on the loopback interface only; gives back the port. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#net.once('error', reject);
      this.#net.listen(port, HOST, () => {
        this.#net.off('error', reject);
        resolve();
      });
    });
    const address = this.#net.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  /** Ends all sessions and closes all databases, so that everything is in their files. */
  async closeAll(): Promise<void> {
    this.state = 'stopping';
    for (const { session } of this.#connections) {
      session.end({ code: '57P01', message: 'the embedded engine is stopping' });
    }
    await this.#alone;
    await Promise.all([...this.#databases.values()].map((database) => database.shut()));
  }

  /** Stops listening. */
  async shut(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#net.close(() => resolve()));
  }

  nextId(): number {
    return ++this.#ids;
  }

  database(name: string): Database {
    let database = this.#databases.get(name);
    if (!database) {
      database = new Database(name, this.cluster, this.#waitFor);
      database.onConsumed = (session, bytes) => {
        for (const connection of this.#connections) if (connection.session === session) connection.consumed(bytes);
      };
      this.#databases.set(name, database);
    }
    return database;
  }

  /** Runs work on the set of databases with no other such work beside it. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#alone.then(work);
    this.#alone = done.catch(() => {});
    return await done;
  }

  /** Waits for the last client of a database to leave; false when one stays. */
  async emptied(name: string): Promise<boolean> {
    const isEmpty = () => (this.#databases.get(name)?.sessions.size ?? 0) === 0;
    const end = performance.now() + LEAVING;
    while (!isEmpty() && performance.now() < end) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, end - performance.now());
      this.#left.push(resolve);
      await promise;
      clearTimeout(timer);
    }
    return isEmpty();
  }

  /** Closes a database that has no clients; false when one came meanwhile. Its files are free until the next event. */
  async close(name: string): Promise<boolean> {
    const database = this.#databases.get(name);
    await database?.close();
    if (database && database.sessions.size > 0) return false;
    this.#databases.delete(name);
    return true;
  }

  endSessions(name: string, failure: Omit<Failure, 'severity'>): void {
    for (const { database, session } of this.#connections) if (database.name === name) session.end(failure);
  }

  /** A client has logged in. */
  welcome(connection: Connection): void {
    this.#connections.add(connection);
    connection.database.join(connection.session);
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const greeting = new Greeting(this, socket);
    let connection: Connection | null = null;
    socket.on('data', (chunk) => {
      try {
        if (connection) return connection.receive(chunk);
        const rest = greeting.receive(chunk);
        connection = greeting.connection;
        if (connection && rest) connection.receive(rest);
      } catch (error) {
        // Whatever one client sends, only that client may feel it.
        const message = error instanceof Error ? error.message : String(error);
        socket.end(errorResponse({ severity: 'FATAL', code: '08P01', message }));
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    socket.on('close', async () => {
      this.#sockets.delete(socket);
      if (!connection) return;
      this.#connections.delete(connection);
      await connection.left();
      for (const told of this.#left.splice(0)) told();
    });
  }
}
