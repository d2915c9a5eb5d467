import type pg from 'pg';
import { isApplicationSchema } from '../catalog/scope.ts';

const QUERY = `
  select format('%I.%I', schemaname, sequencename) as sql, greatest(min_value, least(max_value, coalesce(last_value + increment_by, start_value)))::text as next
    from pg_sequences where ${isApplicationSchema('schemaname')} order by 1`;

/**
 * Keeps the values of sequences as they are, whatever the open transaction takes from them: RESTART gives a sequence
 * a file of its own, which a rollback takes away (ALTER SEQUENCE, "Notes"; PostgreSQL 10 and later). Other sessions
 * wait for its next value until then.
 * @returns the sequences that the connection's user may not restart: what is taken from them stays taken
 */
export async function holdSequences(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ sql: string; next: string }>(QUERY);
  const free: string[] = [];
  for (const { sql, next } of rows) {
    try {
      await client.query(`savepoint hold; alter sequence ${sql} restart with ${next}; release savepoint hold`);
    } catch {
      await client.query('rollback to savepoint hold; release savepoint hold');
      free.push(sql);
    }
  }
  return free;
}
