import type pg from 'pg';
import { rolledBack } from '../database/connect.ts';
import type { Findings } from '../report/deviation.ts';
import { CHECKS } from './all.ts';
import type { Check, Offence } from './check.ts';
import { withoutExempt } from './exempt.ts';
import { SCOPE } from './scope.ts';

/** Which schemas the checks hold, and what they let pass. */
export interface Ruled {
  readonly schemas: readonly string[];
  /** The one for what needs more rights than its callers have: no part of the API. */
  readonly private: string;
  readonly exempt: readonly Exemption[];
}

/** Something that a check would find, and why it is meant. */
export interface Exemption {
  /** The id of the check. */
  readonly check: string;
  /** The object as the finding names it. */
  readonly object: string;
  readonly reason: string;
}

/** Something found, and by which check. */
export interface Found extends Offence {
  readonly check: Check;
}

/** Holds the ruled schemas against every check; what is exempt is left out, and an exemption of nothing deviates. */
export async function checkCatalog(client: pg.Client, api: readonly string[], ruled: Ruled): Promise<Findings> {
  const found = await findOffences(client, api, ruled, CHECKS);
  return { deviations: withoutExempt(found, ruled.exempt), notEvaluated: [] };
}

/** What these checks find, exempt or not. It changes nothing. */
export async function findOffences(
  client: pg.Client,
  api: readonly string[],
  { schemas, private: closed }: Omit<Ruled, 'exempt'>,
  checks: readonly Check[],
): Promise<Found[]> {
  return rolledBack(client, async () => {
    // Names in definitions are qualified then; and compiling a query takes longer than running it on catalogs this small.
    await client.query("set local search_path = ''; set local jit = off");
    const found: Found[] = [];
    for (const check of checks) {
      const { rows } = await client.query<never>(SCOPE + check.query, [schemas, api, closed]);
      found.push(...check.offences(rows).map((offence) => ({ ...offence, check })));
    }
    return found;
  });
}
