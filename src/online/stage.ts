import type pg from 'pg';
import { OnlineError } from './error.ts';
import { STATE_SCHEMA } from './names.ts';
import type { OnlinePlan } from './settings.ts';

/** The stage that the move of a database has reached. */
export interface Stage {
  readonly at: 'old' | 'preparing' | 'validated' | 'switched' | 'new';
  /** Changes that are still to be carried. */
  readonly pendingChanges: number;
}

const STATE_EXISTS = `to_regclass('${STATE_SCHEMA}.state') is not null`;

/** Reads how far the move has come. @throws OnlineError when this is no database that can be moved */
export async function stageOf(client: pg.Client, plan: OnlinePlan): Promise<Stage> {
  const { rows } = await client.query<{ prepared: boolean; moved: boolean; missing: string[] }>(
    `select ${STATE_EXISTS} as prepared,
            to_regclass($1) is not null as moved,
            array(select t from unnest($2::text[]) t where to_regclass(t) is null) as missing`,
    [plan.moves, Object.keys(plan.read)],
  );
  const [found] = rows;
  if (!found || found.missing.length > 0)
    throw new OnlineError(
      `There is no ${found?.missing.join(', ')} here: this database can't be moved. Check DATABASE_URL.`,
    );
  if (!found.prepared) {
    if (!found.moved) await mustBeOld(client, plan);
    return { at: found.moved ? 'new' : 'old', pendingChanges: 0 };
  }
  const { rows: state } = await client.query<{ validated: boolean; pending: number }>(
    `select validated_at is not null as validated, (select count(*)::int from ${STATE_SCHEMA}.changes) as pending
     from ${STATE_SCHEMA}.state`,
  );
  const at = found.moved ? 'switched' : state[0]?.validated ? 'validated' : 'preparing';
  return { at, pendingChanges: state[0]?.pending ?? 0 };
}

async function mustBeOld(client: pg.Client, plan: OnlinePlan): Promise<void> {
  const [home, ...others] = plan.schemas;
  const required = Object.entries(plan.tables).flatMap(([table, { optional }]) => (optional ? [] : [table]));
  const { rows } = await client.query<{ missing: string[]; taken: string[] }>(
    `select array(select t from unnest($1::text[]) t where to_regclass(format('%I.%I', $2::text, t)) is null) as missing,
            array(select nspname::text from pg_namespace where nspname = any ($3) and nspname <> $4) as taken`,
    [required, home, others, plan.extensions.schema],
  );
  const [{ missing, taken } = { missing: [], taken: [] }] = rows;
  if (missing.length > 0)
    throw new OnlineError(
      `There is no table ${home}.${missing.join(', ')} here: this is not the old database. Check DATABASE_URL.`,
    );
  if (taken.length > 0)
    throw new OnlineError(
      `The schema ${taken.join(', ')} exists already, and the migrations create it. Rename it, or migrate in a maintenance window.`,
    );
}

/** @throws OnlineError while a database is being prepared: the migrations would move the old tables under the preparation */
export async function mustNotBePreparing(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ preparing: boolean }>(`select ${STATE_EXISTS} as preparing`);
  if (rows[0]?.preparing)
    throw new OnlineError(
      'This database is being prepared for an online move. Finish it with rolecall online switch, or end it with rolecall online abort and migrate then.',
    );
}

/** The advisory lock that graphile-migrate holds while it migrates. */
const MIGRATING = '4727445306447283';

/**
 * Keeps a second worker out, and graphile-migrate too, until the connection ends.
 * @throws OnlineError when there is one
 */
export async function lockOutOthers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ alone: boolean }>(`select pg_try_advisory_lock(${MIGRATING}) as alone`);
  if (!rows[0]?.alone)
    throw new OnlineError(
      'Another rolecall online, or a migration, is running on this database. Wait for it, or stop it.',
    );
}
