import type pg from 'pg';
import type { IncludedSection } from '../migrations/included.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.ts';
import { type Renaming, renameIn } from '../sql/rename.ts';
import { parseStatements } from '../sql/statements.ts';
import { nodesOfType, stringOf } from '../sql/tree.ts';
import { OnlineError } from './error.ts';
import { FULL, preparedTable, SCOPED, sessionTable, splitName, tableIn } from './names.ts';
import { toCarrySession } from './renamings.ts';
import type { MoveSections } from './sections.ts';
import type { OnlinePlan } from './settings.ts';

/**
 * The carrying sections of the migrations, as they are but for the names: they read the rows of the units of the batch, and
 * fill tables of the session. So each rule is written once, whichever way a database is moved.
 */
export interface CarrySql {
  readonly tools: string;
  readonly sections: string;
}

/**
 * Rewrites the sections for sessions that carry batches; changes nothing.
 * @throws OnlineError when a section can't be rewritten, with its name, or the tools lack the function that gives the schema
 * of the old tables
 */
export async function carrySql(client: pg.Client, plan: OnlinePlan, sections: MoveSections): Promise<CarrySql> {
  await mustDefineSourceSchema(sections.tools, plan);
  const renaming = toCarrySession(plan, await homeOfExtensions(client, plan));
  const rewrite = async (list: readonly IncludedSection[]): Promise<string> =>
    (await Promise.all(list.map((section) => renamed(section, renaming)))).join('\n');
  return { tools: await rewrite(sections.tools), sections: await rewrite(sections.carry) };
}

async function renamed({ name, text }: IncludedSection, renaming: Renaming): Promise<string> {
  return renameIn(text, renaming).catch((error: Error) => {
    throw new OnlineError(`${name} can't carry rows while the app runs: ${error.message}`, { cause: error });
  });
}

async function mustDefineSourceSchema(
  tools: readonly IncludedSection[],
  { sections: { sourceSchema } }: OnlinePlan,
): Promise<void> {
  if (sourceSchema === undefined) return;
  const statements = (await Promise.all(tools.map(({ text }) => parseStatements(text)))).flat();
  const functions = [...nodesOfType(statements, 'CreateFunctionStmt')].map(({ funcname }) =>
    (funcname as readonly unknown[]).map(stringOf).join('.'),
  );
  if (!functions.includes(`pg_temp.${sourceSchema}`))
    throw new OnlineError(
      `The tools of the carrying sections define no pg_temp.${sourceSchema}(), which online.sections.sourceSchema names.`,
    );
}

/** The schema of the extensions before the move. */
export async function homeOfExtensions(client: pg.Client, { extensions }: OnlinePlan): Promise<string> {
  const { rows } = await client.query<{ schema: string }>(
    'select n.nspname::text as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = any ($1)',
    [extensions.names],
  );
  return rows[0]?.schema ?? extensions.schema;
}

/** Unique indexes affect what the sections do (on conflict). Other indexes would only be filled, and never read. */
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

/** Gives a session what the sections need: the tools, and a temporary table for each table that they fill. */
export async function createSessionTables(client: pg.Client, plan: OnlinePlan, { tools }: CarrySql): Promise<void> {
  for (const name of filledTables(plan)) {
    await client.query(
      `create temporary table ${quoteIdentifier(splitName(name)[1])}
       (like ${preparedTable(name)} including defaults including generated including indexes including storage)`,
    );
  }
  await client.query(KEYS_ONLY);
  await client.query(tools);
  const { sourceSchema } = plan.sections;
  // Texts that the tools execute read the rows of the batch, too.
  if (sourceSchema !== undefined)
    await client.query(
      `create or replace function ${tableIn('pg_temp', sourceSchema)}() returns text language sql
       as ${quoteLiteral(`select ${quoteLiteral(SCOPED)}`)}`,
    );
  for (const { table, naturalKey } of plan.targets) {
    if (naturalKey) await client.query(sameIdTrigger(table, naturalKey, plan));
  }
}

const filledTables = ({ targets, moves, quarantine }: OnlinePlan): string[] => [
  ...targets.map(({ table }) => table),
  moves,
  quarantine,
];

/** SQL that empties the tables that the sections fill: by deleting, which touches no file, and by truncating what has grown. */
export function emptySessionTables(plan: OnlinePlan): string {
  const names = filledTables(plan);
  const list = (texts: readonly string[]): string => texts.map(quoteLiteral).join(', ');
  return `do $empty$
    declare
      filled text;
    begin
      foreach filled in array array[${list(names.map(sessionTable))}]
      loop
        execute format(case when pg_relation_size(filled) > 4000000 then 'truncate %s' else 'delete from %s' end, filled);
      end loop;
      -- And what an earlier batch of this transaction created for itself.
      for filled in
        select oid::regclass from pg_catalog.pg_class
        where relnamespace = pg_my_temp_schema() and relkind = 'r'
          and relname <> all (array[${list(names.map((name) => splitName(name)[1]))}])
      loop
        execute format('drop table %s', filled);
      end loop;
    end
    $empty$`;
}

/** A row without a legacy row gets, each time it is carried, the id that it got the first time. */
function sameIdTrigger(name: string, naturalKey: readonly string[], { schemas: [home], tables }: OnlinePlan): string {
  const [schema, table] = splitName(name);
  const same = naturalKey.map(quoteIdentifier).map((column) => `t.${column} = new.${column}`);
  const old =
    schema === home && table in tables
      ? `not exists (select from ${tableIn(FULL, table)} o where o.id = new.id)`
      : 'true';
  const trigger = tableIn('pg_temp', `same_id_${table}`);
  return `
    create function ${trigger}() returns trigger language plpgsql as $same$
    begin
      if ${old} then
        new.id := coalesce((select t.id from ${preparedTable(name)} t where ${same.join(' and ')}), new.id);
      end if;
      return new;
    end;
    $same$;
    create trigger same_id before insert on ${sessionTable(name)} for each row execute function ${trigger}();`;
}
