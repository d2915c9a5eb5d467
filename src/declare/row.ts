import type { Value, Values, WorldRow } from '../access/model.ts';
import type { Column } from '../catalog/columns.ts';
import type { ForeignKey } from '../catalog/constraints.ts';
import type { Index } from '../catalog/indexes.ts';
import type { Relation } from '../catalog/relations.ts';
import { type People, personOf } from './people.ts';
import { plainValues } from './plain-values.ts';

/** A table as its row is suggested. */
export interface NewTable {
  readonly relation: Relation;
  readonly foreignKeys: readonly ForeignKey[];
  readonly indexes: readonly Index[];
  /** Columns without a foreign key whose default is the id of the persona who inserts. */
  readonly ownedByDefault: readonly string[];
}

/** A row of the world, with what could not be decided. */
export interface SuggestedRow {
  readonly row: WorldRow & { readonly row: string };
  readonly open: readonly string[];
}

/** A row's columns as they are collected. */
type Collected = Map<string, Value>;

/**
 * A row of a table for the world: foreign keys refer to rows that the world has, preferably those of a persona, and columns
 * that need a value get a plain one of their type. The row to insert differs from it in each unique key; the update writes
 * the column that most of the roles that update may write.
 * @param updatable by column, how many roles may update it
 */
export function suggestRow(
  table: NewTable,
  world: readonly WorldRow[],
  people: People,
  updatable: ReadonlyMap<string, number>,
): SuggestedRow {
  const { relation } = table;
  const collected: Collected = new Map();
  const open = collectParents(table, world, people, collected);
  for (const name of table.ownedByDefault) {
    const [first] = people.keys();
    if (first !== undefined && !collected.has(name)) collected.set(name, first);
  }
  for (const column of relation.columns) {
    if (collected.has(column.name) || !(needsValue(column) || isUuidKey(relation, column))) continue;
    const value = plainValues(relation.id, column)?.[0];
    if (value === undefined) open.push(`${column.name} is of type ${column.type}: give it a value.`);
    else collected.set(column.name, value);
  }
  const values = inOrder(relation, collected);
  const owner = Object.values(values).flatMap((value) => personOf(people, value) ?? [])[0];
  const insert = toInsert(table, world, people, values, open);
  const update = toUpdate(table, world, values, updatable);
  return {
    row: {
      table: relation.id,
      row: owner === undefined ? 'any' : `${owner}'s`,
      values,
      ...(insert ? { insert } : {}),
      ...(update ? { update } : {}),
    },
    open,
  };
}

const needsValue = (column: Column): boolean => column.notNull && !column.hasDefault && !column.generated;

/** Its value finds the row, and so it is given, also where there is a default. */
const isUuidKey = ({ primaryKey }: Relation, { name, type }: Column): boolean =>
  primaryKey.includes(name) && type === 'uuid';

/** Columns of foreign keys: those that may not be null, and one that may where only that leads to a persona. */
function collectParents(
  { relation, foreignKeys }: NewTable,
  world: readonly WorldRow[],
  people: People,
  collected: Collected,
): string[] {
  const open: string[] = [];
  const isNeeded = ({ columns }: ForeignKey): boolean =>
    columns.every((name) => relation.columns.find((column) => column.name === name)?.notNull);
  const refer = (key: ForeignKey, values: Values): void => {
    for (const [index, name] of key.columns.entries())
      collected.set(name, values[key.referencedColumns[index] as string] ?? null);
  };
  const ordered = foreignKeys.toSorted((one, other) => other.columns.length - one.columns.length);
  for (const key of ordered.filter(isNeeded)) {
    const [parent] = parentsOf(key, world, people, collected);
    if (parent) refer(key, parent);
    else if (key.referenced !== relation.id)
      open.push(
        `${key.columns.join(', ')}: the world has no row of ${key.referenced} to refer to. Add one, or declare that table first.`,
      );
  }
  const hasOwner = [...collected.values()].some((value) => personOf(people, value) !== undefined);
  for (const key of hasOwner ? [] : ordered.filter((each) => !isNeeded(each))) {
    const [parent] = parentsOf(key, world, people, collected);
    if (!parent || !Object.values(parent).some((value) => personOf(people, value) !== undefined)) continue;
    refer(key, parent);
    break;
  }
  return open;
}

/** The rows of the world that a foreign key can refer to together with what is collected: a persona's first, in the order of personas. */
function parentsOf(
  { columns, referenced, referencedColumns }: ForeignKey,
  world: readonly WorldRow[],
  people: People,
  collected: ReadonlyMap<string, Value>,
): Values[] {
  const fits = world.filter(
    ({ table, existing, values }) =>
      table === referenced &&
      existing !== 'removed' &&
      referencedColumns.every((name, index) => {
        const value = values[name];
        const given = collected.get(columns[index] as string);
        return value !== undefined && value !== null && (given === undefined || given === value);
      }),
  );
  const ids = [...people.keys()];
  const rank = ({ values }: WorldRow): number => {
    const ranks = Object.values(values).map((value) => ids.indexOf(String(value)));
    return Math.min(...ranks.map((each) => (each < 0 ? ids.length : each)));
  };
  return fits.toSorted((one, other) => rank(one) - rank(other)).map(({ values }) => values);
}

/** The row without what a default gives, and different in each unique key; undefined where a key can't differ. */
function toInsert(
  table: NewTable,
  world: readonly WorldRow[],
  people: People,
  values: Values,
  open: string[],
): Values | undefined {
  const { relation, indexes } = table;
  const inserted: Collected = new Map(Object.entries(values));
  for (const name of relation.primaryKey) {
    const column = relation.columns.find((each) => each.name === name);
    if (column?.hasDefault && !refers(table, name)) inserted.delete(name);
  }
  for (const index of indexes.filter(({ unique }) => unique)) {
    const columns = index.keys.flatMap(({ column }) => column ?? []);
    const isSame = columns.every((name) => inserted.has(name) && inserted.get(name) === values[name]);
    if (!isSame || columns.length === 0) continue;
    const other = columns
      // A row of somebody else's would say nothing about who may insert one of their own.
      .filter((name) => personOf(people, values[name]) === undefined)
      .toSorted((one, another) => Number(refers(table, one)) - Number(refers(table, another)))
      .map((name) => ({ name, value: otherValue(table, world, values, name) }))
      .find(({ value }) => value !== undefined);
    if (other?.value === undefined) {
      open.push(
        `${index.name} lets no other row be inserted: give \`insert\` values that differ in ${columns.join(' or ')}.`,
      );
      return undefined;
    }
    inserted.set(other.name, other.value);
  }
  return inOrder(relation, inserted);
}

const referring = ({ foreignKeys }: NewTable, name: string): ForeignKey | undefined =>
  foreignKeys.find(({ columns }) => columns.includes(name));

const refers = (table: NewTable, name: string): boolean => referring(table, name) !== undefined;

/** A value that a column can have in place of the row's: of a foreign key of one column, that of another row of the world. */
function otherValue(table: NewTable, world: readonly WorldRow[], values: Values, name: string): Value | undefined {
  const key = referring(table, name);
  const column = table.relation.columns.find((each) => each.name === name);
  if (!column) return undefined;
  const plain = plainValues(table.relation.id, column);
  if (!key) return plain?.find((value) => JSON.stringify(value) !== JSON.stringify(values[name]));
  const used = new Set([
    values[name],
    ...world.filter((row) => row.table === table.relation.id).map((row) => row.values[name]),
  ]);
  const [referencedColumn] = key.referencedColumns;
  if (key.columns.length > 1 || referencedColumn === undefined) return undefined;
  return world
    .filter((row) => row.table === key.referenced && row.existing !== 'removed')
    .map((row) => row.values[referencedColumn])
    .find((value) => value !== undefined && value !== null && !used.has(value));
}

const TIME = /^(timestamp|date|time)/;

/** A column that the update writes, with a new value: one that roles may write, that is in no key, and is no time. */
function toUpdate(
  table: NewTable,
  world: readonly WorldRow[],
  values: Values,
  updatable: ReadonlyMap<string, number>,
): Values | undefined {
  const { relation, indexes } = table;
  const unique = new Set(indexes.filter((each) => each.unique).flatMap(({ keys }) => keys.map(({ column }) => column)));
  const cost = (column: Column): number =>
    -1_000 * (updatable.get(column.name) ?? 0) +
    100 * Number(relation.primaryKey.includes(column.name)) +
    30 * Number(refers(table, column.name)) +
    10 * Number(unique.has(column.name)) +
    5 * Number(TIME.test(column.type));
  const candidates = relation.columns
    .filter(({ generated }) => !generated)
    .toSorted((one, other) => cost(one) - cost(other))
    .map((column) => ({ name: column.name, value: otherValue(table, world, values, column.name) }));
  const chosen = candidates.find(({ value }) => value !== undefined);
  return chosen?.value === undefined ? undefined : { [chosen.name]: chosen.value };
}

/** The values in the order of the table's columns. */
function inOrder({ columns }: Relation, collected: ReadonlyMap<string, Value>): Values {
  return Object.fromEntries(
    columns.flatMap(({ name }) => (collected.has(name) ? [[name, collected.get(name) as Value] as const] : [])),
  );
}
