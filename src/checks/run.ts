import type pg from 'pg';
import { rolledBack } from '../database/connect.ts';
import type { Findings } from '../report/deviation.ts';
import { CHECKS } from './all.ts';
import type { Check, Found } from './check.ts';
import { withoutExempt } from './exempt.ts';
import type { Ruled } from './ruled.ts';
import { SCOPE } from './scope.ts';

/** Holds the ruled schemas against every check; what is exempt is left out, and an exemption of nothing deviates. */
export async function checkCatalog(client: pg.Client, api: readonly string[], ruled: Ruled): Promise<Findings> {
  const found = await rolledBack(client, () => findOffences(client, [...api, ...(ruled.offered ?? [])], ruled, CHECKS));
  const { rows: missing } = await client.query<{ schema: string }>(
    'select schema from unnest($1::text[]) schema where not exists (select from pg_namespace where nspname = schema)',
    [ruled.schemas],
  );
  return {
    deviations: withoutExempt(found, ruled.exempt),
    notEvaluated: missing.map(({ schema }) => ({
      check: 'catalog',
      where: `schema ${schema}`,
      why: 'There is no such schema. Make it, or take it from `ruled` in rolecall.config.ts.',
    })),
  };
}

/** What these checks find, exempt or not, in a transaction whose settings the caller undoes. */
export async function findOffences(
  client: pg.Client,
  api: readonly string[],
  { schemas, private: closed }: Omit<Ruled, 'exempt'>,
  checks: readonly Check[],
): Promise<Found[]> {
  // Names in definitions are qualified then; and compiling a query takes longer than running it on catalogs this small.
  await client.query("set local search_path = ''; set local jit = off");
  const found: Found[] = [];
  for (const check of checks) {
    const { rows } = await client.query<never>(SCOPE + check.query, [schemas, api, closed]);
    found.push(...check.offences(rows).map((offence) => ({ ...offence, check })));
  }
  return found;
}
