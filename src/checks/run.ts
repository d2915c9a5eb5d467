import type pg from 'pg';
import { type Catalog, readCatalog } from '../catalog/catalog.ts';
import type { Findings } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import { loadParser } from '../sql/references.ts';
import { CHECKS } from './all.ts';
import type { Check, Found } from './check.ts';
import { withoutExempt } from './exempt.ts';
import { type RuledSchemas, ruledPart } from './ruled.ts';
import type { Ruled } from './settings.ts';

/**
 * Holds the ruled schemas against every check; exempt findings are left out, and an exemption that matches none is a deviation. A
 * ruled schema that does not exist is not evaluated.
 */
export async function checkCatalog(client: pg.Client, api: readonly string[], ruled: Ruled): Promise<Findings> {
  return checkWhatWasRead(await readCatalog(client, { schemas: ruled.schemas, rest: true }), api, ruled);
}

/** The same of a catalog that was read, with the ruled schemas first and the rest. */
export async function checkWhatWasRead(catalog: Catalog, api: readonly string[], ruled: Ruled): Promise<Findings> {
  const missing = ruled.schemas.filter((schema) => !catalog.schemas.some(({ name }) => name === schema));
  const found = await findOffences(catalog, { ...ruled, api: [...api, ...(ruled.offered ?? [])] }, CHECKS);
  return {
    deviations: withoutExempt(found, ruled.exempt),
    notEvaluated: missing.map((schema) => ({
      check: 'catalog',
      where: `schema ${schema}`,
      why: `The schema does not exist. Create it, or remove it from ${declaredIn('ruled')}.`,
    })),
  };
}

/** Everything that these checks find, exempt or not, in the order of the checks. */
export async function findOffences(
  catalog: Catalog,
  schemas: RuledSchemas,
  checks: readonly Check[],
): Promise<Found[]> {
  await loadParser();
  const ruled = ruledPart(catalog, schemas);
  return checks.flatMap((check) => check.offences(ruled).map((offence) => ({ ...offence, check })));
}
