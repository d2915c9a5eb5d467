import { plantWorld } from '../access/seed.ts';
import type { Config } from '../config/schema.ts';
import { rolledBack, withClient } from '../database/connect.ts';
import { checkInvariants, findViolations } from '../invariants/check.ts';
import type { Invariant } from '../invariants/model.ts';
import { readInvariants } from '../invariants/read.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';

/**
 * The invariants of a project: none where the configuration names no folder.
 * @throws InvariantFileError with all mistakes of all files
 */
export async function invariantsOf({ invariants }: Config): Promise<Invariant[]> {
  return invariants ? readInvariants(invariants) : [];
}

/** Runs every invariant on the rows that a database has; the database is unchanged afterwards. */
export async function proveInvariants(url: string, config: Config): Promise<Findings> {
  const all = await invariantsOf(config);
  return all.length > 0 ? withClient(url, (client) => checkInvariants(client, all)) : mergeFindings([]);
}

/** The same, and once more with the rows of the world, which are rolled back. */
export async function proveInvariantsInWorld(url: string, config: Config): Promise<Findings> {
  const all = await invariantsOf(config);
  if (all.length === 0) return mergeFindings([]);
  return withClient(url, async (client) => {
    const asItIs = await checkInvariants(client, all);
    const inWorld = await rolledBack(client, async () => {
      await plantWorld(client, config.world);
      return findViolations(client, all, 'with the rows of the world');
    });
    return mergeFindings([asItIs, inWorld]);
  });
}
