import type pg from 'pg';
import { withClient } from '../database/connect.ts';
import { UserError } from '../errors.ts';

/**
 * The TypeScript types of a database, in the shape of `supabase gen types`: Row, Insert, Update and Relationships of
 * each table and view, Enums, Functions and composite types. The same database gives the same text on each server and
 * machine.
 * @param schemas what to describe; the first is the default of the helper types (Tables, Enums, …)
 * @throws UserError when a schema does not exist
 */
export async function generateTypes(connectionString: string, schemas: readonly string[]): Promise<string> {
  const [{ introspect }, { generateTypescript, sortGeneratorMetadata }] = await Promise.all([
    import('@supabase/postgrest-typegen/introspection'),
    import('@supabase/postgrest-typegen/generation'),
  ]);
  const metadata = await withClient(connectionString, (client) =>
    introspect(inTurn(client), { includedSchemas: [...schemas] }),
  );
  const found = new Set(metadata.schemas.map(({ name }) => name));
  const missing = schemas.filter((name) => !found.has(name));
  if (missing.length > 0) {
    throw new UserError(
      `No types can be generated: the database has no schema ${missing.join(', ')}. Create it in a migration, or correct the name in the configuration.`,
    );
  }
  return generateTypescript(sortGeneratorMetadata(metadata), {
    detectOneToOneRelationships: true,
    ...(schemas[0] ? { defaultSchema: schemas[0] } : {}),
  });
}

/** The generator asks all its questions at once, and one connection answers one at a time. */
function inTurn(client: pg.Client) {
  let last: Promise<unknown> = Promise.resolve();
  return {
    query(sql: string) {
      const result = last.then(() => client.query(sql));
      last = result.catch(() => {});
      return result;
    },
  };
}
