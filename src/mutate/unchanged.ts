import type pg from 'pg';
import type { AccessSettings } from '../access/settings.ts';
import { readSubject, type Subject } from '../access/subject.ts';
import type { Ruled } from '../checks/settings.ts';
import type { FunctionsSettings } from '../functions/settings.ts';
import type { Dependencies } from '../interference/settings.ts';
import type { StructureScope } from '../structure/describe/subject.ts';
import { describe } from '../structure/describe.ts';
import type { StructureObject } from '../structure/model.ts';
import { type CacheKey, digestOf } from './cache.ts';
import { type Dependents, readDependents } from './dependents.ts';
import type { Mutant } from './mutant.ts';
import { readMutableCatalog } from './operators/catalog.ts';
import { mutantsOf } from './operators/mutants.ts';
import { toolDigest } from './tool-digest.ts';

/** The settings of a project that mutants and their probes need. */
export interface MutationSubjectSettings extends AccessSettings, FunctionsSettings {
  readonly dependencies?: Dependencies | undefined;
  readonly api: readonly string[];
  readonly roles: readonly string[];
  readonly ruled: Ruled;
}

/** A database before it is changed: what there is to change, and what there is to probe. */
export interface Unchanged {
  readonly subject: Subject;
  readonly population: readonly Mutant[];
  readonly structure: readonly StructureObject[];
  readonly dependents: Dependents;
  readonly cacheKey: CacheKey;
}

/** Reads the catalogs of a database once, for all of its mutants. */
export async function readUnchanged(
  client: pg.Client,
  settings: MutationSubjectSettings,
  scope: StructureScope,
): Promise<Unchanged> {
  const catalog = await readMutableCatalog(client, { schemas: settings.ruled.schemas, rest: true });
  const subject = await readSubject(client, settings.proven, settings.world);
  const structure = await describe(catalog, scope);
  const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version");
  return {
    subject,
    structure,
    population: mutantsOf(catalog, settings),
    dependents: await readDependents(client, subject.catalog),
    cacheKey: {
      structure: digestOf(JSON.stringify(structure)),
      declared: digestOf(JSON.stringify(settings)),
      tool: toolDigest(),
      server: rows[0]?.version ?? '',
    },
  };
}
