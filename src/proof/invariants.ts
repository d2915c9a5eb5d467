import { plantWorld } from '../access/seed.ts';
import type { Config } from '../config/schema.ts';
import { rolledBack, withClient } from '../database/connect.ts';
import { checkInvariants, findViolations } from '../invariants/check.ts';
import { readInvariants } from '../invariants/read.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';

/** Runs every invariant on the rows that a database has; the database is unchanged afterwards. */
export async function proveInvariants(url: string, { invariants }: Config): Promise<Findings> {
  if (!invariants) return mergeFindings([]);
  const all = await readInvariants(invariants);
  return withClient(url, (client) => checkInvariants(client, all));
}

/** The same, and once more with the rows of the world, which are rolled back. */
export async function proveInvariantsInWorld(url: string, { invariants, world }: Config): Promise<Findings> {
  if (!invariants) return mergeFindings([]);
  const all = await readInvariants(invariants);
  return withClient(url, async (client) => {
    const asItIs = await checkInvariants(client, all);
    const inWorld = await rolledBack(client, async () => {
      await plantWorld(client, world);
      return findViolations(client, all, 'with the rows of the world');
    });
    return mergeFindings([asItIs, inWorld]);
  });
}
