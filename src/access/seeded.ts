import type pg from 'pg';
import { isTable } from '../catalog/relations.ts';
import { rolledBack } from '../database/connect.ts';
import { DatabaseError } from '../database/error.ts';
import { sqlStateOf } from '../database/sql-state.ts';
import type { WorldRow } from './model.ts';
import { type MissingRow, makeUp, type ProbedRow, seed, type TriedRow } from './seed.ts';
import { type FreeSequence, holdSequences } from './sequences.ts';
import type { Subject } from './subject.ts';
import { timed } from './timed.ts';

const LOCK_KEY = "hashtext('rolecall: a proof is under way')";
const HOLDERS = `select pid, a.usename, a.application_name from pg_locks l join pg_stat_activity a using (pid) where l.locktype = 'advisory' and l.granted and l.objid = ${LOCK_KEY}::oid;`;
const LOCK_NOT_AVAILABLE = '55P03';

/** The world as it is in the open transaction. */
export interface SeededWorld {
  /** Rows of the relations to probe: the world's, and one of each table of which the world says nothing. */
  readonly rows: readonly ProbedRow[];
  /** Rows of the world with which only statements are tried. */
  readonly tried: readonly TriedRow[];
  readonly missing: readonly MissingRow[];
  /** Sequences that could not be held: values that are taken from them stay taken. */
  readonly free: readonly FreeSequence[];
}

/**
 * Runs `use` with the world's rows in the database, in one transaction that is rolled back.
 * @param client connected as a user that row security does not hold back
 */
export function withWorld<T>(
  client: pg.Client,
  subject: Subject,
  world: readonly WorldRow[],
  use: (seeded: SeededWorld) => Promise<T>,
): Promise<T> {
  return rolledBack(client, async () => use(await plantSeeded(client, subject, world)));
}

/** Puts the world's rows into the open transaction, which is prepared for probes. */
export async function plantSeeded(
  client: pg.Client,
  subject: Subject,
  world: readonly WorldRow[],
): Promise<SeededWorld> {
  const free = await prepareTransaction(client);
  return { ...(await timed('seeding', () => seedWorld(client, subject, world))), free };
}

/** The longest that a proof waits for another one, where the session says nothing. Any role may take an advisory lock, and keep it. */
const LONGEST_WAIT = '5min';

/**
 * Waits until no other transaction of this database is prepared for probes. Two at once would wait for each other: reading
 * pg_sequences locks a sequence, and a restart needs a stronger lock.
 * @throws DatabaseError when one is still there after the session's lock_timeout, or after some minutes
 */
async function oneProofAtATime(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ own: string }>("select current_setting('lock_timeout') as own");
  const own = rows[0]?.own ?? '0';
  const longest = own === '0' ? LONGEST_WAIT : own;
  // Another proof may take longer than a statement of this one may.
  await client.query(`set local statement_timeout = 0; set local lock_timeout = '${longest}'`);
  try {
    await client.query(`select pg_advisory_xact_lock(${LOCK_KEY})`);
  } catch (error) {
    if (sqlStateOf(error) !== LOCK_NOT_AVAILABLE) throw error;
    throw new DatabaseError(
      `Another proof of this database, or a session that took its advisory lock, did not end within ${longest}. This finds it: ${HOLDERS}`,
      { cause: error },
    );
  }
  await client.query(`set local lock_timeout = '${own}'`);
}

/**
 * Prepares the open transaction for probes: messages in English, so that they can be told apart, an end to statements that
 * touch every row of a large table, no just-in-time compilation, and sequences that stay as they are.
 * @returns the sequences that could not be held, and why
 */
export async function prepareTransaction(client: pg.Client): Promise<readonly FreeSequence[]> {
  await client.query('savepoint english');
  // Only a superuser may set it; elsewhere the server's messages are English unless lc_messages was changed.
  await client.query("set local lc_messages = 'C'").catch(() => client.query('rollback to savepoint english'));
  await oneProofAtATime(client);
  // To compile a statement for the few rows of the world takes longer than to run it.
  await client.query("set local statement_timeout = '10s'; set local jit = off");
  return holdSequences(client);
}

async function seedWorld(
  client: pg.Client,
  { relations, all }: Subject,
  world: readonly WorldRow[],
): Promise<Omit<SeededWorld, 'free'>> {
  const seeded = await seed(client, all, world);
  const spokenOf = new Set(world.filter(({ row }) => row !== undefined).map(({ table }) => table));
  const madeUp = await makeUp(
    client,
    relations.filter((relation) => isTable(relation) && !spokenOf.has(relation.id)),
  );
  const probed = new Set(relations.map(({ id }) => id));
  const rows = [...seeded.rows, ...madeUp].filter(({ relation }) => probed.has(relation.id));
  return { rows, tried: seeded.tried, missing: seeded.missing };
}
