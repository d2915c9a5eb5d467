import type pg from 'pg';
import { inWords, type ServerError } from '../access/attempt.ts';
import type { Persona } from '../access/model.ts';
import { plantSeeded, type SeededWorld } from '../access/seeded.ts';
import type { WorldRow } from '../access/settings.ts';
import type { Subject } from '../access/subject.ts';
import { type Prepared, prepareSeeded } from '../functions/prepare.ts';
import { transactionId } from '../functions/world.ts';

/** The rows of the world in the open transaction of a database. */
export interface MutantWorld extends SeededWorld {
  readonly client: pg.Client;
  readonly subject: Subject;
  /** In the layer of calls. */
  readonly calls?: Prepared;
}

/**
 * The state in which a probe runs: the rows of the world, or also all that calls of functions take. That is made once for
 * many mutants, since it takes as long as a hundred calls.
 */
export type Layer = 'world' | 'calls';

/** A database in which mutants are tried one after the other, in a transaction that is rolled back. */
export interface Session {
  /** Runs while the rows of the world are there and nothing is changed; what it does is undone. */
  unchanged<T>(layer: Layer, use: (world: MutantWorld) => Promise<T>): Promise<T>;
  /**
   * Runs after a change, and undoes both.
   * @returns the server's refusal when the change could not be made, with the rows of the world or without them
   */
  changed<T>(sql: string, layer: Layer, use: (world: MutantWorld) => Promise<T>): Promise<T | UnmadeMutant>;
  /** Ends the transaction. */
  close(): Promise<void>;
}

/** A change that the server refused. */
export interface UnmadeMutant {
  readonly refused: string;
}

/** How many changes a transaction takes: what they leave in the catalogs makes reading these slower and slower. */
const CHANGES = 200;

/** A body that never ends is stopped; so is one that waits for a lock. */
const LIMITS = `set local statement_timeout = '5s'; set local lock_timeout = '5s'; set local jit = off;`;

/** On a busy machine all that calls take may need longer to make than any one of them. */
const PREPARING = "set local statement_timeout = '60s';";

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
export function openSession(
  client: pg.Client,
  subject: Subject,
  personas: readonly Persona[],
  rows: readonly WorldRow[],
): Session {
  let open: { readonly since: string; readonly world: MutantWorld; readonly calls?: MutantWorld } | undefined;
  let changes = 0;
  const undo = (to: string) => client.query(`rollback to savepoint ${to}`);

  const plantWorld = async (): Promise<MutantWorld> => {
    const planted = await plantSeeded(client, subject, rows);
    await client.query(`${CHECK_DEFERRED} ${LIMITS} savepoint in_world`);
    return { ...planted, client, subject };
  };
  const prepared = async (world: MutantWorld, since: string): Promise<MutantWorld> => {
    await client.query(PREPARING);
    const calls = await prepareSeeded(client, subject, personas, { ...world, since });
    await client.query(LIMITS);
    return { ...world, calls };
  };
  const close = async (): Promise<void> => {
    if (open) await client.query('rollback');
    open = undefined;
  };
  const begin = async (): Promise<NonNullable<typeof open>> => {
    if (changes >= CHANGES) {
      await close();
      await client.query(SWEEP);
      changes = 0;
    }
    if (open) return open;
    await client.query('begin');
    const since = await transactionId(client);
    await client.query('savepoint without_world');
    return { since, world: await plantWorld() };
  };
  /** Goes to a layer in which nothing is changed. */
  const enter = async (layer: Layer): Promise<MutantWorld> => {
    open = await begin();
    const { since, world, calls } = open;
    if (layer === 'world') {
      if (calls) await undo('in_world');
      open = { since, world };
      return world;
    }
    if (calls) return calls;
    const ready = await prepared(world, since);
    await client.query('savepoint in_calls');
    open = { since, world, calls: ready };
    return ready;
  };
  /** The rows of the world are in the way of a change: it shows whether they can be added afterwards. */
  const changedBefore = async <T>(
    sql: string,
    layer: Layer,
    use: (world: MutantWorld) => Promise<T>,
  ): Promise<T | UnmadeMutant> => {
    const since = open?.since ?? '';
    await undo('without_world');
    try {
      const refused = await refusal(client, sql);
      if (refused) return { refused: inWords(refused) };
      const world = await plantWorld();
      return await use(layer === 'calls' ? await prepared(world, since) : world);
    } finally {
      await undo('without_world');
      open = { since, world: await plantWorld() };
    }
  };

  return {
    close,
    async unchanged(layer, use) {
      const world = await enter(layer);
      try {
        return await use(world);
      } finally {
        await undo(`in_${layer}`);
      }
    },
    async changed(sql, layer, use) {
      const world = await enter(layer);
      changes++;
      if (await refusal(client, sql)) return changedBefore(sql, layer, use);
      try {
        return await use(world);
      } finally {
        await undo(`in_${layer}`);
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
