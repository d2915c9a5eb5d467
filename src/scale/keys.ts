import type { Table } from '../catalog/table.ts';
import { type CheckInput, list, type TableRule } from './finding.ts';
import { type UniqueKey, uniqueKeys } from './unique-keys.ts';

/**
 * Citus can only see on one node whether a key is unique: each primary key, unique and exclusion constraint of a
 * distributed table has the distribution column. The script adds it to primary keys, and to unique constraints whose
 * columns determine its value anyhow.
 */
export const keyRule: TableRule = function* (table, place, input) {
  if (place.kind !== 'distributed') return;
  for (const key of uniqueKeys(table)) {
    const object = `${key.sql} on ${table.id}`;
    const base = { rule: 'key' as const, where: table.id, object };
    if (key.columns.includes(place.column)) {
      yield { ...base, status: 'holds', says: `${key.kind} ${key.name} ${list(key.columns, table)}` };
      continue;
    }
    if (key.kind === 'unique index' || key.kind === 'exclusion') {
      const fix = `Add ${place.column} to it in a migration${key.kind === 'unique index' ? ', or make it a constraint' : ''}.`;
      yield {
        ...base,
        status: 'broken',
        says: `${key.kind} ${key.name} ${list(key.columns, table)} lacks ${place.column}`,
        fix,
      };
      continue;
    }
    const widened = widen(key, place.column, table);
    const change = {
      keys: [
        `alter table ${table.sql} drop constraint ${key.sql};`,
        `alter table ${table.sql} add constraint ${key.sql} ${widened};`,
      ],
      was: `${object}: ${key.definition}`,
    };
    const why = key.kind === 'primary key' ? 'as every primary key' : tells(key, place.column, table, input);
    const says = `${key.kind} ${key.name} ${list(key.columns, table)} becomes ${widened}`;
    if (why) yield { ...base, status: 'changed', says: `${says}: ${why}`, change };
    else {
      yield {
        ...base,
        status: 'broken',
        says: `${says}: it is then unique only within each ${place.column}`,
        fix: 'Settle what keeps it unique: the source of the values, a reference table of them, or why duplicates do no harm.',
        change,
      };
    }
  }
};

/** Last, so that the index still finds rows by the columns that came first. */
function widen(key: UniqueKey, column: string, table: Table): string {
  const kind =
    key.kind === 'primary key' ? 'primary key' : `unique${key.nullsNotDistinct ? ' nulls not distinct' : ''}`;
  return `${kind} ${list([...key.columns, column], table)}`;
}

/** Why the columns of a key tell the value of the distribution column, or undefined when they don't. */
function tells({ columns }: UniqueKey, column: string, table: Table, { byId }: CheckInput): string | undefined {
  const { primaryKey } = table;
  if (primaryKey.length > 0 && primaryKey.every((name) => columns.includes(name))) return 'it contains the primary key';
  for (const foreign of table.foreignKeys) {
    const image = (parent: string): string => foreign.columns[foreign.referencedColumns.indexOf(parent)] ?? '';
    const parent = byId.get(foreign.referenced);
    if (!foreign.columns.includes(column)) continue;
    // One row of the parent, and with it the value that both have in the foreign key.
    const found = (parent ? uniqueKeys(parent) : []).some(
      (key) =>
        key.columns.length > 0 &&
        key.kind !== 'exclusion' &&
        key.columns.every((name) => columns.includes(image(name))),
    );
    if (found) return `its columns determine the row of ${foreign.referenced}, which has the ${column}`;
  }
  return undefined;
}
