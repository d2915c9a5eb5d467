import pg from 'pg';
import type { Column, Relation } from '../catalog/relations.ts';
import { as, inWords, refusal, type ServerError, wasStopped } from './attempt.ts';
import { classify, namesSchema } from './classify.ts';
import type { ColumnCommand, ColumnGrants } from './model.ts';
import { become, touchNothing, touchNothingOfAny } from './statements.ts';

/**
 * Finds out, by executing statements that touch no row, which columns each role may read, insert and update. A command
 * that goes through with all columns named goes through with each of them; one that is refused for all is tried with
 * any column, and then with each alone.
 */
export async function probeColumns(
  client: pg.Client,
  relations: readonly Relation[],
  roles: readonly string[],
): Promise<ColumnGrants[]> {
  const grants: ColumnGrants[] = [];
  for (const role of roles) {
    const closed = new Set<string>();
    const start = become({ role, settings: {} });
    const probeAll = async (command: ColumnCommand, mayRead: (relation: Relation) => boolean): Promise<void> => {
      await as(client, start, async () => {
        for (const relation of relations)
          grants.push(await grantsOf(client, role, relation, command, mayRead(relation), closed));
      });
    };
    await probeAll('select', () => false);
    await probeAll('insert', () => false);
    const readable = new Set(
      grants
        .filter((own) => own.role === role && own.granted.length > 0 && own.command === 'select')
        .map(({ table }) => table),
    );
    const others = relations.filter(({ id, schema }) => !readable.has(id) && !closed.has(schema));
    await lending(client, role, others, (lent) => probeAll('update', ({ id }) => lent || readable.has(id)));
  }
  return grants;
}

/**
 * SQL has no update of "any column", but `for update` asks for that and for SELECT. So SELECT is lent for as long as the
 * question is about UPDATE; where it can't be, each column is tried.
 */
async function lending(
  client: pg.Client,
  role: string,
  relations: readonly Relation[],
  use: (lent: boolean) => Promise<void>,
): Promise<void> {
  if (relations.length === 0) return use(true);
  await client.query('savepoint lending');
  const tables = relations.map(({ sql }) => sql).join(', ');
  const lent = await client.query(`grant select on ${tables} to ${pg.escapeIdentifier(role)}`).then(
    () => true,
    () => client.query('rollback to savepoint lending').then(() => false),
  );
  await use(lent);
  await client.query('rollback to savepoint lending; release savepoint lending');
}

/** @param closed the schemas that refused this role; what one of their tables said goes for all of them */
async function grantsOf(
  client: pg.Client,
  role: string,
  relation: Relation,
  command: ColumnCommand,
  mayRead: boolean,
  closed: Set<string>,
): Promise<ColumnGrants> {
  const columns = relation.columns.filter(({ generated }) => command === 'select' || !generated);
  const seen: Granted =
    columns.length > 0 && !closed.has(relation.schema)
      ? await grantedColumns(client, relation, command, columns, mayRead, closed)
      : { columns, granted: [] };
  return {
    role,
    table: relation.id,
    command,
    columns: seen.columns.map(({ name }) => name),
    granted: seen.granted.map(({ name }) => name),
    ...(seen.unclear === undefined ? {} : { unclear: seen.unclear }),
  };
}

interface Granted {
  readonly columns: readonly Column[];
  readonly granted: readonly Column[];
  readonly unclear?: string;
}

async function grantedColumns(
  client: pg.Client,
  relation: Relation,
  command: ColumnCommand,
  columns: readonly Column[],
  mayRead: boolean,
  closed: Set<string>,
): Promise<Granted> {
  const whole = await refusal(client, touchNothing[command](relation, columns));
  const answer = answerOf(whole, relation);
  if (answer === 'granted') return { columns, granted: columns };
  if (whole && answer === 'unclear') return { columns, granted: [], unclear: inWords(whole) };
  if (whole && answer === 'no grant') {
    if (namesSchema(whole.message ?? '', relation.schema)) {
      closed.add(relation.schema);
      return { columns, granted: [] };
    }
    if (command !== 'update' || mayRead) {
      const any = await refusal(client, touchNothingOfAny[command](relation));
      if (answerOf(any, relation) === 'no grant') return { columns, granted: [] };
    }
  }
  return eachAlone(client, relation, command, columns);
}

async function eachAlone(
  client: pg.Client,
  relation: Relation,
  command: ColumnCommand,
  columns: readonly Column[],
): Promise<Granted> {
  const possible: Column[] = [];
  const granted: Column[] = [];
  for (const column of columns) {
    const error = await refusal(client, touchNothing[command](relation, [column]));
    const answer = answerOf(error, relation);
    if (error && answer === 'unclear') return { columns, granted, unclear: inWords(error) };
    if (answer !== 'impossible') possible.push(column);
    if (answer === 'granted') granted.push(column);
  }
  return { columns: possible, granted };
}

/**
 * `granted`: nothing refused it, or only what runs after the privilege check (a trigger: its error has a context).
 * `impossible`: nobody could do that, since a view's column, say, cannot be written.
 */
function answerOf(
  error: ServerError | undefined,
  relation: Relation,
): 'granted' | 'no grant' | 'impossible' | 'unclear' {
  if (!error) return 'granted';
  if (wasStopped(error)) return 'unclear';
  if (error.where !== undefined) return 'granted';
  if (classify(error, relation).outcome === 'no grant') return 'no grant';
  return error.code === '42501' ? 'unclear' : 'impossible';
}
