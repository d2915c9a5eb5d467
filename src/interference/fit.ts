import type pg from 'pg';
import type { AccessSpec, Persona } from '../access/model.ts';
import type { Caller } from '../access/sets/callers.ts';
import { expectationsOf } from '../access/sets/expected.ts';
import type { AskedRow } from '../access/sets/rows.ts';
import { intents } from '../access/spec.ts';
import { quoteLiteral } from '../sql/quote.ts';
import type { Mode } from './candidates.ts';
import type { WorldChange } from './changes.ts';
import { ID, type VariedTable } from './vary.ts';
import type { Sight } from './visible.ts';
import type { Built } from './worlds.ts';

/** How the rows that a caller sees in one table differ from the base. */
export interface Shift {
  readonly table: string;
  /** Ids of rows that the caller sees now and did not see: changed ones, or copies. */
  readonly gained: readonly string[];
  /** Rows that the caller saw, that got other values in hidden columns, and that are not seen any more. */
  readonly lost: readonly string[];
}

/** Compares what a caller sees now with the base. Rows that nothing was done to are left out: that they differ is a finding. */
export function shifts(
  caller: number,
  changes: readonly WorldChange[],
  base: Sight,
  now: Sight,
  { moved, added }: Built,
): Shift[] {
  const movedHere = new Set(moved.values());
  return [...new Map(changes.map(({ table }) => [table.table.id, table])).values()].flatMap((table) => {
    const { id } = table.table;
    const [before, after] = [base.of(caller, id), now.of(caller, id)];
    if (!before || !after) return [];
    const shown = new Set(table.rows.flatMap((row) => (before.has(row.id) ? (moved.get(row.id) ?? []) : [])));
    const gained = [...after].filter((row) => !shown.has(row) && (added.has(row) || movedHere.has(row)));
    const lost = [...shown].filter((row) => !after.has(row));
    return gained.length + lost.length > 0 ? [{ table: id, gained, lost }] : [];
  });
}

/** Says whether a caller may see rows of a table once some of their columns have the values of another world. */
export type MayBeShown = (
  caller: Caller,
  table: VariedTable,
  mode: Mode,
  columns: readonly string[],
) => Promise<boolean>;

/**
 * By the access spec: a row that has in a column what a row of another class has there may be of that class, and who sees
 * that class may see it.
 * @param classes the world's rows, one a class, by the ids of their tables
 */
export function mayBeShownBy(
  client: pg.Client,
  spec: AccessSpec,
  personas: readonly Persona[],
  ids: ReadonlyMap<string, readonly string[]>,
  classes: ReadonlyMap<string, readonly AskedRow[]>,
): MayBeShown {
  return async (caller, { table, copies }, mode, columns) => {
    const rows = classes.get(table.id) ?? [];
    if (rows.length === 0) return false;
    const expected = expectationsOf(intents({ [table.id]: spec[table.id] ?? {} }), rows, personas, ids);
    const { rows: stored } = await client.query<{ id: string; texts: (string | null)[] }>(
      `select ${ID} as id, array[${columns.map((sql) => `v.${sql}::text`).join(', ')}] as texts
         from ${copies[mode]} v where ${ID} = any (array[${rows.map(({ id }) => quoteLiteral(id)).join(', ')}])`,
    );
    return rows.some((row) => {
      const texts = stored.find(({ id }) => id === row.id)?.texts;
      if (!texts) return false;
      const changes = Object.fromEntries(
        columns.map((sql, at) => {
          const text = texts[at] ?? null;
          return [sql, text === null ? 'null' : quoteLiteral(text)];
        }),
      );
      return expected.may(caller, 'select', { ...row, variant: { changes } });
    });
  };
}
