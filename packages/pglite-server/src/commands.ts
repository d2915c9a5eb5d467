import type { Connection } from './connection.ts';
import { ABORT } from './messages.ts';
import {
  bindComplete,
  closeComplete,
  commandComplete,
  errorResponse,
  type Failure,
  noData,
  noParameters,
  noticeResponse,
  parseComplete,
  readyForQuery,
} from './protocol/backend.ts';
import { join, makeFrame } from './protocol/frames.ts';
import type { Server } from './server.ts';
import { Session } from './session.ts';
import type { DatabaseCommand } from './sql/database-command.ts';
import { quoteIdentifier } from './sql/quote.ts';
import { hasBackslash } from './sql/statements.ts';
import { makeUnit, settle, type Unit } from './unit.ts';

/** A database command that cannot be done, as PostgreSQL would say it. */
class Refusal extends Error {
  readonly failure: Failure;
  constructor(code: string, message: string, hint?: string) {
    super(message);
    this.failure = { severity: 'ERROR', code, message, ...(hint ? { hint } : {}) };
  }
}

const BACKSLASH =
  'How it reads depends on standard_conforming_strings. Write it without, or connect to the database that it names.';

/** Runs CREATE, DROP and ALTER DATABASE, which concern the files of the engine and not one backend. */
export async function runCommand(
  server: Server,
  connection: Connection,
  command: DatabaseCommand,
  unit: Unit,
): Promise<void> {
  const { session } = connection;
  const executes = unit.simple || unit.types.includes('E');
  const answers: Uint8Array[] = [];
  try {
    const tags = executes ? await execute(server, connection, command, unit) : [];
    answers.push(...(unit.simple ? tags : extendedAnswers(unit, tags)));
    settle(session, unit, unit.parses.length);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    answers.push(errorResponse(error.failure));
    if (session.status === 'T') await abort(connection);
  }
  if (unit.complete) answers.push(readyForQuery(session.status));
  session.send(...answers);
}

/** What the backend would answer to each message of the extended protocol. */
function extendedAnswers(unit: Unit, tags: Uint8Array[]): Uint8Array[] {
  return [...unit.types].flatMap((type) => {
    if (type === 'P') return [parseComplete()];
    if (type === 'B') return [bindComplete()];
    if (type === 'D') return unit.types.includes('B') ? [noData()] : [noParameters(), noData()];
    if (type === 'E') return tags;
    return type === 'C' ? [closeComplete()] : [];
  });
}

async function execute(
  server: Server,
  connection: Connection,
  command: DatabaseCommand,
  unit: Unit,
): Promise<Uint8Array[]> {
  const { session } = connection;
  const { cluster } = server;
  const [sql = '', ...others] = unit.texts;
  if (others.length > 0) throw new Refusal('25001', 'a statement about databases cannot be executed within a pipeline');
  if (hasBackslash(sql))
    throw new Refusal('0A000', 'a statement about databases cannot have a backslash here', BACKSLASH);
  if (command.kind === 'alter') {
    const missing = command.names.find((name) => !cluster.has(name));
    if (missing !== undefined) throw unknown(missing);
    let answers: Uint8Array[] = [];
    for (const name of command.names) answers = await forward(server, session, name, sql);
    return answers;
  }
  const verb = { create: 'CREATE', drop: 'DROP', rename: 'ALTER' }[command.kind];
  const login = cluster.login(session.state.user);
  if (!login?.superuser && !login?.createdb)
    throw new Refusal('42501', `permission denied to ${verb.toLowerCase()} database`);
  return await server.alone(async () => {
    if (command.kind === 'create') return await create(server, command);
    if (!cluster.has(command.name)) {
      if (command.kind === 'drop' && command.ifExists) {
        const skipped = `database "${command.name}" does not exist, skipping`;
        return [noticeResponse('00000', skipped), commandComplete('DROP DATABASE')];
      }
      throw unknown(command.name);
    }
    if (command.name === connection.database.name) {
      throw new Refusal('55006', `cannot ${command.kind} the currently open database`);
    }
    if (command.kind === 'drop') {
      await vacate(server, command.name, command.force);
      await cluster.drop(command.name);
      return [commandComplete('DROP DATABASE')];
    }
    if (cluster.has(command.to)) throw duplicate(command.to);
    await vacate(server, command.name, false);
    cluster.rename(command.name, command.to);
    return [commandComplete('ALTER DATABASE')];
  });
}

async function create(server: Server, command: DatabaseCommand & { kind: 'create' }): Promise<Uint8Array[]> {
  const { name, owner } = command;
  const { cluster } = server;
  if (cluster.has(name) || /^template[01]$/.test(name)) throw duplicate(name);
  if (name === '' || Buffer.byteLength(name) > 63)
    throw new Refusal('42622', `database name "${name}" is not 1 to 63 bytes long`);
  if (owner !== null && !cluster.login(owner)) throw new Refusal('42704', `role "${owner}" does not exist`);
  const template = command.template === null || /^template[01]$/.test(command.template) ? null : command.template;
  if (template !== null) {
    if (!cluster.has(template)) throw new Refusal('3D000', `template database "${template}" does not exist`);
    await vacate(server, template, false);
  }
  cluster.create(name, template);
  if (owner !== null && (owner !== 'postgres' || template !== null)) {
    await forward(server, null, name, `alter database ${quoteIdentifier(name)} owner to ${quoteIdentifier(owner)}`);
  }
  return [commandComplete('CREATE DATABASE')];
}

/** Closes a database that nobody uses; FORCE ends the sessions of those who do. */
async function vacate(server: Server, name: string, force: boolean): Promise<void> {
  if (force) {
    server.endSessions(name, { code: '57P01', message: 'terminating connection due to administrator command' });
  }
  if (!(await server.emptied(name)) || !(await server.close(name))) {
    throw new Refusal(
      '55006',
      `database "${name}" is being accessed by other users`,
      'Close its connections first, or add WITH (FORCE) when dropping it.',
    );
  }
}

/** Runs a statement in another database, as the client that sent it; gives back the answer without ReadyForQuery. */
async function forward(server: Server, from: Session | null, name: string, sql: string): Promise<Uint8Array[]> {
  const answers: Uint8Array[] = [];
  const state = from?.state ?? { user: 'postgres', role: 'none', settings: {}, fresh: true };
  const proxy = new Session(
    server.nextId(),
    state,
    (bytes) => answers.push(bytes),
    () => {},
  );
  const database = server.database(name);
  database.join(proxy);
  await database.run(proxy, makeUnit(proxy, [{ type: 'Q', bytes: makeFrame('Q', sql) }]));
  await database.leave(proxy);
  const whole = join(answers);
  return [whole.at(-6) === 'Z'.charCodeAt(0) ? whole.subarray(0, -6) : whole];
}

/** Lets the open transaction fail on the backend too, which knows nothing of the command. */
async function abort({ session, database }: Connection): Promise<void> {
  session.muted = true;
  await database.run(session, makeUnit(session, [{ type: 'Q', bytes: makeFrame('Q', ABORT) }]));
  session.muted = false;
}

const unknown = (name: string) => new Refusal('3D000', `database "${name}" does not exist`);
const duplicate = (name: string) => new Refusal('42P04', `database "${name}" already exists`);
