import type { Column } from '../catalog/columns.ts';
import type { Table } from '../catalog/table.ts';

/** How a copy of a row gets keys of its own: column → SQL of its value, from a row `o`. */
export type FreshKeys = ReadonlyMap<string, string>;

/**
 * For each table, the columns in which a copy of one of its rows differs, so that no key is in its way: one column of
 * each key, a reference only where nothing else will do; the copy then refers to the copy of that row. A table of which
 * no copy can be there has none.
 */
export function freshKeysOf(
  tables: readonly Table[],
  ownersIn: (table: string) => ReadonlySet<string>,
): ReadonlyMap<string, FreshKeys> {
  const fresh = new Map<string, Map<string, string>>();
  const waiting: { table: Table; columns: readonly string[] }[] = [];
  for (const table of tables) {
    const own = new Map<string, string>();
    fresh.set(table.id, own);
    for (const columns of uniqueKeys(table)) {
      if (columns.some((name) => own.has(name))) continue;
      const free = columns.find((name) => !isBound(table, name, ownersIn(table.id)) && freshValue(table, name));
      if (free) own.set(free, freshValue(table, free) ?? '');
      else waiting.push({ table, columns });
    }
  }
  for (let left = waiting; ; ) {
    const still = left.filter(({ table, columns }) => {
      const own = fresh.get(table.id);
      if (columns.some((name) => own?.has(name))) return false;
      const name = columns.find((column) => refersToFresh(table, column, fresh) && freshValue(table, column));
      if (name) own?.set(name, freshValue(table, name) ?? '');
      return name === undefined;
    });
    if (still.length === left.length) {
      for (const { table } of still) fresh.delete(table.id);
      return fresh;
    }
    left = still;
  }
}

/** SQL of the fresh value of a column of a row `o`; undefined where a type has none. */
export function freshValue({ columns }: Table, name: string): string | undefined {
  const column = columns.find((one) => one.name === name);
  if (!column || column.labels) return undefined;
  const value = `o.${column.sql}`;
  const { typeName } = column;
  if (typeName === 'uuid') return `md5('rolecall' || ${value})::uuid`;
  const step = STEPS[typeName];
  if (step !== undefined) return `${value} + ${step}`;
  return column.isText ? `(${value} || '~')::${column.type}` : undefined;
}

const STEPS: Readonly<Record<string, string>> = {
  smallint: '10000',
  integer: '1000000000',
  bigint: '1000000000000',
  numeric: '1000000000000',
  date: '7',
  'timestamp without time zone': "interval '7 days 1 second'",
  'timestamp with time zone': "interval '7 days 1 second'",
};

const isBound = (table: Table, name: string, owners: ReadonlySet<string>): boolean =>
  table.foreignKeys.some(({ columns }) => columns.includes(name)) ||
  (owners.has(name) && !table.primaryKey.includes(name));

const refersToFresh = (table: Table, name: string, fresh: ReadonlyMap<string, FreshKeys>): boolean =>
  table.foreignKeys.some(({ columns, referenced, referencedColumns }) => {
    const at = columns.indexOf(name);
    return at >= 0 && fresh.get(referenced)?.has(referencedColumns[at] ?? '') === true;
  });

/** The columns of every key and unique index. */
function uniqueKeys({ keys, indexes }: Table): (readonly string[])[] {
  return [
    ...keys.map(({ columns }) => columns),
    ...indexes
      .filter(({ unique, constraint }) => unique && constraint === null)
      .map(({ keys: own }) => own.flatMap(({ column }) => column ?? []))
      .filter((columns) => columns.length > 0),
  ];
}

/** The columns to which an insert of a copy gives values. */
export const copiedColumns = ({ columns }: Table): Column[] => columns.filter(({ generation }) => !generation);
