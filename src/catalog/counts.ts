import type pg from 'pg';

/** Reads how many policies the tables of the named schemas have. */
export async function countPolicies(client: pg.Client, schemas: readonly string[]): Promise<number> {
  const { rows } = await client.query<{ policies: number }>(
    'select count(*)::int as policies from pg_policies where schemaname = any ($1)',
    [schemas],
  );
  return rows[0]?.policies ?? 0;
}
