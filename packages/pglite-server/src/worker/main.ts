import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import {
  ABORT,
  type Answer,
  type ClientStatus,
  type ForgetRequest,
  type FromWorker,
  type Preparation,
  type Question,
  type RunRequest,
  type ToWorker,
  type WorkerOptions,
} from '../messages.ts';
import type { WireError } from '../protocol/backend.ts';
import { FrameReader, join, makeFrame } from '../protocol/frames.ts';
import { OutputScanner, type Summary } from '../protocol/output.ts';
import { interruptedFor, interruptible, noteProgress } from '../signals.ts';
import { mentionsExtension } from '../sql/mentions.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { Activity } from './activity.ts';
import { type Backend, callAt } from './backend.ts';
import { BuiltIns } from './builtins.ts';
import { ClientFunctions } from './clients.ts';
import { follow, keptRoles, type OwnRoles, readRoles } from './cluster.ts';
import { told } from './errors.ts';
import { openDatabase } from './open.ts';
import { Sessions } from './session.ts';
import { Statements } from './statements.ts';

const options = workerData as WorkerOptions;
const port = parentPort;
if (!port) throw new Error('This file is the start of a worker thread.');

const send = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
const report = (client: number, state: RunRequest['state']) => send({ type: 'state', client, state });

/** After this many exchanges, PostgreSQL's log may have grown; a backend alone writes no checkpoint by itself. */
const CHECK_EVERY = 500;
const LONGEST_LOG = 64 * 1024 * 1024;
const CHANGES_ROLES = /^(CREATE|ALTER|DROP|GRANT|REVOKE) ROLE$|^(DO|CALL|DROP OWNED|REASSIGN OWNED)$/;
const CHANGES_FUNCTIONS = /^(CREATE|ALTER) (FUNCTION|PROCEDURE|EXTENSION)$|^(DO|CALL)$/;

/** A transaction gets its number when it first writes a row, whichever function does it. */
const UNCHANGED = `
  select pg_catalog.pg_current_xact_id_if_assigned() is null
     and pg_catalog.current_setting('transaction_isolation') operator(pg_catalog.=) 'read committed'`;

class DatabaseThread {
  #backend: Backend;
  #sessions: Sessions;
  #statements = new Statements();
  #roles: OwnRoles;
  /** Command tags of the open transaction whose effects must be looked at when it ends. */
  #tags = new Set<string>();
  #exchanges = 0;
  #clients: ClientFunctions;

  constructor(backend: Backend, clients: ClientFunctions) {
    this.#backend = backend;
    this.#clients = clients;
    this.#sessions = new Sessions(backend);
    this.#roles = readRoles(backend);
  }

  handle(message: ToWorker): void {
    if (message.type === 'run') this.#run(message);
    else if (message.type === 'forget') this.#forget(message);
    else if (message.type === 'rollback') this.#silently(() => this.#backend.query('rollback'));
    else if (message.type === 'listen') {
      this.#sessions.leave(report);
      this.#silently(() => {
        for (const channel of message.channels) this.#backend.demand(`listen ${quoteIdentifier(channel)}`);
      });
    } else if (message.type === 'cluster') {
      this.#sessions.leave(report);
      this.#silently(() => this.#clients.know(follow(this.#backend, message.state)));
      this.#roles = readRoles(this.#backend);
    } else if (message.type === 'checkpoint') this.#silently(() => this.#backend.demand('checkpoint'));
  }

  async close(): Promise<void> {
    await this.#backend.close();
  }

  #run(run: RunRequest): void {
    const refused = this.#sessions.enter(run.client, run.state, report);
    if (refused) {
      this.#done({ status: 'I', tags: [], parsed: 0, failed: true }, refused);
      return;
    }
    const scanner = this.#scanner(run.client);
    if (!this.#begin(run, scanner)) return;
    this.#sessions.note(run.texts, run.bytes);
    while (receiveMessageOnPort(options.copyPort)) {
      // What an earlier COPY left behind when it failed.
    }
    for (const preparation of this.#statements.missing(run)) this.#prepare(preparation, scanner);
    for (const text of run.texts) if (mentionsExtension(text)) this.#backend.extensions.loadNamed(text);
    this.#clients.run(run.client);
    const { registers } = this.#backend;
    interruptible(
      options.control,
      () => registers.clearInterrupt(),
      () => this.#backend.exec(run.bytes, (bytes) => scanner.push(bytes), nextCopyData),
    );
    this.#statements.ran(run, scanner.summary.parsed);
    // Before the client hears that its statement is done: what it changed for all databases must be kept by then.
    this.#look(scanner.summary);
    this.#done(scanner.summary, null, scanner.rest(), run.confirm && this.#isUnchanged(scanner.summary));
  }

  /** Whether PostgreSQL says that the open transaction has written nothing and could be begun again. */
  #isUnchanged(summary: Summary): boolean {
    if (summary.status !== 'T') return false;
    const { results } = this.#backend.query(UNCHANGED);
    this.#statements.clearUnnamed();
    return results[0]?.[0]?.[0] === 't';
  }

  /** Begins a suspended transaction again; answers the client itself when that is no longer possible. */
  #begin(run: RunRequest, scanner: OutputScanner): boolean {
    for (const sql of run.replay) {
      const { errorFrame, status } = this.#backend.query(sql);
      if (!errorFrame || sql === ABORT) continue;
      scanner.push(errorFrame);
      scanner.push(makeFrame('Z', Buffer.from(status, 'latin1')));
      this.#done(scanner.summary, null, scanner.rest());
      return false;
    }
    if (run.replay.length > 0) this.#statements.clearUnnamed();
    return true;
  }

  /** Prepares a statement again that the backend lost; if that fails, the client hears why. */
  #prepare({ statement, parse }: Preparation, scanner: OutputScanner): void {
    const reader = new FrameReader();
    this.#backend.exec(join([makeFrame('C', `S${statement}`), parse, makeFrame('H')]), (bytes) => {
      for (const frame of reader.push(bytes.slice())) if (frame.type === 'E') scanner.push(frame.bytes);
    });
  }

  #forget(message: ForgetRequest): void {
    this.#silently(() => {
      if (message.rollback) {
        this.#backend.exec(makeFrame('S'), () => {});
        this.#backend.query('rollback');
      }
      for (const statement of this.#statements.present(message.statements)) {
        if (statement !== '') this.#backend.query(`deallocate ${quoteIdentifier(statement)}`);
      }
      this.#sessions.forget(message.client);
      if (message.discardTemp) this.#backend.query('discard temp');
    });
    this.#tags.clear();
    this.#done({ status: 'I', tags: [], parsed: 0, failed: false }, null);
  }

  /** The engine's own statements use the unnamed statement, and so take it from whoever had it. */
  #silently(work: () => void): void {
    work();
    this.#statements.clearUnnamed();
  }

  #scanner(client: number): OutputScanner {
    return new OutputScanner({
      bytes: (bytes) => send({ type: 'output', bytes }, [bytes.buffer]),
      notification: (channel, frame) => {
        // The sender is the client whose statement it comes with.
        new DataView(frame.buffer, frame.byteOffset).setInt32(5, client);
        send({ type: 'notification', channel, frame });
      },
      copyIn: () => send({ type: 'copy' }),
      ended: () => noteProgress(options.control),
      error: (frame) => told(frame, interruptedFor(options.control)),
    });
  }

  /** Looks at what a transaction that is over changed, as far as its command tags tell that there is something. */
  #look(summary: Summary): void {
    for (const tag of summary.tags) this.#tags.add(tag);
    if (summary.status !== 'I') return;
    const tags = [...this.#tags];
    this.#tags.clear();
    if (tags.some((tag) => CHANGES_ROLES.test(tag))) {
      this.#silently(() => {
        const roles = this.#asSuperuser(() => readRoles(this.#backend));
        const before = this.#roles;
        this.#roles = roles;
        if (roles.text !== before.text)
          send({ type: 'roles', before: before.text, after: roles.text, kept: keptRoles(before, roles) });
      });
    }
    if (tags.some((tag) => CHANGES_FUNCTIONS.test(tag))) {
      this.#silently(() => this.#asSuperuser(() => this.#sessions.learnFunctions()));
    }
  }

  #done(
    summary: Summary,
    refused: WireError | null,
    output: Uint8Array<ArrayBuffer> | null = null,
    unchanged = false,
  ): void {
    send({ type: 'done', output, summary, refused, unchanged });
    if (summary.status === 'I' && ++this.#exchanges % CHECK_EVERY === 0) this.#keepLogShort();
  }

  /** Runs a query of the engine's own in a session of its own; the client's is restored at its next turn. */
  #asSuperuser<T>(work: () => T): T {
    this.#sessions.leave(report);
    return work();
  }

  #keepLogShort(): void {
    this.#silently(() => {
      const [rows = []] = this.#asSuperuser(() =>
        this.#backend.demand('select pg_current_wal_lsn() - redo_lsn from pg_control_checkpoint()'),
      );
      if (Number(rows[0]?.[0]) > LONGEST_LOG) this.#backend.demand('checkpoint');
    });
  }
}

/** Waits, inside a COPY FROM STDIN, for the client's next data. */
function nextCopyData(): Uint8Array {
  const bytes = next<Uint8Array>(options.copyPort);
  send({ type: 'consumed', bytes: bytes.length });
  return bytes;
}

/** Asks the router in the midst of a statement. */
function ask<A extends Answer>(question: Question): A {
  send({ type: 'ask', question });
  return next<A>(options.answerPort);
}

/** Waits for what comes on a port. The thread, which runs a statement, can do nothing else then anyway. */
function next<Message>(from: MessagePort): Message {
  for (;;) {
    const seen = Atomics.load(options.arrivals, 0);
    const received = receiveMessageOnPort(from);
    if (received) return received.message as Message;
    Atomics.wait(options.arrivals, 0, seen);
  }
}

try {
  const backend = await openDatabase(options);
  const { registers, extensions } = backend;
  for (const [name] of backend.demand('select extname from pg_catalog.pg_extension')[0] ?? [])
    extensions.load(name ?? '');
  const addresses = registers.signals((milliseconds) => {
    backend.demand(`set statement_timeout = ${milliseconds}`);
  });
  const activity = new Activity(registers, (application) => {
    backend.demand(`set application_name = ${quoteLiteral(application)}`);
  });
  backend.demand('reset all');
  const clients = new ClientFunctions(registers, activity, new BuiltIns(backend.pglite), callAt, {
    clients: () => ask<ClientStatus[]>({ about: 'clients' }),
    signal: (question) => ask<boolean>(question),
  });
  const database = new DatabaseThread(backend, clients);
  send({ type: 'ready', memory: registers.memory, addresses });
  port.on('message', async (message: ToWorker) => {
    if (message.type !== 'close') database.handle(message);
    else {
      await database.close();
      port.close();
    }
  });
} catch (error) {
  send({ type: 'fatal', message: error instanceof Error ? error.message : String(error) });
  // Not only the port: what PGlite began to open may keep the thread, and everybody waits for its end.
  process.exit();
}
