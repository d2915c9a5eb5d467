import type pg from 'pg';
import { BOOKS, FULL, PART, splitName, waiting } from './names.ts';
import type { OnlinePlan } from './plan.ts';

/** A section of a migration that only carries rows, and the tools that such sections share. */
const SECTION = /do \$(?<tag>carry|count)\$[\s\S]*?\n\$\k<tag>\$;/g;
const TOOL = /create or replace function pg_temp\.[\s\S]*?\n\$\$;/g;

/** A migration that makes everything and carries nothing, not even what is made of the rows of others. */
export function withoutCarrying(sql: string): string {
  return sql.replaceAll(SECTION, '');
}

/**
 * The carrying sections of the migrations, word for word but for the names: they read the rows of the units in hand, and
 * fill temporary tables. So each rule is written once, whichever way a database is moved.
 */
export interface Carrying {
  readonly tools: string;
  readonly sections: string;
}

export async function carryingOf(
  client: pg.Client,
  migrations: readonly string[],
  plan: OnlinePlan,
): Promise<Carrying> {
  const home = await homeOfExtensions(client, plan);
  const find = (pattern: RegExp): string =>
    migrations
      .flatMap((sql) => sql.match(pattern) ?? [])
      .map((sql) => inPart(sql, plan, home))
      .join('\n');
  return { tools: find(TOOL), sections: find(SECTION) };
}

/** Where the extensions are before the move. */
export async function homeOfExtensions(client: pg.Client, { extensions }: OnlinePlan): Promise<string> {
  const { rows } = await client.query<{ schema: string }>(
    'select extnamespace::regnamespace::text as schema from pg_extension where extname = any ($1)',
    [extensions.names],
  );
  return rows[0]?.schema ?? extensions.schema;
}

function inPart(sql: string, plan: OnlinePlan, extensions: string): string {
  const filled = new Set([...plan.targets.map(({ table }) => table), plan.moves, plan.quarantine]);
  const read = new Set(Object.keys(plan.read));
  return (
    sql
      // A missing time becomes one moment for all batches.
      .replaceAll(/\bnow\(\)/g, `${BOOKS}.moment()`)
      .replaceAll(/(?<![\w.])([a-z_]+)\.([a-z_]+|%I)/g, (name: string, schema: string, object: string) => {
        if (filled.has(name)) return `pg_temp.${object}`;
        if (read.has(name)) return `${PART}.${name.replace('.', '_')}`;
        if (schema === plan.legacy) return `${PART}.${object}`;
        if (schema === plan.extensions.schema) return `${extensions}.${object}`;
        return plan.schemas.includes(schema) ? `${waiting(schema)}.${object}` : name;
      })
      // Where it stands alone, to be joined with a table's name.
      .replaceAll(`'${plan.legacy}.'`, `'${PART}.'`)
  );
}

/** Unique keys have a say in what the sections do. Other indexes would only be filled, and never read. */
const KEYS_ONLY = `
  do $keys$
  declare
    spare text;
  begin
    for spare in
      select i.indexrelid::regclass
      from pg_catalog.pg_index i
      join pg_catalog.pg_class c on c.oid = i.indrelid
      where c.relnamespace = pg_my_temp_schema() and c.relkind = 'r' and not i.indisunique and not i.indisexclusion
    loop
      execute format('drop index %s', spare);
    end loop;
  end
  $keys$`;

/** Gives a session what the sections need: the tools, and a temporary table for each that they fill. */
export async function openWorkshop(client: pg.Client, plan: OnlinePlan, { tools }: Carrying): Promise<void> {
  for (const name of [...plan.targets.map(({ table }) => table), plan.moves, plan.quarantine]) {
    const [schema, table] = splitName(name);
    await client.query(
      `create temporary table ${table} (like ${waiting(schema)}.${table} including defaults including generated including indexes including storage)`,
    );
  }
  await client.query(KEYS_ONLY);
  await client.query(tools);
  for (const { table, natural } of plan.targets) {
    if (natural) await client.query(sameIdTrigger(table, natural, plan));
  }
}

/** Empties the tables that the sections fill: by deleting, which touches no file, and by truncating what has grown. */
export function emptied(plan: OnlinePlan): string {
  const names = [...plan.targets.map(({ table }) => table), plan.moves, plan.quarantine].map(
    (name) => splitName(name)[1],
  );
  return `do $empty$
    declare
      filled text;
    begin
      foreach filled in array array[${names.map((name) => `'pg_temp.${name}'`).join(', ')}]
      loop
        execute format(case when pg_relation_size(filled) > 4000000 then 'truncate %s' else 'delete from %s' end, filled);
      end loop;
      -- And what an earlier batch of this transaction made for itself.
      for filled in
        select oid::regclass from pg_catalog.pg_class
        where relnamespace = pg_my_temp_schema() and relkind = 'r' and relname <> all (array[${names.map((name) => `'${name}'`).join(', ')}])
      loop
        execute format('drop table %s', filled);
      end loop;
    end
    $empty$`;
}

/** A row that no old one became gets an id when it is made: the one that it got the first time. */
function sameIdTrigger(name: string, natural: readonly string[], { tables }: OnlinePlan): string {
  const [schema, table] = splitName(name);
  const same = natural.map((column) => `t.${column} = new.${column}`).join(' and ');
  const old = table in tables ? `not exists (select from ${FULL}.${table} o where o.id = new.id)` : 'true';
  return `
    create function pg_temp.same_id_${table}() returns trigger language plpgsql as $same$
    begin
      if ${old} then
        new.id := coalesce((select t.id from ${waiting(schema)}.${table} t where ${same}), new.id);
      end if;
      return new;
    end;
    $same$;
    create trigger same_id before insert on pg_temp.${table} for each row execute function pg_temp.same_id_${table}();`;
}
