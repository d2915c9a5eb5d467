import type { SharedDatabase } from '../database/database.ts';
import { type Exchange, settle } from '../database/exchange.ts';
import type { Session } from '../database/session.ts';
import {
  bindComplete,
  closeComplete,
  commandComplete,
  errorResponse,
  noData,
  noParameters,
  noticeResponse,
  parseComplete,
  readyForQuery,
  type WireError,
} from '../protocol/backend.ts';
import type { DatabaseCommand } from '../sql/database-command.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { hasBackslash } from '../sql/statements.ts';
import type { Databases } from './databases.ts';
import { abort, forward } from './forward.ts';

/** A database command that cannot be done, as PostgreSQL would say it. */
class CommandRefusal extends Error {
  readonly failure: WireError;
  constructor(code: string, message: string, hint?: string) {
    super(message);
    this.failure = { severity: 'ERROR', code, message, ...(hint ? { hint } : {}) };
  }
}

const BACKSLASH =
  'How it reads depends on standard_conforming_strings. Write it without, or connect to the database that it names.';

/** Runs CREATE, DROP and ALTER DATABASE, which concern the files of the engine and not one backend. */
export async function runCommand(
  databases: Databases,
  session: Session,
  database: SharedDatabase,
  command: DatabaseCommand,
  exchange: Exchange,
): Promise<void> {
  const executes = exchange.simple || exchange.types.includes('E');
  const answers: Uint8Array[] = [];
  try {
    const tags = executes ? await execute(databases, session, database, command, exchange) : [];
    answers.push(...(exchange.simple ? tags : extendedAnswers(exchange, tags)));
    settle(session, exchange, exchange.parses.length);
  } catch (error) {
    if (!(error instanceof CommandRefusal)) throw error;
    answers.push(errorResponse(error.failure));
    if (session.status === 'T') await abort(session, database);
  }
  if (exchange.complete) answers.push(readyForQuery(session.status));
  session.send(...answers);
}

/** The answers that the backend would give to the messages of the extended protocol, in order. */
function extendedAnswers(exchange: Exchange, tags: Uint8Array[]): Uint8Array[] {
  return [...exchange.types].flatMap((type) => {
    if (type === 'P') return [parseComplete()];
    if (type === 'B') return [bindComplete()];
    if (type === 'D') return exchange.types.includes('B') ? [noData()] : [noParameters(), noData()];
    if (type === 'E') return tags;
    return type === 'C' ? [closeComplete()] : [];
  });
}

async function execute(
  databases: Databases,
  session: Session,
  database: SharedDatabase,
  command: DatabaseCommand,
  exchange: Exchange,
): Promise<Uint8Array[]> {
  const { cluster } = databases;
  const [sql = '', ...others] = exchange.texts;
  if (others.length > 0)
    throw new CommandRefusal('25001', 'a statement about databases cannot be executed within a pipeline');
  if (hasBackslash(sql))
    throw new CommandRefusal('0A000', 'a statement about databases cannot have a backslash here', BACKSLASH);
  if (command.kind === 'alter') {
    const missing = command.names.find((name) => !cluster.has(name));
    if (missing !== undefined) throw unknown(missing);
    let last: { answer: Uint8Array[]; failed: boolean } = { answer: [], failed: false };
    for (const name of command.names) if (!last.failed) last = await forward(databases, session, name, sql);
    return last.answer;
  }
  const verb = { create: 'CREATE', drop: 'DROP', rename: 'ALTER' }[command.kind];
  const login = cluster.login(session.state.user);
  if (!login?.superuser && !login?.createdb)
    throw new CommandRefusal('42501', `permission denied to ${verb.toLowerCase()} database`);
  return await databases.exclusively(async () => {
    if (command.kind === 'create') return await create(databases, command);
    if (!cluster.has(command.name)) {
      if (command.kind === 'drop' && command.ifExists) {
        const skipped = `database "${command.name}" does not exist, skipping`;
        return [noticeResponse('00000', skipped), commandComplete('DROP DATABASE')];
      }
      throw unknown(command.name);
    }
    if (command.name === database.name) {
      throw new CommandRefusal('55006', `cannot ${command.kind} the currently open database`);
    }
    if (/^template[01]$/.test(command.name))
      throw new CommandRefusal('42809', `cannot ${command.kind} a template database`);
    if (command.kind === 'drop') {
      await vacate(databases, command.name, command.force);
      await cluster.drop(command.name);
      return [commandComplete('DROP DATABASE')];
    }
    if (cluster.has(command.to)) throw duplicate(command.to);
    await vacate(databases, command.name, false);
    cluster.rename(command.name, command.to);
    return [commandComplete('ALTER DATABASE')];
  });
}

async function create(databases: Databases, command: DatabaseCommand & { kind: 'create' }): Promise<Uint8Array[]> {
  const { name, owner } = command;
  const { cluster } = databases;
  if (cluster.has(name) || /^template[01]$/.test(name)) throw duplicate(name);
  if (name === '' || Buffer.byteLength(name) > 63)
    throw new CommandRefusal('42622', `database name "${name}" is not 1 to 63 bytes long`);
  if (owner !== null && !cluster.login(owner)) throw new CommandRefusal('42704', `role "${owner}" does not exist`);
  const template = command.template === null || /^template[01]$/.test(command.template) ? null : command.template;
  if (template === null) await vacate(databases, 'template1', false);
  else {
    if (!cluster.has(template)) throw new CommandRefusal('3D000', `template database "${template}" does not exist`);
    await vacate(databases, template, false);
  }
  cluster.create(name, template);
  if (owner !== null && (owner !== 'postgres' || template !== null)) {
    await forward(databases, null, name, `alter database ${quoteIdentifier(name)} owner to ${quoteIdentifier(owner)}`);
  }
  return [commandComplete('CREATE DATABASE')];
}

/** Closes a database without sessions; FORCE ends the sessions that it has. */
async function vacate(databases: Databases, name: string, force: boolean): Promise<void> {
  if (force) {
    databases.endSessions(name, { code: '57P01', message: 'terminating connection due to administrator command' });
  }
  if (!(await databases.emptied(name)) || !(await databases.close(name))) {
    throw new CommandRefusal(
      '55006',
      `database "${name}" is being accessed by other users`,
      'Close its connections first, or add WITH (FORCE) when dropping it.',
    );
  }
}

const unknown = (name: string) => new CommandRefusal('3D000', `database "${name}" does not exist`);
const duplicate = (name: string) => new CommandRefusal('42P04', `database "${name}" already exists`);
