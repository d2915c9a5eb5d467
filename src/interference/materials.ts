import type pg from 'pg';
import { forEach } from '../access/attempt.ts';
import { personasOf } from '../access/personas.ts';
import type { ProbedRow } from '../access/seed.ts';
import type { Caller } from '../access/sets/callers.ts';
import { idsOf } from '../access/sets/ids.ts';
import { type AskedRow, storedRows } from '../access/sets/rows.ts';
import type { SchemaCatalog } from '../catalog/catalog.ts';
import type { Table } from '../catalog/table.ts';
import type { Common, IsRead } from './caller-worlds.ts';
import { mayBeShownBy } from './fit.ts';
import { freshKeysOf } from './fresh.ts';
import { ownershipOf } from './owners.ts';
import { readRows } from './rows.ts';
import type { InterferenceSettings } from './settings.ts';
import { varied } from './vary.ts';
import { lendSelect, look, mayRead, type Privileges } from './visible.ts';

interface Makings {
  readonly tables: readonly Table[];
  readonly callers: readonly Caller[];
  readonly privileges: Privileges;
  readonly config: InterferenceSettings;
  readonly probed: readonly ProbedRow[];
  readonly refresh: readonly string[];
  readonly isRead: IsRead;
}

/** Reads the rows of all tables, sees who sees them, and makes other values of those that some answer depends on. */
export async function materials(
  client: pg.Client,
  { tables, callers, privileges, config, probed, refresh, isRead }: Makings,
): Promise<Common> {
  const personas = personasOf(config);
  const ids = idsOf(personas);
  const located = await readRows(client, tables, [...new Set([...ids.values()].flat())]);
  const ownership = ownershipOf(located, ids);
  const all = await varied(client, located, (table) => ownership.ownersIn(table), isRead);
  const lent = lendSelect(located, callers, privileges);
  await client.query(`savepoint lent; ${lent}`);
  const sight = await look(client, callers, [...callers.keys()], located, privileges);
  await client.query('rollback to savepoint lent; release savepoint lent');
  const classes = await classesOf(client, tables, probed);
  return {
    client,
    callers,
    privileges,
    sight,
    refresh,
    tables: all,
    ownership,
    ids,
    classes,
    fresh: freshKeysOf(tables, (table) => ownership.ownersIn(table)),
    mayBeShown: mayBeShownBy(client, config.access, personas, ids, classes),
  };
}

/** The world's rows, one a class, by the ids of their tables. */
async function classesOf(
  client: pg.Client,
  tables: readonly Table[],
  probed: readonly ProbedRow[],
): Promise<ReadonlyMap<string, readonly AskedRow[]>> {
  const own = tables.filter(({ id }) => probed.some(({ relation }) => relation.id === id));
  const stored = await forEach(client, own, (table) =>
    storedRows(
      client,
      table,
      probed.filter(({ relation }) => relation.id === table.id),
    ),
  );
  return new Map(own.map(({ id }, at) => [id, stored[at] ?? []]));
}

/**
 * Refreshes the materialized views that callers read.
 * @returns the statements that do it again
 */
export async function refreshViews(
  client: pg.Client,
  { relations }: SchemaCatalog,
  callers: readonly Caller[],
  privileges: Privileges,
): Promise<readonly string[]> {
  const read = relations.filter(
    (relation) =>
      relation.kind === 'materialized view' && callers.some(({ role }) => mayRead(privileges, role, relation)),
  );
  const refresh = read.map(({ sql }) => `refresh materialized view ${sql}`);
  if (refresh.length > 0) await client.query(refresh.join('; '));
  return refresh;
}
