import type { Column } from '../../catalog/columns.ts';
import type { Table } from '../../catalog/table.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Variant } from './variants.ts';

/** How copies of a table's rows are made. */
export interface CopyRules {
  /** The columns that say whose the row is: a copy is the same one's. */
  readonly owners: ReadonlySet<string>;
  /** Whether keys get values of a copy's own, which a check or a trigger may refuse. Otherwise all keys are dropped. */
  readonly ownValues: boolean;
}

/**
 * SQL that inserts a copy of a row, to be ended by a WHERE clause that finds it as `o`, with the changes of a variant, and values of its own in one column of
 * each key, so that both can be there. Keys that have no such column are to be dropped before.
 * @param number tells this copy from others of the table
 */
export function copyStatement(table: Table, variant: Variant, rules: CopyRules, number: number): string {
  const fresh = Object.fromEntries(
    freeColumns(table, variant, rules).map(({ column, value }) => [column.sql, value(number)]),
  );
  const columns = table.columns.filter(({ generated, identity }) => !generated || identity === 'always');
  const values = columns.map((column) => variant.changes[column.sql] ?? fresh[column.sql] ?? `o.${column.sql}`);
  return [
    `insert into ${table.sql} (${columns.map(({ sql }) => sql).join(', ')}) overriding system value`,
    `select ${values.join(', ')} from ${table.sql} o`,
  ].join('\n');
}

/**
 * Statements that drop the keys of a table in which no column can have a value of a copy's own, with the foreign keys
 * that refer to them: a key of other tables' keys, or of an owner. The caller undoes it.
 */
export function dropRigidKeys(table: Table, rules: CopyRules): string[] {
  const rigid = uniqueKeys(table).filter(({ columns }) => !freeColumn(table, columns, rules, new Set()));
  return rigid.map(({ drop }) => drop);
}

/** The columns in which a copy has values of its own. */
export const ownColumns = (table: Table, variant: Variant, rules: CopyRules): Column[] =>
  freeColumns(table, variant, rules).map(({ column }) => column);

/** One column of each key that has one. */
function freeColumns(table: Table, { changes }: Variant, rules: CopyRules): FreeColumn[] {
  const free: FreeColumn[] = [];
  for (const { columns } of uniqueKeys(table)) {
    if (free.some(({ column }) => columns.includes(column.name))) continue;
    const own = freeColumn(table, columns, rules, new Set(Object.keys(changes)));
    if (own) free.push(own);
  }
  return free;
}

interface FreeColumn {
  readonly column: Column;
  readonly value: (number: number) => string;
}

/** A column of a key whose value says nothing but which row it is. */
function freeColumn(
  table: Table,
  names: readonly string[],
  { owners, ownValues }: CopyRules,
  changed: ReadonlySet<string>,
): FreeColumn | undefined {
  if (!ownValues) return undefined;
  for (const name of names) {
    const column = columnOf(table, name);
    const value = column && freshValue(table, column);
    if (column && value && !owners.has(column.sql) && !changed.has(column.sql)) return { column, value };
  }
  return undefined;
}

const columnOf = ({ columns }: Table, name: string): Column | undefined =>
  columns.find((column) => column.name === name);

interface CopiedKey {
  readonly columns: readonly string[];
  readonly drop: string;
}

/** Every key and unique index; of one on an expression, the columns that it names by themselves. */
function uniqueKeys({ keys, indexes, sql: table }: Table): CopiedKey[] {
  return [
    ...keys.map(({ columns, sql }) => ({ columns, drop: `alter table ${table} drop constraint ${sql} cascade` })),
    ...indexes
      .filter(({ unique, constraint }) => unique && constraint === null)
      .map(({ keys: own, sql }) => ({
        columns: own.flatMap(({ column }) => column ?? []),
        drop: `drop index ${sql} cascade`,
      })),
  ];
}

/** How a column of this type gets a value of a copy's own; undefined where its values mean something. */
function freshValue(table: Table, column: Column): FreeColumn['value'] | undefined {
  if (column.labels || table.foreignKeys.some(({ columns }) => columns.includes(column.name))) return undefined;
  const type = column.typeName;
  if (type === 'uuid') return (number) => `md5(${quoteLiteral(`${table.id} ${number}`)})::uuid`;
  if (/^(smallint|integer|bigint|numeric)/.test(type))
    return (number) => `(select max(x.${column.sql}) + ${number} from ${table.sql} x)`;
  // A letter and digits, which a check of the text's form takes more often than other characters.
  if (column.isText) return (number) => `(o.${column.sql} || ${quoteLiteral(`x${number}`)})::${column.type}`;
  if (type === 'date') return (number) => `o.${column.sql} + ${number}`;
  if (type.startsWith('timestamp')) return (number) => `o.${column.sql} + interval '${number} seconds'`;
  return undefined;
}
