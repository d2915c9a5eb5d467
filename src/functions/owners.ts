import type { Persona } from '../access/model.ts';
import { idsOf } from '../access/sets/ids.ts';
import type { SchemaCatalog } from '../catalog/catalog.ts';
import type { ForeignKey } from '../catalog/constraints.ts';
import type { RowTexts } from './ask.ts';
import type { StoredRow } from './world.ts';

/** Stands for somebody who is none of the personas. */
export const SOMEBODY = 'somebody';

/** Tells whose rows are. */
export interface Ownership {
  /**
   * The names of the personas to whom a row of a table belongs, with SOMEBODY for a user who is none of them; empty when
   * it is nobody's.
   * @param added rows that the database does not have
   */
  ownersOf(table: string, values: RowTexts, added?: readonly TableRow[]): ReadonlySet<string>;
  /** The rows to which a row refers and that are not among those that it was made with: whose it is depends on them. */
  unknownParents(table: string, values: RowTexts): readonly RowReference[];
  /** The names of the personas that have a row of their own that refers to this one. */
  usersOf(row: StoredRow): ReadonlySet<string>;
  /** Whether one row refers to the other by a foreign key. */
  isRelated(one: StoredRow, other: StoredRow): boolean;
}

/** A row that others refer to: the table's id, and the values of columns that find it. */
export interface RowReference {
  readonly table: string;
  readonly tableSql: string;
  readonly values: Readonly<Record<string, string>>;
}

/** A row by its table's id. */
export interface TableRow {
  readonly table: string;
  readonly values: RowTexts;
}

/**
 * A row belongs to the personas whose id stands in one of its columns, and to those to whom the rows belong to which it
 * refers by foreign keys, upwards. The users' tables are those in which an id of a persona is a key by itself: what
 * refers to another row of theirs, or to a row that nobody knows of a table that leads there, is somebody's.
 * @param besides rows that were there before the world
 */
export function ownershipOf(
  { constraints, relations }: Pick<SchemaCatalog, 'constraints' | 'relations'>,
  personas: readonly Persona[],
  world: readonly StoredRow[],
  besides: readonly TableRow[] = [],
): Ownership {
  const holders = new Map([...idsOf(personas)].flatMap(([name, texts]) => texts.map((text) => [text, name] as const)));
  const foreignKeys = Map.groupBy(
    constraints.filter((one): one is ForeignKey => one.kind === 'foreign key'),
    ({ table }) => table,
  );
  const keysOf = new Map(relations.map(({ id, primaryKey }) => [id, primaryKey]));
  const users = usersTables(world, holders);
  const rows = Map.groupBy(
    [...world.map(({ table, values }): TableRow => ({ table: table.id, values })), ...besides],
    ({ table }) => table,
  );
  const leading = new Map<string, boolean>();

  function leadsToUsers(table: string, visited: ReadonlySet<string> = new Set()): boolean {
    if (users.has(table)) return true;
    const known = leading.get(table);
    if (known !== undefined) return known;
    if (visited.has(table)) return false;
    const leads = (foreignKeys.get(table) ?? []).some(({ referenced }) =>
      leadsToUsers(referenced, new Set([...visited, table])),
    );
    leading.set(table, leads);
    return leads;
  }

  function ownersOf(
    table: string,
    values: RowTexts,
    added: readonly TableRow[] = [],
    visited: readonly string[] = [],
  ): Set<string> {
    const owners = new Set(Object.values(values).flatMap((text) => (text === null ? [] : (holders.get(text) ?? []))));
    if (users.has(table) && owners.size === 0 && keysOf.get(table)?.length === 1) owners.add(SOMEBODY);
    if (visited.includes(table)) return owners;
    for (const key of foreignKeys.get(table) ?? []) {
      const wanted = key.columns.map((column) => values[column] ?? null);
      if (wanted.includes(null) || wanted.some((text) => text !== null && holders.has(text))) continue;
      const parent =
        rows.get(key.referenced)?.find((row) => refersTo(key, values, row.values)) ??
        added.find((row) => row.table === key.referenced && refersTo(key, values, row.values));
      if (parent)
        for (const owner of ownersOf(key.referenced, parent.values, added, [...visited, table])) owners.add(owner);
      else if (leadsToUsers(key.referenced)) owners.add(SOMEBODY);
    }
    return owners;
  }

  const isChildOf = (child: StoredRow, parent: StoredRow): boolean =>
    (foreignKeys.get(child.table.id) ?? []).some(
      (key) => key.referenced === parent.table.id && refersTo(key, child.values, parent.values),
    );
  return {
    ownersOf: (table, values, added) => ownersOf(table, values, added),
    unknownParents: (table, values) =>
      (foreignKeys.get(table) ?? []).flatMap((key): RowReference[] => {
        const wanted = key.columns.map((column) => values[column] ?? null);
        const isKnown = wanted.includes(null) || wanted.some((text) => text !== null && holders.has(text));
        if (isKnown || users.has(key.referenced) || !leadsToUsers(key.referenced)) return [];
        if (rows.get(key.referenced)?.some((row) => refersTo(key, values, row.values))) return [];
        const found = key.referencedColumns.map((column, index) => [column, wanted[index] ?? '']);
        return [{ table: key.referenced, tableSql: key.referencedSql, values: Object.fromEntries(found) }];
      }),
    usersOf: (row) =>
      new Set(
        world.filter((child) => isChildOf(child, row)).flatMap((child) => [...ownersOf(child.table.id, child.values)]),
      ),
    isRelated: (one, other) => isChildOf(one, other) || isChildOf(other, one),
  };
}

function refersTo({ columns, referencedColumns }: ForeignKey, child: RowTexts, parent: RowTexts): boolean {
  return columns.every((column, index) => {
    const value = child[column] ?? null;
    return value !== null && value === parent[referencedColumns[index] ?? ''];
  });
}

/** The ids of the tables in which the id of a persona is the primary key. */
function usersTables(world: readonly StoredRow[], holders: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set(
    world
      .filter(({ table, values }) => {
        const [key, ...more] = table.primaryKey;
        return key !== undefined && more.length === 0 && holders.has(values[key] ?? '');
      })
      .map(({ table }) => table.id),
  );
}
