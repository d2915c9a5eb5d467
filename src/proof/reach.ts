import type pg from 'pg';
import { personasOf } from '../access/personas.ts';
import { compareReach, unknownIn } from '../access/reach/compare.ts';
import { isKnown, type Known, withoutHostSchemas } from '../access/reach/known.ts';
import { readReach, readUntried } from '../access/reach/read.ts';
import { timed } from '../access/timed.ts';
import { readOwners } from '../catalog/owners.ts';
import { readRoles } from '../catalog/roles.ts';
import type { Config } from '../config/schema.ts';
import type { Deviation, Findings } from '../report/deviation.ts';

/** Compares what the client roles reach outside of the proof with what is known. */
export async function proveReach(client: pg.Client, config: Config): Promise<Findings> {
  return timed('reach', async () => {
    const known = await knownThere(client, config);
    return compareReach(await readReach(client, personasOf(config), { ...config, known }), known);
  });
}

/** Something that client roles reach outside of the proof, as it deviates where nobody declares it. */
export interface JudgedReach extends Deviation {
  readonly declared: boolean;
}

/** Reads what client roles reach outside of the proof; what nobody declared has a statement that was tried. */
export async function judgedReach(client: pg.Client, config: Config): Promise<JudgedReach[]> {
  const known = await knownThere(client, config);
  const reached = await readReach(client, personasOf(config), { ...config, known });
  const judge = (declared: boolean): JudgedReach[] =>
    unknownIn(
      reached.filter((one) => isKnown(one, known) === declared),
      {},
    ).map((one) => ({ ...one, declared }));
  return [...judge(false), ...judge(true)];
}

/** Reads what client roles reach and nobody declared, by the catalogs alone: for a transaction that may write nothing. */
export async function unknownReach(client: pg.Client, config: Config): Promise<Deviation[]> {
  return unknownIn(await readUntried(client, personasOf(config), config), await knownThere(client, config));
}

/**
 * Gives the lines of what is known that count there. A superuser gives its objects to any owner: where one runs the
 * migrations, as on the embedded engine, an owner does not say that an object is the host's, and each has to be known by
 * name.
 */
async function knownThere(client: pg.Client, { known = {} }: Config): Promise<Known> {
  const { migrator } = await readOwners(client);
  const roles = await readRoles(client);
  return roles.some(({ name, superuser }) => superuser && name === migrator) ? withoutHostSchemas(known) : known;
}
