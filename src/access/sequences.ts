import pg from 'pg';
import { isApplicationSchema } from '../catalog/scope.ts';

/** A sequence that could not be held: what is taken from it stays taken. */
export interface FreeSequence {
  readonly sql: string;
  readonly why: string;
}

const QUERY = `
  select format('%I.%I', schemaname, sequencename) as sql, greatest(min_value, least(max_value, coalesce(last_value + increment_by, start_value)))::text as next
    from pg_sequences where ${isApplicationSchema('schemaname')} order by 1`;

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Keeps the values of sequences as they are, whatever the open transaction takes from them: RESTART gives a sequence
 * a file of its own, which a rollback takes away (ALTER SEQUENCE, "Notes"; PostgreSQL 10 and later). Other sessions
 * wait for its next value until then.
 * @returns the sequences that could not be held, and why
 */
export async function holdSequences(client: pg.Client): Promise<FreeSequence[]> {
  const { rows } = await client.query<{ sql: string; next: string }>(QUERY);
  const free: FreeSequence[] = [];
  for (const { sql, next } of rows) {
    try {
      await client.query(`savepoint hold; alter sequence ${sql} restart with ${next}; release savepoint hold`);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      await client.query('rollback to savepoint hold; release savepoint hold');
      free.push({ sql, why: whyFree(error) });
    }
  }
  return free;
}

function whyFree({ code, message }: pg.DatabaseError): string {
  return code === INSUFFICIENT_PRIVILEGE
    ? 'the connection’s user may not restart it. Connect as its owner to keep it as it is'
    : `it could not be locked (${message}). Run it again when no other session uses it`;
}
