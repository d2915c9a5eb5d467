import type pg from 'pg';
import { sqlStateOf } from '../database/sql-state.ts';
import { type MergeSql, mergeSql } from './merge.ts';
import { STATE_SCHEMA } from './names.ts';
import { type CarrySql, createSessionTables, emptySessionTables } from './session-tables.ts';
import type { OnlinePlan } from './settings.ts';

/** One unit, by its kind and key. */
export interface BatchUnit {
  readonly unit: string;
  readonly key: string;
}

/** A session that carries units, as many as it is given at a time. */
export interface CarrySession {
  /** Carries the units as they are now, for the first time or again. In a transaction that sees one state of the database. */
  carry(units: readonly BatchUnit[], time: keyof MergeSql): Promise<void>;
  /** Removes what the sections created, where the transaction goes on to something else. */
  tidy(): Promise<void>;
  /** Carries pending changes, up to `limit` of them, in the transaction that is under way. @returns how many there were */
  carryChanges(limit: number): Promise<number>;
}

/** Errors of a batch that concurrent writes of the app cause, and that do not recur in a new snapshot of the database. */
const PASSING = new Set(['40001', '40P01', '23503']);
const TRIES = 10;

/** Makes the connection such a session; the prepared tables must exist. */
export async function openCarrySession(client: pg.Client, plan: OnlinePlan, sql: CarrySql): Promise<CarrySession> {
  // Plans that are kept, such as those of foreign keys, are made while the tables are still empty.
  await client.query('set enable_seqscan = off; set jit = off');
  // On a small server, two processes of ours would take every core from the app.
  await client.query('set max_parallel_workers_per_gather = 0; set max_parallel_maintenance_workers = 0');
  await createSessionTables(client, plan, sql);
  const merge = await mergeSql(client, plan);
  const empty = emptySessionTables(plan);

  async function carry(units: readonly BatchUnit[], time: keyof MergeSql): Promise<void> {
    await client.query(`delete from ${STATE_SCHEMA}.batch`);
    await addToBatch(client, units);
    for (const [unit, { reaches }] of Object.entries(plan.units)) {
      const keys = units.filter((one) => one.unit === unit).map(({ key }) => key);
      if (!reaches || keys.length === 0) continue;
      const { rows } = await client.query<BatchUnit>(reaches, [keys]);
      await addToBatch(client, rows);
    }
    // The planner knows neither how many units are in the batch nor the sections' own tables, and takes both for few.
    await client.query(
      `${empty}; set local enable_nestloop = off; ${sql.sections}\n; set local enable_nestloop = on; ${merge[time]}`,
    );
  }

  return {
    carry,
    async tidy() {
      await client.query(empty);
    },
    async carryChanges(limit) {
      const { rows } = await client.query<BatchUnit>(
        `delete from ${STATE_SCHEMA}.changes where seq in (select seq from ${STATE_SCHEMA}.changes order by seq limit $1) returning unit, key`,
        [limit],
      );
      if (rows.length > 0) await carry(rows, 'again');
      return rows.length;
    },
  };
}

async function addToBatch(client: pg.Client, units: readonly BatchUnit[]): Promise<void> {
  await client.query(
    `insert into ${STATE_SCHEMA}.batch (unit, key) select distinct * from unnest($1::text[], $2::text[]) on conflict do nothing`,
    [units.map(({ unit }) => unit), units.map(({ key }) => key)],
  );
}

/**
 * Runs `use` in a transaction that sees one state of the database; again, up to ten times, when the app's writes made it fail.
 * @param between runs before each further try
 * @throws the server's error when every try failed
 */
export async function inOneState<T>(
  client: pg.Client,
  use: () => Promise<T>,
  between: () => Promise<unknown> = async () => {},
): Promise<T> {
  for (let tried = 1; ; tried++) {
    await client.query('begin isolation level repeatable read');
    try {
      const result = await use();
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback');
      if (tried >= TRIES || !PASSING.has(sqlStateOf(error) ?? '')) throw error;
    }
    await between();
  }
}
