import type pg from 'pg';
import type { Caller } from '../access/sets/callers.ts';
import type { AskedRow } from '../access/sets/rows.ts';
import { MODES, type Mode } from './candidates.ts';
import type { WorldChange, WorldKind } from './changes.ts';
import { type MayBeShown, type Shift, shifts } from './fit.ts';
import type { Hidden } from './hidden.ts';
import { enough } from './narrow.ts';
import { type Materials, planOf } from './plan.ts';
import { isOneOf } from './rows.ts';
import { lendSelect, look, mayRead, type Privileges, type Sight } from './visible.ts';
import { type Built, inWorld, takeAway } from './worlds.ts';

/** Everything that the worlds of all callers have in common. */
export interface Common extends Materials {
  readonly client: pg.Client;
  readonly callers: readonly Caller[];
  readonly privileges: Privileges;
  /** The rows that each caller sees in the base world. */
  readonly sight: Sight;
  readonly mayBeShown: MayBeShown;
  /** The world's rows, one a class, by the ids of their tables. */
  readonly classes: ReadonlyMap<string, readonly AskedRow[]>;
  /** Statements that refresh the materialized views that callers read. */
  readonly refresh: readonly string[];
}

/** The other worlds of one caller: each is like the base in all that the caller may see. */
export interface CallerWorlds {
  /** The changes that make the world of those kinds, in the tables of which `among` is true. */
  plan(kinds: readonly WorldKind[], among?: (table: string) => boolean): readonly WorldChange[];
  /** Makes changes, uses the world, and undoes it; undefined where nothing could be changed. */
  within<T>(changes: readonly WorldChange[], use: (built: Built) => Promise<T>): Promise<T | undefined>;
}

/**
 * Prepares the worlds of a caller: columns by which a policy decides who sees a row are left as they are, where the access
 * spec says that whoever sees such a row may. Where it does not, they are changed, and what the caller then sees differs.
 */
export async function worldsOf(common: Common, place: number, hidden: Hidden): Promise<CallerWorlds> {
  const kept: Record<Mode, Set<string>> = { other: new Set(), empty: new Set() };
  const { callers } = common;
  const caller = callers[place];
  if (!caller) return { plan: () => [], within: async () => undefined };
  const plan: CallerWorlds['plan'] = (kinds, among) =>
    kinds.flatMap((kind) =>
      planOf(kind, caller, hidden, common, kind === 'other' || kind === 'empty' ? kept[kind] : NOTHING, among),
    );
  for (const mode of MODES) await keepDeciding(common, place, mode, kept[mode], plan);
  return {
    plan,
    within: async (changes, use) => {
      if (changes.length === 0) return undefined;
      return inWorld(common.client, changes, common.refresh, async (built) => {
        if (built.written === 0) return undefined;
        // A copy that the caller sees is no hidden row.
        if (built.added.size > 0) {
          const seen = shifts(place, changes, common.sight, await lookNow(common, place, changes), built);
          await takeAway(
            common.client,
            seen.flatMap((shift) => removal(changes, shift)),
          );
        }
        return use(built);
      });
    },
  };
}

const NOTHING: ReadonlySet<string> = new Set();

function removal(changes: readonly WorldChange[], { table, gained }: Shift): string[] {
  const only = changes.find((change) => change.table.table.id === table)?.table.only;
  return only && gained.length > 0 ? [`delete from ${only} t where ${isOneOf('t', gained)}`] : [];
}

/** Looks at what a caller sees of the tables that were changed. */
async function lookNow(
  { client, callers, privileges }: Common,
  place: number,
  changes: readonly WorldChange[],
): Promise<Sight> {
  const role = callers[place]?.role ?? '';
  const tables = [...new Set(changes.map(({ table }) => table))].filter(({ table }) =>
    mayRead(privileges, role, table),
  );
  const caller = callers.slice(place, place + 1);
  const lent = lendSelect(tables, caller, privileges);
  if (lent) await client.query(`savepoint lent; ${lent}`);
  const seen = await look(
    client,
    callers,
    [place],
    tables.map((table) => ({ ...table, complete: true })),
    privileges,
  );
  if (lent) await client.query('rollback to savepoint lent; release savepoint lent');
  return seen;
}

/** Keeps the columns by which the access spec lets somebody see a row, until no row comes or goes by its own values. */
async function keepDeciding(
  common: Common,
  place: number,
  mode: Mode,
  kept: Set<string>,
  plan: CallerWorlds['plan'],
): Promise<void> {
  const caller = common.callers[place];
  if (!caller) return;
  const looked = async (changes: readonly WorldChange[]): Promise<Shift[]> =>
    inWorld(common.client, changes, [], async (built) =>
      shifts(place, changes, common.sight, await lookNow(common, place, changes), built),
    );
  const readable = ({ table }: WorldChange): boolean => mayRead(common.privileges, caller.role, table.table);
  const open = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const changes = plan([mode], (table) => !open.has(table)).filter(readable);
    if (changes.length === 0) return;
    const shifted = await looked(changes);
    if (shifted.length === 0) return;
    for (const { table, gained } of shifted) {
      const own = changes.filter((change) => change.table.table.id === table);
      const [first] = own;
      const columns = [...new Set(own.flatMap((change) => change.columns))];
      if (!first) continue;
      const deciding = await enough(columns, async (some) => {
        const narrowed = own.flatMap((change) => {
          const left = change.columns.filter((sql) => some.includes(sql));
          return left.length > 0 ? [{ ...change, columns: left }] : [];
        });
        return narrowed.length > 0 && (await looked(narrowed)).length > 0;
      });
      let grew = false;
      for (const some of deciding) {
        const isPolicys = gained.length === 0 || (await common.mayBeShown(caller, first.table, mode, some));
        if (!isPolicys) continue;
        for (const sql of some) kept.add(`${table} ${sql}`);
        grew = true;
      }
      if (!grew) open.add(table);
    }
  }
}

const MOST_ROUNDS = 8;
