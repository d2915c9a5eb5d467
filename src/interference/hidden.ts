import type { Caller } from '../access/sets/callers.ts';
import type { RowOwners } from './owners.ts';
import type { LocatedRow } from './rows.ts';
import type { VariedTable } from './vary.ts';
import type { Privileges, Sight } from './visible.ts';

/** The rows and columns of a table that one caller may not see. */
export interface HiddenIn {
  readonly table: VariedTable;
  /** The rows that select does not give the caller, and that are not the caller's own. */
  readonly rows: readonly LocatedRow[];
  /** The caller's own rows, whether select gives them or not. */
  readonly own: readonly LocatedRow[];
  /** Rows of others that the caller sees, of which the columns below are hidden. */
  readonly partly: readonly LocatedRow[];
  readonly columns: readonly string[];
}

/** All that a caller may not see, by table; tables in which that is nothing are there too. */
export interface Hidden {
  readonly tables: readonly HiddenIn[];
  /** The tables of which nobody knows what the caller sees, since the select fails. */
  readonly unknown: readonly string[];
}

/** Finds what a caller may not see: rows that are neither shown nor the caller's own, and columns without SELECT. */
export function hiddenFrom(
  caller: Caller,
  place: number,
  tables: readonly VariedTable[],
  sight: Sight,
  ownership: RowOwners,
  privileges: Privileges,
): Hidden {
  const unknown: string[] = [];
  const found = tables.flatMap((table): HiddenIn[] => {
    const seen = sight.of(place, table.table.id);
    if (!seen) {
      unknown.push(table.table.id);
      return [];
    }
    const own = table.rows.filter((row) => caller.kind === 'persona' && ownership.owns(caller.name, row));
    const others = table.rows.filter((row) => !own.includes(row));
    const { select } = privileges(caller.role, table.table);
    return [
      {
        table,
        own,
        rows: others.filter(({ id }) => !seen.has(id)),
        partly: others.filter(({ id }) => seen.has(id)),
        columns: table.free.map(({ sql }) => sql).filter((sql) => !select.includes(sql)),
      },
    ];
  });
  return { tables: found, unknown };
}

/**
 * Those of the hidden rows that can go: no row that stays refers to them.
 * @param goes whether the hidden rows of a table are to go at all
 */
export function removable(
  { tables }: Hidden,
  { parentsOf }: Pick<RowOwners, 'parentsOf'>,
  everything: readonly VariedTable[],
  goes: (table: string) => boolean,
): ReadonlySet<string> {
  const leaving = new Set(
    tables.filter(({ table }) => goes(table.table.id)).flatMap(({ rows }) => rows.map(({ id }) => id)),
  );
  // Rows that were not read may refer to any.
  const unread = new Set(
    everything
      .filter(({ complete }) => !complete)
      .flatMap(({ table }) => table.foreignKeys.map(({ referenced }) => referenced)),
  );
  for (const { table, rows } of everything) if (unread.has(table.id)) for (const { id } of rows) leaving.delete(id);
  const staying = everything.flatMap(({ rows }) => rows.filter(({ id }) => !leaving.has(id)));
  for (const row of staying) for (const parent of parentsOf(row)) if (leaving.delete(parent.id)) staying.push(parent);
  return leaving;
}
