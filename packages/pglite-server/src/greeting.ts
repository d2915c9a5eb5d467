import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { Connection } from './connection.ts';
import type { SessionState } from './messages.ts';
import { authenticationOk, backendKeyData, errorResponse, parameterStatus, readyForQuery } from './protocol/backend.ts';
import { ProtocolError, readInt32 } from './protocol/frames.ts';
import { readOpening } from './protocol/frontend.ts';
import type { Server } from './server.ts';
import { Session } from './session.ts';

/** A startup parameter by which a process asks a server whether it serves a certain folder. */
export const WHO_ARE_YOU = 'rolecall.engine';

const LONGEST_OPENING = 10_000;
/** A client that does not say what it wants in this time is let go. */
const OPENING_TIME = 60_000;

/** What a client and the server say to each other before the first statement. */
export class Greeting {
  connection: Connection | null = null;
  #server: Server;
  #socket: Socket;
  #received = Buffer.alloc(0);

  constructor(server: Server, socket: Socket) {
    this.#server = server;
    this.#socket = socket;
    socket.setTimeout(OPENING_TIME, () => socket.destroy());
  }

  /** Takes what the client sent; gives back what is left over once it is logged in. */
  receive(chunk: Uint8Array): Uint8Array | null {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 8) {
      const length = readInt32(this.#received, 0);
      if (length < 8 || length > LONGEST_OPENING)
        throw new ProtocolError(`invalid length of startup packet: ${length}`);
      if (this.#received.length < length) return null;
      const opening = readOpening(this.#received.subarray(0, length));
      this.#received = this.#received.subarray(length);
      if (opening.kind === 'encrypt') this.#socket.write('N');
      else if (opening.kind === 'cancel') this.#socket.end();
      else {
        this.#start(opening.parameters);
        return this.#received;
      }
    }
    return null;
  }

  #start(parameters: Map<string, string>): void {
    const { cluster, state, token } = this.#server;
    const user = parameters.get('user') ?? '';
    const name = parameters.get('database') || user;
    if (parameters.has(WHO_ARE_YOU)) {
      this.#socket.end(parameterStatus(WHO_ARE_YOU, `${state} ${token}`));
      return;
    }
    const refusal = this.#refusal(user, name);
    const login = cluster.login(user);
    if (refusal || !login) {
      this.#socket.end(errorResponse({ severity: 'FATAL', code: '28000', message: '', ...refusal }));
      return;
    }
    this.#socket.setTimeout(0);
    const settings = startupSettings(parameters);
    const id = this.#server.nextId();
    const sessionState: SessionState = { user, role: 'none', settings, fresh: true };
    const session = new Session(
      id,
      sessionState,
      (bytes) => this.#socket.write(bytes),
      () => this.#socket.destroySoon(),
    );
    this.connection = new Connection(this.#server, this.#socket, session, this.#server.database(name));
    this.#server.welcome(this.connection);
    session.send(authenticationOk());
    const reported = {
      ...cluster.parameters,
      is_superuser: login.superuser ? 'on' : 'off',
      session_authorization: user,
    };
    for (const [parameter, value] of Object.entries(reported)) {
      const own = Object.entries(settings).find(([setting]) => setting.toLowerCase() === parameter.toLowerCase());
      session.send(parameterStatus(parameter, own?.[1] ?? value));
    }
    session.send(backendKeyData(id, randomInt(2 ** 31)), readyForQuery('I'));
  }

  /** Why this client is not let in, if it is not. */
  #refusal(user: string, name: string): { code: string; message: string } | null {
    const { cluster, state } = this.#server;
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
