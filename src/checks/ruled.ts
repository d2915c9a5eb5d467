import type { Catalog } from '../catalog/catalog.ts';
import { type Table, tablesOf } from '../catalog/table.ts';

/** The use that clients make of PostgREST. */
export interface PostgrestUse {
  /** The schemas that it exposes. */
  readonly schemas: readonly string[];
  /** `schema.relation` → what is embedded in its rows, as a client writes it → one row or many. */
  readonly embeddings?: Readonly<Record<string, Readonly<Record<string, 'one' | 'many'>>>> | undefined;
}

/** The schemas that the checks examine, by how clients use them. */
export interface RuledSchemas {
  readonly schemas: readonly string[];
  /** The schema of functions that need more rights than their callers have. */
  readonly private: string;
  /** Those that clients reach. */
  readonly api: readonly string[];
  /** Undefined where no client uses PostgREST: then nothing of it is checked. */
  readonly postgrest?: PostgrestUse | undefined;
}

/**
 * The objects of the ruled schemas. A partition is a relation of its own where rows can be reached through it, and is not
 * listed as a table here, since its keys, columns and names are its parent's.
 */
export interface RuledCatalog
  extends Pick<Catalog, 'schemas' | 'relations' | 'sequences' | 'functions' | 'types' | 'policies' | 'grants'> {
  readonly tables: readonly Table[];
  readonly api: readonly string[];
  readonly postgrest: PostgrestUse | undefined;
  readonly private: string;
  /** The catalog of all schemas: an object that a ruled one depends on may be in any of them. */
  readonly all: Catalog;
}

/** The ruled part of a catalog. */
export function ruledPart(all: Catalog, { schemas, api, postgrest, private: closed }: RuledSchemas): RuledCatalog {
  const isRuled = ({ schema }: { readonly schema: string | null }): boolean =>
    schema !== null && schemas.includes(schema);
  const relations = all.relations.filter(isRuled);
  const names = new Set(relations.map(({ sql }) => sql));
  return {
    schemas: all.schemas.filter(({ name }) => schemas.includes(name)),
    relations,
    tables: tablesOf({ ...all, relations }),
    sequences: all.sequences.filter(isRuled),
    functions: all.functions.filter(isRuled),
    types: all.types.filter(isRuled),
    policies: all.policies.filter(({ tableSql }) => names.has(tableSql)),
    grants: all.grants.filter(isRuled),
    api,
    postgrest,
    private: closed,
    all,
  };
}
