import type { Node, RangeVar } from 'libpg-query';
import { hasBackslash, readSingle } from './statements.ts';

/** A lock on a table, as LOCK asks for it: the mode is PostgreSQL's number, 1 for ACCESS SHARE to 8 for ACCESS EXCLUSIVE. */
export interface LockedTable {
  schema: string | null;
  table: string;
  mode: number;
}

/** A statement that a suspended transaction can be made of. */
export type Replayable = { kind: 'begin' } | { kind: 'lock'; locks: LockedTable[] } | { kind: 'read' };

/** They are kept and run again: no longer text is looked at. */
const LONGEST = 2_000;

/**
 * Whether a transaction that ran only this can be rolled back and begun again unnoticed: BEGIN in READ COMMITTED, LOCK,
 * and a SELECT that does nothing but compare columns. Null for everything else, and for whatever is not certain. A SELECT
 * may still read a view whose functions write: whether rows were written, PostgreSQL must say itself.
 */
export function replayable(text: string): Replayable | null {
  if (text.length > LONGEST || hasBackslash(text) || !/begin|start|lock|select/i.test(text)) return null;
  const statement = readSingle(text);
  if (statement === null) return null;
  if ('TransactionStmt' in statement) {
    const { kind, options = [] } = statement.TransactionStmt;
    const begins = kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START';
    return begins && options.every(isUsual) ? { kind: 'begin' } : null;
  }
  if ('LockStmt' in statement) {
    const { relations = [], mode = 8 } = statement.LockStmt;
    const tables = relations.flatMap((relation) => ('RangeVar' in relation ? relation.RangeVar : []));
    return { kind: 'lock', locks: tables.map((table) => lockOf(table, mode)) };
  }
  return 'SelectStmt' in statement && onlyReads(statement) ? { kind: 'read' } : null;
}

/** Whether one lock has to wait for the other. Names are compared as written: a table without a schema may be any. */
export function conflicts(one: LockedTable, other: LockedTable): boolean {
  const sameSchema = one.schema === null || other.schema === null || one.schema === other.schema;
  return one.table === other.table && sameSchema && (CONFLICTS[one.mode]?.includes(other.mode) ?? true);
}

/** The modes that a mode conflicts with (PostgreSQL's documentation, table 13.2). */
const CONFLICTS: Record<number, number[]> = {
  1: [8],
  2: [7, 8],
  3: [5, 6, 7, 8],
  4: [4, 5, 6, 7, 8],
  5: [3, 4, 6, 7, 8],
  6: [3, 4, 5, 6, 7, 8],
  7: [2, 3, 4, 5, 6, 7, 8],
  8: [1, 2, 3, 4, 5, 6, 7, 8],
};

function lockOf({ schemaname, relname = '' }: RangeVar, mode: number): LockedTable {
  return { schema: schemaname ?? null, table: relname, mode };
}

/** A mode of BEGIN that is the default: begun again, in REPEATABLE READ it would see other rows than before. */
function isUsual(option: Node): boolean {
  if (!('DefElem' in option)) return false;
  const { defname, arg } = option.DefElem;
  if (!arg || !('A_Const' in arg)) return false;
  if (defname === 'transaction_isolation') return arg.A_Const.sval?.sval === 'read committed';
  return defname === 'transaction_read_only' && arg.A_Const.ival !== undefined && !arg.A_Const.ival.ival;
}

/** The node types of a SELECT that calls no user-defined function. Casts are not among them: they call functions too. */
const READING = new Set([
  'A_Const',
  'A_Expr',
  'A_Star',
  'BoolExpr',
  'ColumnRef',
  'JoinExpr',
  'List',
  'NullTest',
  'ParamRef',
  'RangeVar',
  'ResTarget',
  'SelectStmt',
  'SortBy',
  'String',
]);
const COMPARING = new Set(['=', '<>', '<', '>', '<=', '>=']);
/** The fields of a SELECT whose values are nodes without a name: INTO makes a table, WITH may hold a DELETE. */
const CHANGING = new Set(['intoClause', 'withClause']);

/** In a tree every node is an object whose only field, with a capital letter, names it. */
function onlyReads(tree: unknown): boolean {
  if (Array.isArray(tree)) return tree.every(onlyReads);
  if (typeof tree !== 'object' || tree === null) return true;
  return Object.entries(tree).every(([field, value]) => {
    if (CHANGING.has(field) || (/^[A-Z]/.test(field) && !READING.has(field))) return false;
    return (field !== 'A_Expr' || compares(value)) && onlyReads(value);
  });
}

function compares({ name = [] }: { name?: Node[] }): boolean {
  const [operator, ...more] = name;
  return (
    more.length === 0 && operator !== undefined && 'String' in operator && COMPARING.has(operator.String.sval ?? '')
  );
}
