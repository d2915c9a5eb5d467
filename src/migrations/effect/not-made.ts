import type pg from 'pg';
import { quoteLiteral } from '../../sql/quote.ts';
import type { SqlStatement } from '../../sql/statements.ts';
import { type RelationName, relationName, typeName } from './claims.ts';
import { otherIndex } from './other-index.ts';

/** A statement with `if not exists` that found something else of the name, or with `if exists` that found nothing. */
export interface NotMade {
  readonly statement: SqlStatement;
  readonly seen: string;
  readonly evidence: string;
}

interface ColumnDefinition {
  readonly colname?: string;
  readonly typeName?: unknown;
}

/** The columns of a table, or the table itself, that a statement says exist afterwards. */
interface Wanted {
  readonly statement: SqlStatement;
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly says: string;
}

const REPLACING = ['DoStmt', 'DropStmt', 'CallStmt', 'RenameStmt'];

type CommandTree = Readonly<Record<string, unknown>>;

/**
 * Looks for what `create table if not exists`, `create index if not exists` and `add column if not exists` say, and for the tables that
 * `alter table if exists` alters. A table that a later statement alters, renames or drops is left out.
 */
export async function notMade(client: pg.Client, statements: readonly SqlStatement[]): Promise<NotMade[]> {
  const found: NotMade[] = [];
  for (const [index, statement] of statements.entries()) {
    for (const wanted of wantedBy(statement)) {
      if (statements.slice(index + 1).some((later) => mayAlter(later, wanted.table))) continue;
      const seen = await missingOf(client, wanted);
      if (seen) found.push({ statement, seen: `it changes nothing: ${seen}`, evidence: columnsOf(wanted.table) });
    }
    // A later statement may drop or rename the index, or build it anew.
    if (statements.slice(index + 1).some(({ tree }) => REPLACING.some((type) => type in tree))) continue;
    const other = await otherIndex(client, statement);
    if (other) found.push({ statement, ...other, seen: `it changes nothing: ${other.seen}` });
  }
  return found;
}

const columnsOf = (table: string): string =>
  `select attname, format_type(atttypid, atttypmod) from pg_attribute where attrelid = to_regclass(${quoteLiteral(table)}) and attnum > 0 and not attisdropped;`;

const columnOf = ({ colname = '', typeName: type }: ColumnDefinition) => ({ name: colname, type: typeName(type) });

function wantedBy(statement: SqlStatement): Wanted[] {
  const tree = statement.tree as CommandTree;
  const create = tree.CreateStmt as
    | { relation: RelationName; if_not_exists?: boolean; tableElts?: readonly CommandTree[] }
    | undefined;
  if (create?.if_not_exists) {
    const columns = (create.tableElts ?? []).flatMap(({ ColumnDef }) =>
      ColumnDef ? [columnOf(ColumnDef as ColumnDefinition)] : [],
    );
    return [{ statement, table: relationName(create.relation), columns, says: 'create' }];
  }
  const alter = tree.AlterTableStmt as
    | { relation: RelationName; missing_ok?: boolean; cmds?: readonly CommandTree[] }
    | undefined;
  if (!alter) return [];
  const commands = (alter.cmds ?? []).map(
    ({ AlterTableCmd }) =>
      AlterTableCmd as { subtype?: string; missing_ok?: boolean; def?: { ColumnDef?: ColumnDefinition } },
  );
  const added = commands.filter(({ subtype, missing_ok }) => subtype === 'AT_AddColumn' && missing_ok);
  const columns = added.flatMap(({ def }) => (def?.ColumnDef ? [columnOf(def.ColumnDef)] : []));
  return columns.length > 0 || alter.missing_ok
    ? [{ statement, table: relationName(alter.relation), columns, says: 'alter' }]
    : [];
}

/** Whether a statement may change which columns a table has; a DO block may do anything. */
function mayAlter({ tree }: SqlStatement, table: string): boolean {
  const [type, body] = Object.entries(tree as CommandTree)[0] ?? [];
  if (type === 'DoStmt' || type === 'DropStmt' || type === 'CallStmt') return true;
  const relation = (body as { relation?: RelationName } | undefined)?.relation;
  return (
    (type === 'AlterTableStmt' || type === 'RenameStmt') && relation !== undefined && relationName(relation) === table
  );
}

async function missingOf(client: pg.Client, { table, columns, says }: Wanted): Promise<string | undefined> {
  const { rows } = await client.query<{
    there: string | null;
    name: string | null;
    is: string | null;
    wanted: string | null;
  }>(
    `select to_regclass($1)::text as there, w.name, format_type(a.atttypid, null) as is, format_type(to_regtype(w.type), null) as wanted
       from jsonb_to_recordset($2::jsonb || '[{}]') as w (name text, type text)
       left join pg_attribute a on a.attrelid = to_regclass($1) and a.attname = w.name and not a.attisdropped`,
    [table, JSON.stringify(columns)],
  );
  const there = rows[0]?.there;
  if (!there) return says === 'alter' ? `there is no table ${table}` : undefined;
  const other = rows.find(({ name, is, wanted }) => name !== null && wanted !== null && is !== wanted);
  if (!other) return undefined;
  return other.is === null
    ? `${there} was there already, and has no column ${other.name}`
    : `column ${other.name} of ${there} was there already, as ${other.is}`;
}
