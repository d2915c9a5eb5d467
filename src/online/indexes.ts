import type pg from 'pg';
import { quoteLiteral } from '../sql/quote.ts';
import { renameIn } from '../sql/rename.ts';
import { tokensIn } from '../sql/tokens.ts';
import { preparedSchema, preparedTable, STATE_SCHEMA, splitName } from './names.ts';
import { toPrepared } from './renamings.ts';
import type { OnlinePlan } from './settings.ts';

/** SQL that creates the table of the indexes that are built late: their names as SQL identifiers, and their definitions. */
export const LATE_INDEXES = `
  create table ${STATE_SCHEMA}.late_indexes (
    place bigint generated always as identity primary key,
    name text not null unique,
    definition text not null,
    comment text
  );`;

/**
 * Indexes of the filled tables that filling can do without: those that no key is, and that no foreign key needs, which is
 * the case where one that is a key serves it too. What a definition does not say, such as that a table is clustered by it,
 * keeps an index where it is.
 */
const SPARE = `
  select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition, obj_description(i.indexrelid, 'pg_class') as comment
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  where i.indrelid = any ($1::regclass[])
    and not i.indisunique and not i.indisexclusion and not i.indisclustered and not i.indisreplident
    and c.reltablespace = 0
    and not exists (
      select
      from pg_constraint f
      where f.conrelid = i.indrelid and f.contype = 'f' and i.indkey[0] = any (f.conkey)
        and not exists (
          select from pg_index k
          where k.indrelid = i.indrelid and k.indisunique and k.indpred is null and k.indkey[0] = any (f.conkey)
        )
    )
  order by 1`;

/**
 * Drops the indexes that filling does not need, and records their definitions: filled row by row, such indexes cost
 * several times what it costs to build them, above all approximate ones of vectors. In the transaction that created the
 * tables, so that no session waits.
 */
export async function putOffIndexes(client: pg.Client, { targets }: OnlinePlan): Promise<void> {
  // Definitions are written with the schema of everything.
  await client.query("set local search_path = 'pg_catalog', 'pg_temp'");
  const tables = targets.map(({ table }) => preparedTable(table));
  await client.query(`insert into ${STATE_SCHEMA}.late_indexes (name, definition, comment) ${SPARE}`, [tables]);
  const { rows } = await client.query<{ name: string }>(`select name from ${STATE_SCHEMA}.late_indexes`);
  for (const { name } of rows) await client.query(`drop index ${name}`);
}

interface LateIndex {
  readonly name: string;
  readonly definition: string;
  readonly comment: string | null;
  readonly valid: boolean | null;
}

/**
 * Builds the indexes that were put off, and those whose building was interrupted. Concurrently: the app does not read these
 * tables, and still reaches them, since foreign keys pass on what it deletes from a table of others.
 * @param onBuild called before each
 */
export async function buildIndexes(
  client: pg.Client,
  plan: Pick<OnlinePlan, 'schemas' | 'legacy' | 'extensions' | 'indexParameters'>,
  onBuild: (index: string) => unknown,
): Promise<void> {
  const { rows } = await client.query<LateIndex>(
    `select l.name, l.definition, l.comment, i.indisvalid as valid
     from ${STATE_SCHEMA}.late_indexes l left join pg_index i on i.indexrelid = to_regclass(l.name) order by l.place`,
  );
  const missing = rows.filter(({ valid }) => valid !== true);
  if (missing.length === 0) return;
  await client.query(MEMORY);
  for (const { name, definition, comment, valid } of missing) {
    await onBuild(name);
    if (valid === false) await client.query(`drop index concurrently ${name}`);
    const parameters = await parametersOf(client, plan, name);
    const fitting = parameters === undefined ? definition : withParameters(definition, parameters);
    await client.query(fitting.replace(/^CREATE INDEX /, 'create index concurrently '));
    if (comment !== null) await client.query(`comment on index ${name} is ${quoteLiteral(comment)}`);
  }
  await client.query('reset maintenance_work_mem; reset max_parallel_maintenance_workers');
}

/** The parameters that fit the rows that are there now, where the plan says how to ask for them. */
async function parametersOf(
  client: pg.Client,
  plan: Parameters<typeof buildIndexes>[1],
  name: string,
): Promise<string | undefined> {
  const { rows: read } = await client.query<{ parts: string[] }>('select parse_ident($1) as parts', [name]);
  const [waiting, index] = read[0]?.parts ?? [];
  const query = Object.entries(plan.indexParameters ?? {}).find(([declared]) => {
    const [schema, named] = splitName(declared);
    return preparedSchema(schema) === waiting && named === index;
  })?.[1];
  if (query === undefined) return undefined;
  const { rows } = await client.query<[string]>({ text: await renameIn(query, toPrepared(plan)), rowMode: 'array' });
  return rows[0]?.[0];
}

/** The definition of an index with these storage parameters instead of its own. They come before TABLESPACE and WHERE. */
function withParameters(definition: string, parameters: string): string {
  let depth = 0;
  let own: number | undefined;
  for (const { start, end } of tokensIn(definition)) {
    const token = definition.slice(start, end);
    if (token === '(') depth++;
    else if (token === ')') depth--;
    if (depth > 0) continue;
    if (own !== undefined && token === ')')
      return `${definition.slice(0, own)}with (${parameters})${definition.slice(end)}`;
    if (token === 'WITH') own = start;
    if (own === undefined && (token === 'TABLESPACE' || token === 'WHERE'))
      return `${definition.slice(0, start)}with (${parameters}) ${definition.slice(start)}`;
  }
  return `${definition} with (${parameters})`;
}

/** Graphs are built several times faster where they fit into memory: as much as the server was given to hold pages, but no more than a gigabyte. */
const MEMORY = `
  select set_config('maintenance_work_mem', wanted || 'kB', false)
  from (
    select greatest(pg_size_bytes(current_setting('maintenance_work_mem')), 268435456, least(pg_size_bytes(current_setting('shared_buffers')), 1073741824)) / 1024 as wanted
  ) memory`;
