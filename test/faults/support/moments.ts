import fc from 'fast-check';
import type pg from 'pg';
import { untilSeen } from '../../support/waiting.ts';
import type { Ground } from './migrating.ts';

/**
 * Random moments of a migration, told by how much WAL the server has written since: the same on any machine, however
 * fast it is. ROLECALL_ALL draws many; ROLECALL_SEED draws others.
 */
export function moments(bytes: number, few: number): number[] {
  const numRuns = process.env.ROLECALL_ALL ? 30 : few;
  return fc.sample(fc.integer({ min: 1, max: bytes }), { numRuns, seed: Number(process.env.ROLECALL_SEED ?? 4) });
}

export async function walPosition(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ at: string }>('select pg_current_wal_insert_lsn()::text as at');
  return rows[0]?.at ?? '0/0';
}

export async function walSince(client: pg.Client, position: string): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(
    'select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1)::text as bytes',
    [position],
  );
  return Number(rows[0]?.bytes);
}

/** Waits until the server has written so much WAL since a position, or `writing` is over. */
export async function untilWritten(
  ground: Ground,
  position: string,
  bytes: number,
  writing: Promise<unknown>,
): Promise<void> {
  const written = 'select where pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1) >= $2';
  await ground.on('postgres', (client) => Promise.race([writing, untilSeen(client, written, [position, bytes])]));
}
