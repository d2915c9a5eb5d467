import type pg from 'pg';
import { withClient } from '../database/connect.ts';
import { UserError } from '../errors.ts';
import { withComputedFields } from './computed-fields.ts';
import { formatBy } from './format.ts';

/**
 * The TypeScript types of a database, as `supabase gen types` writes them: Row, ComputedFields, Insert, Update and
 * Relationships of each table and view, Enums, Functions and composite types. The same database gives the same text on
 * each server and machine. Only the columns of views differ: here each may be null, and Supabase's command line finds out
 * which can't.
 * @param schemas what to describe; the first is the default of the helper types (Tables, Enums, …)
 * @param formatter the command of the project's own formatter
 * @throws UserError when a schema does not exist, or the formatter fails
 */
export async function generateTypes(
  connectionString: string,
  schemas: readonly string[],
  formatter?: readonly string[],
): Promise<string> {
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
  const text = await generateTypescript(sortGeneratorMetadata(metadata), {
    detectOneToOneRelationships: true,
    ...(schemas[0] ? { defaultSchema: schemas[0] } : {}),
    // A formatter keeps some of the line breaks that it finds, so that nothing may have formatted before.
    ...(formatter ? { format: async (code: string) => code } : {}),
  });
  const columns = Map.groupBy(metadata.columns, ({ schema, table }) => JSON.stringify([schema, table]));
  const completed = await withComputedFields(
    text,
    (schema, relation) => new Set(columns.get(JSON.stringify([schema, relation]))?.map(({ name }) => name)),
  );
  return formatter ? formatBy(formatter, completed) : completed;
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
