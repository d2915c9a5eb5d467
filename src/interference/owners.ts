import type { ForeignKey } from '../catalog/constraints.ts';
import type { LocatedRow, LocatedTable } from './rows.ts';

/** Who rows belong to, and to which rows they refer. */
export interface RowOwners {
  /** Whether the persona is an owner of the row. */
  owns(persona: string, row: LocatedRow): boolean;
  /** The rows to which it refers by foreign keys. */
  parentsOf(row: LocatedRow): readonly LocatedRow[];
  /** The columns of a table that say whose a row is. */
  ownersIn(table: string): ReadonlySet<string>;
}

/**
 * Finds the owners of rows. A column holds persons when a persona's id is in it, or when a foreign key leads from it to
 * such a column. A row belongs to whom its own columns name; one that names nobody, to the owners of the rows to which
 * it refers.
 * @param ids the texts by which each persona is known
 */
export function ownershipOf(tables: readonly LocatedTable[], ids: ReadonlyMap<string, readonly string[]>): RowOwners {
  const persons = personColumns(tables, new Set([...ids.values()].flat()));
  const home = new Map(tables.flatMap((table) => table.rows.map((row) => [row.id, table] as const)));
  const finders = new Map<ForeignKey, ReadonlyMap<string, LocatedRow>>();
  const bySql = new Map(tables.map((table) => [table.table.sql, table]));
  const parents = new Map<string, readonly LocatedRow[]>();

  const finderOf = (key: ForeignKey): ReadonlyMap<string, LocatedRow> => {
    const known = finders.get(key);
    if (known) return known;
    const rows = bySql.get(key.referencedSql)?.rows ?? [];
    const finder = new Map(
      rows.flatMap((row) => {
        const text = tupleOf(row, key.referencedColumns);
        return text ? [[text, row]] : [];
      }),
    );
    finders.set(key, finder);
    return finder;
  };
  const parentsOf = (row: LocatedRow): readonly LocatedRow[] => {
    const known = parents.get(row.id);
    if (known) return known;
    const own = (home.get(row.id)?.table.foreignKeys ?? []).flatMap((key) => {
      const text = tupleOf(row, key.columns);
      const parent = text ? finderOf(key).get(text) : undefined;
      return parent && parent.id !== row.id ? [parent] : [];
    });
    parents.set(row.id, own);
    return own;
  };
  const owners = new Map<string, ReadonlySet<string>>();
  const ownersOf = (row: LocatedRow, above: ReadonlySet<string>): ReadonlySet<string> => {
    const known = owners.get(row.id);
    if (known) return known;
    const columns = persons.get(home.get(row.id)?.table.id ?? '') ?? new Set();
    const named = [...columns].flatMap((name) => row.keys.get(name) ?? row.held.get(name) ?? []);
    const visited = new Set([...above, row.id]);
    const found = new Set(
      named.length > 0
        ? named
        : parentsOf(row)
            .filter(({ id }) => !visited.has(id))
            .flatMap((parent) => [...ownersOf(parent, visited)]),
    );
    owners.set(row.id, found);
    return found;
  };
  return {
    parentsOf,
    owns: (persona, row) => (ids.get(persona) ?? []).some((id) => ownersOf(row, new Set()).has(id)),
    ownersIn: (table) => persons.get(table) ?? new Set(),
  };
}

function tupleOf({ keys }: LocatedRow, columns: readonly string[]): string | undefined {
  const values = columns.map((name) => keys.get(name) ?? null);
  return values.includes(null) ? undefined : JSON.stringify(values);
}

/** Table → the columns that hold persons. */
function personColumns(tables: readonly LocatedTable[], ids: ReadonlySet<string>): Map<string, Set<string>> {
  const found = new Map(tables.map(({ table }) => [table.id, new Set<string>()]));
  const users = numberedUsers(tables, ids);
  for (const stored of tables) {
    const { table, rows } = stored;
    const own = found.get(table.id);
    for (const { name, typeName, isText } of table.columns) {
      const holds = rows.some(({ keys, held }) => ids.has(keys.get(name) ?? '') || held.has(name));
      const isReference = table.foreignKeys.some(({ columns }) => columns.includes(name));
      if (holds && !isReference && (typeName === 'uuid' || isText || users.get(table.id) === name)) own?.add(name);
    }
  }
  for (let grew = true; grew; ) {
    grew = false;
    for (const { table } of tables)
      for (const { columns, referenced, referencedColumns } of table.foreignKeys)
        for (const [at, name] of columns.entries()) {
          const own = found.get(table.id);
          if (own?.has(name) || !found.get(referenced)?.has(referencedColumns[at] ?? '')) continue;
          own?.add(name);
          grew = true;
        }
  }
  return found;
}

/**
 * Tables of users who are known by numbers: other tables have rows of these numbers as well. It is one that refers to no
 * other of which the same could be said.
 */
function numberedUsers(tables: readonly LocatedTable[], ids: ReadonlySet<string>): Map<string, string> {
  const candidates = new Map(
    tables.flatMap(({ table, rows }) => {
      const [name, ...more] = table.primaryKey;
      const isNumber = table.columns.some(
        (column) => column.name === name && ['smallint', 'integer', 'bigint'].includes(column.typeName),
      );
      const holds = rows.some(({ keys }) => ids.has(keys.get(name ?? '') ?? ''));
      return name !== undefined && more.length === 0 && isNumber && holds ? [[table.id, name] as const] : [];
    }),
  );
  const refers = tables
    .filter(({ table }) =>
      table.foreignKeys.some(({ referenced }) => candidates.has(referenced) && referenced !== table.id),
    )
    .map(({ table }) => table.id);
  for (const id of refers) candidates.delete(id);
  return candidates;
}
