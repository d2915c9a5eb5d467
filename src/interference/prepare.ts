import type pg from 'pg';
import { forEach } from '../access/attempt.ts';
import type { Subject } from '../access/subject.ts';
import { readSchemaCatalog, type SchemaCatalog } from '../catalog/catalog.ts';
import { isTable } from '../catalog/relations.ts';
import { isApplicationSchema } from '../catalog/scope.ts';
import { type Table, tablesOf } from '../catalog/table.ts';
import type { InterferenceSettings } from './settings.ts';
import { countTouches } from './touches.ts';

/** The catalogs from which other worlds are made. */
export interface WorldsCatalog {
  /** The catalog of every schema that has tables, whether it is proven or not. */
  readonly catalog: SchemaCatalog;
  readonly tables: readonly Table[];
  /** The ids of the tables of which each call says whether it read or wrote them; undefined where nobody counts. */
  readonly counted: readonly string[] | undefined;
}

/** Reads the catalogs, and has each call say which tables it reads and writes. The scratch schema is to be there. */
export async function prepareWorlds(client: pg.Client, subject: Subject): Promise<WorldsCatalog> {
  const catalog = await wholeCatalog(client, subject);
  const tables = tablesOf(catalog);
  return { catalog, tables, counted: await countTouches(client, tables) };
}

/** The catalog of every schema that has tables, whether it is proven or not. */
async function wholeCatalog(client: pg.Client, { catalog }: Subject): Promise<SchemaCatalog> {
  const schemas = catalog.schemas.map(({ name }) => name);
  const { rows } = await client.query(
    `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and c.relpersistence <> 't' and ${isApplicationSchema('n.nspname')} and n.nspname <> 'rolecall_scratch' and n.nspname <> all ($1) limit 1`,
    [schemas],
  );
  if (rows.length === 0) return catalog;
  const whole = await readSchemaCatalog(client, { schemas, rest: true });
  return { ...whole, relations: whole.relations.filter(({ schema }) => schema !== 'rolecall_scratch') };
}

/** The tables that have no row, and of which the world has none. */
export async function emptyTables(
  client: pg.Client,
  { relations }: Subject,
  { world }: Pick<InterferenceSettings, 'world'>,
): Promise<Subject['relations']> {
  const tables = relations.filter(isTable).filter(({ id }) => !world.some(({ table }) => table === id));
  const counted = await forEach(
    client,
    tables,
    async ({ sql }) => (await client.query(`select from ${sql} limit 1`)).rowCount,
  );
  return tables.filter((_, at) => counted[at] === 0);
}
