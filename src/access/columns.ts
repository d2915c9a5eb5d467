import type pg from 'pg';
import type { Column } from '../catalog/columns.ts';
import type { Relation } from '../catalog/relations.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { as, inWords, refusals, type ServerError, wasStopped } from './attempt.ts';
import { classify, namesSchema, type RoleRights } from './classify.ts';
import type { ColumnCommand, ColumnGrants } from './model.ts';
import type { Rights } from './rights.ts';
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
  rights: Rights,
): Promise<ColumnGrants[]> {
  const grants: ColumnGrants[] = [];
  for (const role of roles) {
    const closed = new Set<string>();
    const start = become({ role, settings: {} });
    const probeAll = async (command: ColumnCommand, mayRead: (relation: Relation) => boolean): Promise<void> => {
      const seen = await as(client, start, () =>
        grantedColumns(client, relations, command, mayRead, closed, rights(role)),
      );
      for (const [relation, { columns, granted, unclear }] of seen)
        grants.push({
          role,
          table: relation.id,
          command,
          columns: columns.map(({ name }) => name),
          granted: granted.map(({ name }) => name),
          ...(unclear === undefined ? {} : { unclear }),
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
 * question is about UPDATE; where it can't be granted, each column is tried.
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
  const lent = await client.query(`grant select on ${tables} to ${quoteIdentifier(role)}`).then(
    () => true,
    () => client.query('rollback to savepoint lending').then(() => false),
  );
  await use(lent);
  await client.query('rollback to savepoint lending; release savepoint lending');
}

interface GrantedColumns {
  /** Those that the command can name. */
  readonly columns: readonly Column[];
  readonly granted: readonly Column[];
  readonly unclear?: string;
}

/** @param closed the schemas that refused this role; what one of their tables said goes for all of them */
async function grantedColumns(
  client: pg.Client,
  relations: readonly Relation[],
  command: ColumnCommand,
  mayRead: (relation: Relation) => boolean,
  closed: Set<string>,
  rights: RoleRights,
): Promise<Map<Relation, GrantedColumns>> {
  const seen = new Map<Relation, GrantedColumns>();
  for (const relation of relations) seen.set(relation, { columns: namable(relation, command), granted: [] });

  const open = relations.filter((relation) => !closed.has(relation.schema) && namable(relation, command).length > 0);
  const wholes = await refusals(
    client,
    open.map((relation) => touchNothing[command](relation, namable(relation, command))),
  );
  const undecided: Relation[] = [];
  const refused: Relation[] = [];
  for (const [index, relation] of open.entries()) {
    const error = wholes[index];
    const columns = namable(relation, command);
    const answer = answerOf(error, relation, command, rights);
    if (answer === 'granted') seen.set(relation, { columns, granted: columns });
    else if (error && answer === 'unclear') seen.set(relation, { columns, granted: [], unclear: inWords(error) });
    else if (answer === 'no grant' && namesSchema(error?.message ?? '', relation.schema)) closed.add(relation.schema);
    else if (answer === 'no grant' && (command !== 'update' || mayRead(relation))) refused.push(relation);
    else undecided.push(relation);
  }

  const anys = await refusals(client, refused.map(touchNothingOfAny[command]));
  undecided.push(
    ...refused.filter(
      (relation, index) =>
        answerOf(anys[index], relation, command, rights) !== 'no grant' || mayBeOfBase(relation, command, rights),
    ),
  );
  for (const relation of undecided) seen.set(relation, await eachAlone(client, relation, command, rights));
  return seen;
}

/**
 * Of a view with its caller's rights, what it reads can be what refused the question about any column, and is not asked where
 * a trigger writes instead. So a role that holds the privilege is asked about each column.
 */
const mayBeOfBase = (relation: Relation, command: ColumnCommand, rights: RoleRights): boolean =>
  rights.basesOf(relation).length > 0 && rights.holds(relation, command);

/** A generated column is not to be written. */
function namable({ columns }: Relation, command: ColumnCommand): readonly Column[] {
  return columns.filter(({ generated }) => command === 'select' || !generated);
}

async function eachAlone(
  client: pg.Client,
  relation: Relation,
  command: ColumnCommand,
  rights: RoleRights,
): Promise<GrantedColumns> {
  const columns = namable(relation, command);
  const errors = await refusals(
    client,
    columns.map((column) => touchNothing[command](relation, [column])),
  );
  const answers = errors.map((error) => answerOf(error, relation, command, rights));
  const stopped = errors[answers.indexOf('unclear')];
  return {
    columns: columns.filter((_, index) => answers[index] !== 'impossible'),
    granted: columns.filter((_, index) => answers[index] === 'granted'),
    ...(stopped ? { unclear: inWords(stopped) } : {}),
  };
}

/**
 * `granted`: nothing refused it, or only what runs after the privilege check (a trigger: its error has a context).
 * `impossible`: no role could do that, for example because a view's column cannot be written.
 */
function answerOf(
  error: ServerError | undefined,
  relation: Relation,
  command: ColumnCommand,
  rights: RoleRights,
): 'granted' | 'no grant' | 'impossible' | 'unclear' {
  if (!error) return 'granted';
  if (wasStopped(error)) return 'unclear';
  if (error.where !== undefined) return 'granted';
  if (classify(error, relation, command, rights).outcome === 'no grant') return 'no grant';
  return error.code === '42501' ? 'unclear' : 'impossible';
}
