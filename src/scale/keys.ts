import { type Ground, list, quoted, type TableRule } from './finding.ts';
import type { Key, Table } from './read.ts';

/**
 * Citus can only see on one node whether a key is unique: each primary key, unique and exclusion constraint of a
 * distributed table has the distribution column. The script adds it to primary keys, and to unique constraints whose
 * columns tell its value anyhow.
 */
export const keyRule: TableRule = function* (table, place, ground) {
  if (place.kind !== 'distributed') return;
  for (const key of table.keys) {
    const object = `${quoted(key.name)} on ${table.id}`;
    const base = { rule: 'key' as const, where: table.id, object };
    if (key.columns.includes(place.column)) {
      yield { ...base, status: 'holds', says: `${key.kind} ${key.name} ${list(key.columns)}` };
      continue;
    }
    if (key.kind === 'unique index' || key.kind === 'exclusion') {
      const fix = `Add ${place.column} to it in a migration${key.kind === 'unique index' ? ', or make it a constraint' : ''}.`;
      yield {
        ...base,
        status: 'broken',
        says: `${key.kind} ${key.name} ${list(key.columns)} lacks ${place.column}`,
        fix,
      };
      continue;
    }
    const widened = widen(key, place.column);
    const change = {
      keys: [
        `alter table ${table.sql} drop constraint ${quoted(key.name)};`,
        `alter table ${table.sql} add constraint ${quoted(key.name)} ${widened};`,
      ],
      was: `${object}: ${key.definition}`,
    };
    const why = key.kind === 'primary key' ? 'as every primary key' : tells(key, place.column, table, ground);
    const says = `${key.kind} ${key.name} ${list(key.columns)} becomes ${widened}`;
    if (why) yield { ...base, status: 'changed', says: `${says}: ${why}`, change };
    else {
      yield {
        ...base,
        status: 'broken',
        says: `${says}: it then holds for each ${place.column} only`,
        fix: 'Settle what keeps it unique: the source of the values, a reference table of them, or that nobody minds.',
        change,
      };
    }
  }
};

/** Last, so that the index still finds rows by the columns that came first. */
function widen(key: Key, column: string): string {
  const kind =
    key.kind === 'primary key' ? 'primary key' : `unique${key.nullsNotDistinct ? ' nulls not distinct' : ''}`;
  return `${kind} ${list([...key.columns, column])}`;
}

/** Why the columns of a key tell the value of the distribution column, or undefined when they don't. */
function tells({ columns }: Key, column: string, table: Table, { byId }: Ground): string | undefined {
  const primary = table.keys.find(({ kind }) => kind === 'primary key');
  if (primary?.columns.every((name) => columns.includes(name))) return 'it has all of the primary key';
  for (const foreign of table.foreignKeys) {
    const image = (parent: string): string => foreign.columns[foreign.parentColumns.indexOf(parent)] ?? '';
    const parent = byId.get(foreign.parent);
    if (!foreign.columns.includes(column)) continue;
    // One row of the parent, and with it the value that both have in the foreign key.
    const found = parent?.keys.some(
      (key) =>
        key.columns.length > 0 &&
        key.kind !== 'exclusion' &&
        key.columns.every((name) => columns.includes(image(name))),
    );
    if (found) return `its columns tell the row of ${foreign.parent}, and that has the ${column}`;
  }
  return undefined;
}
