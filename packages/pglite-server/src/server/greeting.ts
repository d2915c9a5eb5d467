import type { Socket } from 'node:net';
import type { Cluster } from '../cluster/cluster.ts';
import { type ServingState, WHO_ARE_YOU } from '../identity.ts';
import { errorResponse, parameterStatus } from '../protocol/backend.ts';
import { ProtocolError, readInt32 } from '../protocol/frames.ts';
import { readOpening } from '../protocol/frontend.ts';

const LONGEST_OPENING = 10_000;
/** A Terminate message, read as the length that a startup message begins with: its letter and three zeros. */
const TERMINATE = 'X'.charCodeAt(0) << 24;
/** A client that does not say what it wants in this time is let go; milliseconds. */
const OPENING_TIME = 60_000;

/** The server that a client comes to. */
export interface GreetingHost {
  readonly cluster: Cluster;
  readonly state: ServingState;
  readonly token: string;
  /** A client asks on a connection of its own to end what it runs on another. */
  cancel(process: number, secret: number): void;
}

/** A client that may come in. */
export interface Login {
  user: string;
  superuser: boolean;
  database: string;
  settings: Record<string, string>;
  /** The bytes that it sent after its startup message. */
  rest: Uint8Array;
}

/** The messages between a client and the server up to the login. */
export class Greeting {
  #host: GreetingHost;
  #socket: Socket;
  #received = Buffer.alloc(0);

  constructor(host: GreetingHost, socket: Socket) {
    this.#host = host;
    this.#socket = socket;
    socket.setTimeout(OPENING_TIME, () => socket.destroy());
  }

  /** Takes what the client sent, and answers it; gives back its login once it may come in. */
  receive(chunk: Uint8Array): Login | null {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 4) {
      const length = readInt32(this.#received, 0);
      // As PostgreSQL does: it closes without a word. Any other length may be a program's that shows what it hears.
      if (length < 8 || length === TERMINATE) {
        this.#socket.end();
        return null;
      }
      if (length > LONGEST_OPENING) throw new ProtocolError(`invalid length of startup packet: ${length}`);
      if (this.#received.length < length) return null;
      const opening = readOpening(this.#received.subarray(0, length));
      this.#received = this.#received.subarray(length);
      if (opening.kind === 'start') return this.#start(opening.parameters);
      if (opening.kind === 'encrypt') this.#socket.write('N');
      else {
        this.#host.cancel(opening.process, opening.secret);
        this.#socket.end();
      }
    }
    return null;
  }

  #start(parameters: Map<string, string>): Login | null {
    const { cluster, state, token } = this.#host;
    const user = parameters.get('user') ?? '';
    const database = parameters.get('database') || user;
    if (parameters.has(WHO_ARE_YOU)) {
      this.#socket.end(parameterStatus(WHO_ARE_YOU, `${state} ${token}`));
      return null;
    }
    const refusal = this.#refusal(user, database);
    if (!refusal) cluster.ensure(database);
    const login = cluster.login(user);
    if (refusal || !login) {
      this.#socket.end(errorResponse({ severity: 'FATAL', code: '28000', message: '', ...refusal }));
      return null;
    }
    this.#socket.setTimeout(0);
    const settings = startupSettings(parameters);
    return { user, superuser: login.superuser, database, settings, rest: this.#received };
  }

  /** Why this client is not let in, if it is not. */
  #refusal(user: string, name: string): { code: string; message: string } | null {
    const { cluster, state } = this.#host;
    if (state !== 'open') {
      return { code: '57P03', message: `the embedded engine is ${state === 'starting' ? 'starting up' : 'stopping'}` };
    }
    const login = cluster.login(user);
    if (!login) return { code: '28000', message: `role "${user}" does not exist` };
    if (!login.login) return { code: '28000', message: `role "${user}" is not permitted to log in` };
    return cluster.has(name) ? null : { code: '3D000', message: `database "${name}" does not exist` };
  }
}

/** The settings that a client starts with: startup parameters of their own, and those in `options` (-c name=value). */
function startupSettings(parameters: Map<string, string>): Record<string, string> {
  const settings: Record<string, string> = {};
  const options = parameters.get('options') ?? '';
  const words = options.match(/(?:\\.|[^\s\\])+/g)?.map((word) => word.replace(/\\(.)/g, '$1')) ?? [];
  for (const [at, word] of words.entries()) {
    const setting = word === '-c' ? words[at + 1] : /^(?:-c|--)./.test(word) ? word.replace(/^(-c|--)/, '') : undefined;
    const [name, ...value] = setting?.split('=') ?? [];
    if (name) settings[name.replaceAll('-', '_')] = value.join('=');
  }
  for (const [name, value] of parameters) {
    if (!['user', 'database', 'options', 'replication'].includes(name) && !name.startsWith('_pq_.'))
      settings[name] = value;
  }
  return settings;
}
