import { randomInt } from 'node:crypto';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import type { Cluster } from '../cluster/cluster.ts';
import { HOST } from '../constants.ts';
import { Session } from '../database/session.ts';
import type { ServingState } from '../identity.ts';
import type { SessionState } from '../messages.ts';
import {
  authenticationOk,
  backendKeyData,
  errorResponse,
  parameterStatus,
  readyForQuery,
} from '../protocol/backend.ts';
import { Connection } from './connection.ts';
import type { Databases } from './databases.ts';
import { Greeting, type GreetingHost, type Login } from './greeting.ts';

/** Accepts clients, on the loopback interface only. */
export class WireServer implements GreetingHost {
  readonly cluster: Cluster;
  readonly token: string;
  state: ServingState = 'starting';
  #databases: Databases;
  #net: NetServer;
  #sockets = new Set<Socket>();

  /** @param token what it says to whoever asks which server it is */
  constructor(databases: Databases, token: string) {
    this.cluster = databases.cluster;
    this.token = token;
    this.#databases = databases;
    this.#net = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  cancel(process: number, secret: number): void {
    this.#databases.clients.cancel(process, secret);
  }

  /** Listens on a port, or on any when it is 0; gives back the port. */
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
    await this.#databases.shut({ code: '57P01', message: 'the embedded engine is stopping' });
  }

  /** Stops listening. */
  async shut(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#net.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const greeting = new Greeting(this, socket);
    let connection: Connection | null = null;
    socket.on('data', (chunk) => {
      try {
        if (connection) return connection.receive(chunk);
        const login = greeting.receive(chunk);
        if (!login) return;
        connection = this.#welcome(socket, login);
        connection.receive(login.rest);
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
      await connection.left();
      this.#databases.left(connection.session);
    });
  }

  /** Lets a client in, and tells it what PostgreSQL tells. */
  #welcome(socket: Socket, { user, superuser, database, settings }: Login): Connection {
    const state: SessionState = { user, role: 'none', settings, fresh: true };
    const session = new Session(
      this.#databases.nextId(),
      state,
      (bytes) => socket.write(bytes),
      () => socket.destroySoon(),
    );
    const connection = new Connection(this.#databases, socket, session, this.#databases.get(database));
    const reported = {
      ...this.cluster.parameters,
      is_superuser: superuser ? 'on' : 'off',
      session_authorization: user,
    };
    session.send(authenticationOk());
    for (const [parameter, value] of Object.entries(reported)) {
      const own = Object.entries(settings).find(([setting]) => setting.toLowerCase() === parameter.toLowerCase());
      session.send(parameterStatus(parameter, own?.[1] ?? value));
    }
    const secret = randomInt(2 ** 31);
    this.#databases.clients.entered(session, connection.database, secret);
    session.send(backendKeyData(session.id, secret), readyForQuery('I'));
    return connection;
  }
}
