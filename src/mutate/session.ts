import type pg from 'pg';
import { inWords, type ServerError } from '../access/attempt.ts';
import { plantSeeded, type SeededWorld } from '../access/seeded.ts';
import type { WorldRow } from '../access/settings.ts';
import type { Subject } from '../access/subject.ts';

/** The rows of the world in the open transaction of a database. */
export interface MutantWorld extends SeededWorld {
  readonly client: pg.Client;
  readonly subject: Subject;
}

/** A database in which mutants are tried one after the other, in a transaction that is rolled back. */
export interface Session {
  /** Runs while the rows of the world are there and nothing is changed; what it does is undone. */
  unchanged<T>(use: (world: MutantWorld) => Promise<T>): Promise<T>;
  /**
   * Runs after a change, and undoes both.
   * @returns the server's refusal when the change could not be made, with the rows of the world or without them
   */
  changed<T>(sql: string, use: (world: MutantWorld) => Promise<T>): Promise<T | Refusal>;
  /** Ends the transaction. */
  close(): Promise<void>;
}

/** A change that the server refused. */
export interface Refusal {
  readonly refused: string;
}

/** How many changes a transaction takes: what they leave in the catalogs makes reading these slower and slower. */
const CHANGES = 200;

/** A body that never ends is stopped; so is one that waits for a lock. */
const LIMITS = `set local statement_timeout = '5s'; set local lock_timeout = '5s'; set local jit = off;`;

// All that changes write; it removes what their transactions left there.
const SWEEP = `vacuum pg_catalog.pg_class, pg_catalog.pg_attribute, pg_catalog.pg_type, pg_catalog.pg_proc, pg_catalog.pg_namespace,
  pg_catalog.pg_depend, pg_catalog.pg_shdepend, pg_catalog.pg_policy, pg_catalog.pg_trigger, pg_catalog.pg_constraint,
  pg_catalog.pg_index, pg_catalog.pg_rewrite, pg_catalog.pg_attrdef, pg_catalog.pg_sequence, pg_catalog.pg_statistic`;

// Changes of tables have to wait for checks that were put off, so that these are made now.
const CHECK_DEFERRED = `
  do $check$
  declare
    deferred text := (select string_agg(format('%I.%I', n.nspname, c.conname), ', ')
                        from pg_constraint c join pg_namespace n on n.oid = c.connamespace where c.condeferred);
  begin
    set constraints all immediate;
    if deferred is not null then
      execute 'set constraints ' || deferred || ' deferred';
    end if;
  end
  $check$;`;

/**
 * Opens a session on a database that nobody else uses.
 * @param subject what there is to probe in it, unchanged
 */
export function openSession(client: pg.Client, subject: Subject, rows: readonly WorldRow[]): Session {
  let world: MutantWorld | undefined;
  let changes = 0;

  const plantWorld = async (): Promise<MutantWorld> => {
    const planted = await plantSeeded(client, subject, rows);
    await client.query(`${CHECK_DEFERRED} ${LIMITS} savepoint with_world`);
    return { ...planted, client, subject };
  };
  const close = async (): Promise<void> => {
    if (world) await client.query('rollback');
    world = undefined;
  };
  const open = async (): Promise<MutantWorld> => {
    if (changes >= CHANGES) {
      await close();
      await client.query(SWEEP);
      changes = 0;
    }
    if (world) return world;
    await client.query('begin');
    await client.query('savepoint without_world');
    world = await plantWorld();
    return world;
  };
  const undo = (to: string) => client.query(`rollback to savepoint ${to}`);
  /** Changes the world that is in the way of a change: it shows whether its rows can be added afterwards. */
  const changedBefore = async <T>(sql: string, use: (world: MutantWorld) => Promise<T>): Promise<T | Refusal> => {
    await undo('without_world');
    try {
      const refused = await refusal(client, sql);
      return refused ? { refused: inWords(refused) } : await use(await plantWorld());
    } finally {
      await undo('without_world');
      world = await plantWorld();
    }
  };

  return {
    close,
    async unchanged(use) {
      const planted = await open();
      try {
        return await use(planted);
      } finally {
        await undo('with_world');
      }
    },
    async changed(sql, use) {
      const planted = await open();
      changes++;
      if (await refusal(client, sql)) return changedBefore(sql, use);
      try {
        return await use(planted);
      } finally {
        await undo('with_world');
      }
    },
  };
}

async function refusal(client: pg.Client, sql: string): Promise<ServerError | undefined> {
  try {
    await client.query(sql);
    return undefined;
  } catch (error) {
    if (!(error as ServerError).code) throw error;
    return error as ServerError;
  }
}
