import type pg from 'pg';
import { asWaiting, BOOKS } from './names.ts';
import type { OnlinePlan } from './plan.ts';

/** Where it is remembered what the indexes that are built late will be. */
export const LATE_INDEXES = `
  create table ${BOOKS}.late_indexes (
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
 * Drops what filling can do without, and remembers it: filled row by row, such indexes cost several times what it costs to
 * build them, above all approximate ones of vectors. In the transaction that made the tables, so that nobody waits.
 */
export async function putOffIndexes(client: pg.Client, { targets }: OnlinePlan): Promise<void> {
  // Definitions are written with the schema of everything.
  await client.query("set local search_path = 'pg_catalog', 'pg_temp'");
  const tables = targets.map(({ table }) => `prepared_${table}`);
  await client.query(`insert into ${BOOKS}.late_indexes (name, definition, comment) ${SPARE}`, [tables]);
  const { rows } = await client.query<{ name: string }>(`select name from ${BOOKS}.late_indexes`);
  for (const { name } of rows) await client.query(`drop index ${name}`);
}

interface Late {
  readonly name: string;
  readonly definition: string;
  readonly comment: string | null;
  readonly valid: boolean | null;
}

/**
 * Builds the indexes that were put off, and those whose building was interrupted. Concurrently: the app does not read these
 * tables, and still reaches them, since foreign keys pass on what it deletes from a table of others.
 * @param onBuild told before each
 */
export async function buildIndexes(
  client: pg.Client,
  plan: Pick<OnlinePlan, 'schemas' | 'legacy' | 'extensions' | 'fitted'>,
  onBuild: (index: string) => unknown,
): Promise<void> {
  const { rows } = await client.query<Late>(
    `select l.name, l.definition, l.comment, i.indisvalid as valid
     from ${BOOKS}.late_indexes l left join pg_index i on i.indexrelid = to_regclass(l.name) order by l.place`,
  );
  const missing = rows.filter(({ valid }) => valid !== true);
  if (missing.length === 0) return;
  await client.query(MEMORY);
  for (const { name, definition, comment, valid } of missing) {
    await onBuild(name);
    if (valid === false) await client.query(`drop index concurrently ${name}`);
    const fitted = await parametersOf(client, plan, name);
    await client.query(
      definition
        .replace(/^CREATE INDEX /, 'create index concurrently ')
        .replace(/ WITH \([^)]*\)/, (as) => (fitted === undefined ? as : ` with (${fitted})`)),
    );
    if (comment !== null) await client.query(`comment on index ${name} is ${client.escapeLiteral(comment)}`);
  }
  await client.query('reset maintenance_work_mem; reset max_parallel_maintenance_workers');
}

/** What an index should be made with now that the rows are there, where the plan says so. */
async function parametersOf(
  client: pg.Client,
  plan: Parameters<typeof buildIndexes>[1],
  name: string,
): Promise<string | undefined> {
  const query = Object.entries(plan.fitted ?? {}).find(([index]) => asWaiting(index, plan) === name)?.[1];
  if (query === undefined) return undefined;
  const { rows } = await client.query<[string]>({ text: asWaiting(query, plan), rowMode: 'array' });
  return rows[0]?.[0];
}

/** Graphs are built several times faster where they fit into memory: as much as the server was given to hold pages, but no more than a gigabyte. */
const MEMORY = `
  select set_config('maintenance_work_mem', wanted || 'kB', false)
  from (
    select greatest(pg_size_bytes(current_setting('maintenance_work_mem')), 268435456, least(pg_size_bytes(current_setting('shared_buffers')), 1073741824)) / 1024 as wanted
  ) memory`;
