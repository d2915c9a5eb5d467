import type { RowTrigger, TableRows, ValueColumn } from './read.ts';

/** A column in which values of rows that stayed are others than before. */
export interface ChangedColumn {
  readonly column: string;
  readonly rows: number;
  /** The first of them: the row's key, and both values. */
  readonly examples: readonly string[];
  /** Every new value. */
  readonly values: readonly (string | null)[];
}

/** The changes of the rows of one table. */
export interface TableChange {
  /** `schema.table` before, or after for a table that is new. */
  readonly table: string;
  /** Its name afterwards; undefined when it was dropped. */
  readonly now: string | undefined;
  /** The number of rows before. */
  readonly rows: number;
  readonly added: number;
  readonly deleted: number;
  /** The keys of the first deleted rows, and of the first added ones. */
  readonly deletedKeys: readonly string[];
  readonly addedKeys: readonly string[];
  /** Whether rows are known by their key; without one, a changed row is a deleted and an added one. */
  readonly keyed: boolean;
  readonly changed: readonly ChangedColumn[];
  /** Columns in which NULL became a value: nothing is lost by it. */
  readonly filled: readonly { readonly column: string; readonly rows: number }[];
  /** Columns that are gone, with the number of values that were in them. */
  readonly dropped: readonly { readonly column: string; readonly values: number }[];
  /** The triggers that the table had before, and that may have changed rows that were updated. */
  readonly triggers: readonly RowTrigger[];
}

/** How many rows are named as examples. */
const EXAMPLES = 3;

type RowValues = readonly (string | null)[];

/**
 * Compares all rows before and after. A table is the one with its OID, or else its name, and so is a column; a row is
 * the one with its primary key.
 * @returns the tables to whose rows or columns something happened
 */
export function compareRows(before: readonly TableRows[], after: readonly TableRows[]): TableChange[] {
  const pairs = before.map((was) => [was, counterpart(was, before, after)] as const);
  const known = new Set(pairs.map(([, is]) => is));
  const added = after.filter((table) => !known.has(table) && table.rows.length > 0).map(newTable);
  return [...pairs.map(([was, is]) => (is ? compareTableRows(was, is) : droppedTable(was))), ...added].filter(happened);
}

const happened = ({ now, added, deleted, changed, filled, dropped }: TableChange): boolean =>
  now === undefined || added + deleted + changed.length + filled.length + dropped.length > 0;

function counterpart(was: TableRows, before: readonly TableRows[], after: readonly TableRows[]): TableRows | undefined {
  const same = after.find(({ oid }) => oid === was.oid);
  const named = after.find(({ table }) => table === was.table);
  return same ?? (named && !before.some(({ oid }) => oid === named.oid) ? named : undefined);
}

const NOTHING = {
  added: 0,
  deleted: 0,
  deletedKeys: [],
  addedKeys: [],
  keyed: true,
  changed: [],
  filled: [],
  dropped: [],
};

const newTable = (is: TableRows): TableChange => ({
  ...NOTHING,
  table: is.table,
  now: is.table,
  rows: 0,
  added: is.rows.length,
  addedKeys: is.rows.slice(0, EXAMPLES).map((row) => keyText(is, row)),
  triggers: [],
});

const droppedTable = (was: TableRows): TableChange => ({
  ...NOTHING,
  table: was.table,
  now: undefined,
  rows: was.rows.length,
  deleted: was.rows.length,
  deletedKeys: was.rows.slice(0, EXAMPLES).map((row) => keyText(was, row)),
  triggers: [],
});

function compareTableRows(was: TableRows, is: TableRows): TableChange {
  const at = was.columns.map((column) => is.columns.indexOf(sameColumn(column, was, is) as ValueColumn));
  const common = at.flatMap((place, index) => (place < 0 ? [] : [index]));
  const keyPlaces = was.key.map((name) => was.columns.findIndex((column) => column.name === name));
  const keyed = keyPlaces.length > 0 && keyPlaces.every((index) => common.includes(index));
  const identifying = keyed ? keyPlaces : common;
  const keyOf = (values: (index: number) => string | null | undefined): string =>
    JSON.stringify(identifying.map((index) => values(index)));
  const rest = Map.groupBy(is.rows, (row) => keyOf((index) => row[at[index] ?? -1]));
  const gone: RowValues[] = [];
  const stayed: (readonly [RowValues, RowValues])[] = [];
  for (const row of was.rows) {
    const match = rest.get(keyOf((index) => row[index]))?.shift();
    if (match) stayed.push([row, match]);
    else gone.push(row);
  }
  const differing = common.map((index) => ({
    column: was.columns[index]?.name ?? '',
    pairs: stayed.flatMap(([row, now]) => {
      const [old = null, value = null] = [row[index], now[at[index] ?? -1]];
      return old === value ? [] : [{ row, old, value }];
    }),
  }));
  return {
    table: was.table,
    now: is.table,
    rows: was.rows.length,
    added: is.rows.length - stayed.length,
    deleted: gone.length,
    deletedKeys: gone.slice(0, EXAMPLES).map((row) => keyText(was, row)),
    addedKeys: [...rest.values()]
      .flat()
      .slice(0, EXAMPLES)
      .map((row) => keyText(is, row)),
    keyed,
    changed: differing.flatMap(({ column, pairs }) => changedColumn(was, column, pairs)),
    filled: differing.flatMap(({ column, pairs }) => {
      const rows = pairs.filter(({ old }) => old === null).length;
      return rows > 0 ? [{ column, rows }] : [];
    }),
    dropped: was.columns.flatMap(({ name }, index) =>
      common.includes(index)
        ? []
        : [{ column: name, values: was.rows.filter((row) => (row[index] ?? null) !== null).length }],
    ),
    triggers: was.triggers,
  };
}

/** By its number where the table is the same one: a column that was renamed keeps it. */
function sameColumn(column: ValueColumn, was: TableRows, is: TableRows): ValueColumn | undefined {
  const numbered = was.oid === is.oid ? is.columns.find(({ number }) => number === column.number) : undefined;
  return numbered ?? is.columns.find(({ name }) => name === column.name);
}

function changedColumn(
  table: TableRows,
  column: string,
  pairs: readonly { readonly row: RowValues; readonly old: string | null; readonly value: string | null }[],
): ChangedColumn[] {
  const lost = pairs.filter(({ old }) => old !== null);
  if (lost.length === 0) return [];
  return [
    {
      column,
      rows: lost.length,
      examples: lost
        .slice(0, EXAMPLES)
        .map(({ row, old, value }) => `${keyText(table, row)}: ${column} ${shown(old)} → ${shown(value)}`),
      values: lost.map(({ value }) => value),
    },
  ];
}

/** The key of a row for people, or its first columns where it has none. */
function keyText({ columns, key }: TableRows, row: RowValues): string {
  const names = key.length > 0 ? key : columns.slice(0, EXAMPLES).map(({ name }) => name);
  return names
    .map((name) => `${name} = ${shown(row[columns.findIndex((each) => each.name === name)] ?? null)}`)
    .join(', ');
}

const shown = (value: string | null): string =>
  value === null ? 'null' : JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
