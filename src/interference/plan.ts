import type { Caller } from '../access/sets/callers.ts';
import type { Mode } from './candidates.ts';
import type { WorldChange, WorldKind } from './changes.ts';
import type { FreshKeys } from './fresh.ts';
import { givenValues } from './given.ts';
import { type Hidden, type HiddenIn, removable } from './hidden.ts';
import type { RowOwners } from './owners.ts';
import type { LocatedRow } from './rows.ts';
import type { VariedTable } from './vary.ts';

/** All that other worlds are made of. */
export interface Materials {
  readonly tables: readonly VariedTable[];
  readonly ownership: RowOwners;
  readonly fresh: ReadonlyMap<string, FreshKeys>;
  /** The texts by which each persona is known. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
}

/** Columns that stay as they are, as `<table> <column>`: by them a policy decides who sees the row. */
export type Kept = ReadonlySet<string>;

/** As many rows of a table are copied: more add nothing that a question could notice. */
const MOST_COPIES = 30;

/** The changes that make another world for a caller, in the tables of which `among` is true. */
export function planOf(
  kind: WorldKind,
  caller: Caller,
  hidden: Hidden,
  materials: Materials,
  kept: Kept,
  among: (table: string) => boolean = () => true,
): WorldChange[] {
  const own = hidden.tables.filter(({ table }) => among(table.table.id));
  if (kind === 'removed') {
    const leaving = removable(hidden, materials.ownership, materials.tables, among);
    return own.flatMap((one) =>
      changeOf(
        kind,
        one.table,
        one.rows.filter(({ id }) => leaving.has(id)),
      ),
    );
  }
  if (kind === 'added') return own.flatMap((one) => additions(one, caller, materials));
  return own.flatMap((one) => [
    ...valuesOf(kind, one, one.rows, undefined, kept),
    ...valuesOf(kind, one, one.partly, one.columns, kept),
  ]);
}

const NO_VALUES: ReadonlyMap<string, string> = new Map();

function changeOf(
  kind: WorldKind,
  table: VariedTable,
  rows: readonly LocatedRow[],
  values: ReadonlyMap<string, string> = NO_VALUES,
): WorldChange[] {
  return rows.length === 0 ? [] : [{ kind, table, rows: rows.map(({ id }) => id), columns: [], values }];
}

function valuesOf(
  kind: Mode,
  { table }: HiddenIn,
  rows: readonly LocatedRow[],
  among: readonly string[] | undefined,
  kept: Kept,
): WorldChange[] {
  const free = (id: string): string[] =>
    (table.changed[kind].get(id) ?? []).filter(
      (sql) => (!among || among.includes(sql)) && !kept.has(`${table.table.id} ${sql}`),
    );
  const changed = rows.filter(({ id }) => free(id).length > 0);
  if (changed.length === 0) return [];
  const columns = [...new Set(changed.flatMap(({ id }) => free(id)))];
  return [{ kind, table, rows: changed.map(({ id }) => id), columns, values: NO_VALUES }];
}

/** Copies of hidden rows, and of the caller's own rows as another persona's. */
function additions({ table, rows, own }: HiddenIn, caller: Caller, materials: Materials): WorldChange[] {
  const { fresh, ownership, ids } = materials;
  const keys = fresh.get(table.table.id);
  if (!keys) return [];
  const heirs = heirsOf(caller, ids);
  const mine = own.slice(0, MOST_COPIES);
  const parents = mine.flatMap((row) => ownership.parentsOf(row)).filter((row) => ownership.owns(caller.name, row));
  const values =
    heirs.size > 0 &&
    givenValues(
      table.table,
      ownership.ownersIn(table.table.id),
      heirs,
      fresh,
      new Set(parents.map((row) => row.table)),
    );
  return [
    ...changeOf('added', table, rows.slice(0, MOST_COPIES), keys),
    ...(values ? changeOf('added', table, mine, values) : []),
  ];
}

/** The ids of a persona, each with that of another persona in its place. */
function heirsOf(caller: Caller, ids: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, string> {
  const own = ids.get(caller.name) ?? [];
  const other = [...ids].find(
    ([name, theirs]) => name !== caller.name && theirs.length === own.length && own.length > 0,
  );
  return new Map(own.map((id, at) => [id, other?.[1][at] ?? id]));
}
