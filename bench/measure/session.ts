import type pg from 'pg';
import type { Persona } from '../../src/access/model.ts';
import { become } from '../../src/access/statements.ts';

/** Who runs a statement: a role and its settings, or the connection's own user with such settings. */
export type Who = Pick<Persona, 'settings'> & {
  readonly role?: string;
  /** What the connection's user does first in the same transaction, and is rolled back with it. */
  readonly after?: string;
};

/** A statement with its values, as text. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | null)[];
}

/** One run of a statement. */
export interface Ran {
  readonly ms: number;
  readonly rows: readonly Record<string, unknown>[];
  /** How many rows it gave, or changed. */
  readonly count: number;
}

/**
 * Runs a statement as somebody, as a request does: in a transaction with role and claims of its own, prepared by the
 * connection the first time. It is rolled back; only the statement itself is timed.
 * @throws the server's error
 */
export async function runAs(client: pg.Client, who: Who, { sql, values }: Statement): Promise<Ran> {
  return asWhom(client, who, async () => {
    const began = performance.now();
    const { rows, rowCount } = await client.query({ name: nameOf(sql), text: sql, values: [...values] });
    return { ms: performance.now() - began, rows, count: rowCount ?? rows.length };
  });
}

/** How many pages a statement touches, those of the statements in its functions too. */
export async function pagesOf(client: pg.Client, who: Who, { sql, values }: Statement): Promise<number> {
  const { rows } = await asWhom(client, who, () =>
    client.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>({
      text: `explain (analyze, buffers, timing off, summary off, format json) ${sql}`,
      values: [...values],
    }),
  );
  const plan = rows[0]?.['QUERY PLAN'][0].Plan ?? {};
  return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
}

async function asWhom<T>(client: pg.Client, { role, settings, after }: Who, use: () => Promise<T>): Promise<T> {
  const persona = { settings, role: role ?? client.user ?? '' };
  try {
    await client.query(['begin;', after ?? '', ...become(persona)].join(' '));
    return await use();
  } finally {
    await client.query('rollback');
  }
}

const names = new Map<string, string>();

/** Short, and the same for the same statement. */
function nameOf(sql: string): string {
  const name = names.get(sql) ?? `bench_${names.size}`;
  names.set(sql, name);
  return name;
}
