import type { Socket } from 'node:net';
import type { SharedDatabase } from '../database/database.ts';
import { type Exchange, makeExchange } from '../database/exchange.ts';
import type { Session } from '../database/session.ts';
import { commandComplete, readyForQuery } from '../protocol/backend.ts';
import { type Frame, FrameReader, makeFrame, ProtocolError } from '../protocol/frames.ts';
import { databaseCommand } from '../sql/database-command.ts';
import { isDiscardAll } from '../sql/statements.ts';
import { runCommand } from './commands.ts';
import type { Databases } from './databases.ts';
import { takeNext } from './pipelining.ts';

/** How much a client may have sent ahead before its socket is read no further. */
const AHEAD = 8 * 1024 * 1024;
const EXTENDED = 'PBDEC';

/** A client that is logged in: gathers its messages into exchanges and has them run one after the other. */
export class Connection {
  readonly session: Session;
  readonly database: SharedDatabase;
  #databases: Databases;
  #socket: Socket;
  #reader = new FrameReader();
  #batch: Frame[] = [];
  #inbox: Frame[][] = [];
  #busy = false;
  /** A part of a batch was refused: nothing counts until its Sync. */
  #skipping = false;
  #ahead = 0;
  #leaving: Promise<void> | null = null;

  constructor(databases: Databases, socket: Socket, session: Session, database: SharedDatabase) {
    this.#databases = databases;
    this.#socket = socket;
    this.session = session;
    this.database = database;
    session.consumed = (bytes) => this.#consumed(bytes);
    database.join(session);
  }

  /** Takes what came from the socket. */
  receive(chunk: Uint8Array): void {
    for (const frame of this.#reader.push(chunk)) this.#take(frame);
    if (this.#ahead > AHEAD) this.#socket.pause();
  }

  /** The backend took this much of what was sent ahead. */
  #consumed(bytes: number): void {
    this.#ahead -= bytes;
    if (this.#ahead <= AHEAD && this.#socket.isPaused()) this.#socket.resume();
  }

  /** Ends the session of a client that disconnected, whatever it was doing. Resolves when its traces are removed. */
  left(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #leave(): Promise<void> {
    this.session.gone = true;
    this.#inbox = [];
    if (this.database.isCopying(this.session)) {
      this.database.feed(new Uint8Array(makeFrame('f', 'the client disconnected')), true);
    }
    await this.database.leave(this.session);
  }

  /** The socket closes last, as a server's does: whoever sees it closed finds nothing left of this client. */
  async #goodbye(): Promise<void> {
    await this.left();
    this.#socket.end();
  }

  #take(frame: Frame): void {
    const { type, bytes } = frame;
    if (type === 'X') {
      // After what it sent before, except for a COPY, which this ends.
      if (this.database.isCopying(this.session)) void this.#goodbye();
      else this.#add([frame]);
    } else if ('dcf'.includes(type)) {
      // Out of a COPY it is what a client had sent when its COPY failed.
      if (!this.database.isCopying(this.session)) return;
      this.#ahead += bytes.length;
      this.database.feed(new Uint8Array(bytes), type !== 'd');
    } else if (EXTENDED.includes(type)) {
      this.#batch.push({ type, bytes: bytes.slice() });
      this.#ahead += bytes.length;
    } else if (type === 'S' || type === 'H') {
      // Inside a COPY they mean nothing, and without messages before it a Flush has nothing to flush.
      if (this.database.isCopying(this.session) || (type === 'H' && this.#batch.length === 0)) return;
      this.#add([...this.#batch.splice(0), frame]);
    } else if (type === 'Q' || type === 'F') {
      if (this.#batch.length > 0) this.#add(this.#batch.splice(0));
      this.#ahead += bytes.length;
      this.#add([{ type, bytes: bytes.slice() }]);
    } else {
      throw new ProtocolError(`invalid frontend message type ${type.charCodeAt(0)}`);
    }
  }

  #add(frames: Frame[]): void {
    this.#inbox.push(frames);
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    try {
      for (;;) {
        const frames = takeNext(this.#inbox, this.session);
        if (!frames || this.session.gone) break;
        if (frames[0]?.type === 'X') {
          await this.#goodbye();
          break;
        }
        const exchange = makeExchange(this.session, frames);
        await this.#run(exchange);
        this.#consumed(frames.reduce((sum, { type, bytes }) => ('SH'.includes(type) ? sum : sum + bytes.length), 0));
      }
    } catch (error) {
      const code = error instanceof ProtocolError ? '08P01' : 'XX000';
      this.session.end({ code, message: error instanceof Error ? error.message : String(error) });
    }
    this.#busy = false;
  }

  async #run(exchange: Exchange): Promise<void> {
    const { session } = this;
    if (this.#skipping) {
      this.#skipping = !exchange.complete;
      if (exchange.complete) session.send(readyForQuery(session.status));
      return;
    }
    const command = exchange.texts.map(databaseCommand).find((found) => found !== null);
    const own = command?.kind === 'alter' && command.names.every((name) => name === this.database.name);
    // In a transaction the backend itself refuses what makes, drops and renames databases.
    if (command && !own && (command.kind === 'alter' || session.status === 'I')) {
      await runCommand(this.#databases, session, this.database, command, exchange);
      return;
    }
    if (exchange.simple && session.status === 'I' && isDiscardAll(exchange.texts[0] ?? '')) {
      // The real one would also end what the other clients have on the same backend.
      await this.database.forget(session);
      session.state = session.initial;
      session.send(commandComplete('DISCARD ALL'), readyForQuery('I'));
      return;
    }
    const outcome = await this.database.run(session, exchange);
    if (outcome === 'refused' && !exchange.complete) this.#skipping = true;
  }
}
