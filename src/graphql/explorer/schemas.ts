import { type BuiltSchema, buildSchema, type SchemaSource } from '../schema.ts';

/** The schemas of roles, each built when it is first asked for. */
export interface ExplorerSchemas {
  /** @throws GraphqlError when it cannot be built */
  of(role: string): Promise<BuiltSchema>;
  /** Has them built again, of the database as it is then. */
  forget(): void;
}

/** No schema is built yet. */
export function explorerSchemas(source: SchemaSource): ExplorerSchemas {
  const built = new Map<string, Promise<BuiltSchema>>();
  return {
    of(role) {
      const known = built.get(role) ?? buildSchema({ ...source, role });
      built.set(role, known);
      // One that failed may be built later, when somebody has corrected the database.
      known.catch(() => built.delete(role));
      return known;
    },
    forget: () => built.clear(),
  };
}
