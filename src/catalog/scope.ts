import type pg from 'pg';
import { quoteLiteral } from '../sql/quote.ts';

/**
 * The schemas that a reader looks at: those that are named, in their order, and with `rest` every other that is neither
 * PostgreSQL's own nor of a history of migrations.
 */
export interface CatalogScope {
  readonly schemas: readonly string[];
  readonly rest?: boolean;
}

/** SQL that is true of the name of a schema that is neither PostgreSQL's own nor of a history of migrations. */
export const isApplicationSchema = (name: string): string =>
  `(${name} !~ '^pg_' and ${name} not in ('information_schema', 'graphile_migrate', 'supabase_migrations'))`;

const schemasOf = ({ schemas }: CatalogScope): string => `array[${schemas.map(quoteLiteral).join(', ')}]::text[]`;

/** SQL that is true of the name of a schema that the scope has. */
export const inScope = (scope: CatalogScope, name: string): string =>
  scope.rest
    ? `(${name}::text = any (${schemasOf(scope)}) or ${isApplicationSchema(name)})`
    : `${name}::text = any (${schemasOf(scope)})`;

/** SQL for `order by`: the schemas that are named come first, in their order, and the rest by name. */
export const bySchema = (scope: CatalogScope, name: string): string =>
  `array_position(${schemasOf(scope)}, ${name}::text), ${name}::text collate "C"`;

/** SQL that is true of an object that no extension owns: what CREATE EXTENSION made comes and goes with it. */
export const notExtensionMember = (catalog: string, oid: string): string =>
  `not exists (select from pg_depend member where member.classid = '${catalog}'::regclass and member.objid = ${oid} and member.deptype = 'e')`;

// Names and constants in definitions are written alike in every session then. Compiling a query takes longer than running
// it on catalogs this small.
const SETTINGS = `set local search_path = ''; set local timezone = 'UTC'; set local quote_all_identifiers = off; set local jit = off`;

const isSelect = ({ command }: { readonly command: string }): boolean => command === 'SELECT';

/**
 * Runs one query of the catalogs and gives its rows. The search path is empty while it runs, so that every name that is
 * not PostgreSQL's own comes with its schema; the settings and the transaction of the session are afterwards as before.
 * It is one exchange with the server, inside of a transaction or not.
 * @throws the server's error; an open transaction goes on all the same
 */
export async function readRows<Row>(client: pg.Client, query: string): Promise<readonly Row[]> {
  const open = client.getTransactionStatus() === 'T';
  const undo = open ? 'rollback to savepoint reading; release savepoint reading' : 'rollback';
  try {
    const results: unknown = await client.query(
      `${open ? 'savepoint reading' : 'begin'}; ${SETTINGS}; ${query}; ${undo}`,
    );
    return (results as readonly pg.QueryResult<Row & pg.QueryResultRow>[]).find(isSelect)?.rows ?? [];
  } catch (error) {
    await client.query(undo);
    throw error;
  }
}
