import type pg from 'pg';
import type { UserTable } from '../../catalog/user-tables.ts';
import { RehearsalError } from '../error.ts';
import { pendingNames } from '../pending-migrations.ts';
import type { RehearsedProject } from '../settings.ts';

/**
 * Checks that a database is one that the migrations are for, before anything is done with it.
 * @param source how messages name it
 * @throws RehearsalError that says what is missing, or that there is nothing left to rehearse
 */
export async function requireLegacy(
  client: pg.Client,
  source: string,
  tables: readonly UserTable[],
  { legacy, extensions, name }: RehearsedProject,
): Promise<void> {
  if ((await pendingNames(client)).length === 0)
    throw new RehearsalError(
      `${source} has all committed migrations already: there is nothing to rehearse. \`rolecall check --as-it-is\` proves it.`,
    );
  const moved = movedTable(tables, legacy);
  if (moved)
    throw new RehearsalError(
      `${source} is migrated in part: ${moved} is there already. Migrated rows can no longer be told from rows that were added since. Rehearse on an older dump; \`rolecall migrate\` completes the migration.`,
    );
  const missing = [...missingFrom(tables, legacy)];
  if (missing.length > 0)
    throw new RehearsalError(
      `${source} is not a legacy ${name} database: it lacks ${list(missing)}. Nothing was changed. Name the right database or dump with --from.`,
    );
  const absent = await missingExtensions(client, extensions);
  if (absent.length > 0)
    throw new RehearsalError(
      `${source} does not have the extension ${absent.join(', ')}, which a legacy ${name} database needs. Name the right database or dump with --from.`,
    );
}

type LegacyPart = RehearsedProject['legacy'];

/** The first table that is there both before and after its move; undefined when nothing was moved. */
function movedTable(tables: readonly UserTable[], { mapping, sourceSchema }: LegacyPart): string | undefined {
  const ids = new Set(tables.map((table) => `${table.schema}.${table.name}`));
  return Object.entries(mapping).find(([table, { source }]) => {
    const before = `${sourceSchema}.${table}`;
    return source !== before && ids.has(source) && ids.has(before);
  })?.[1].source;
}

function* missingFrom(tables: readonly UserTable[], { mapping, sourceSchema, optional }: LegacyPart): Iterable<string> {
  const needless = new Set(optional);
  for (const [table, { columns }] of Object.entries(mapping)) {
    const present = tables.find(({ schema, name }) => schema === sourceSchema && name === table);
    if (!present && !needless.has(table)) yield `table ${sourceSchema}.${table}`;
    const names = present?.columns.map(({ name }) => name) ?? Object.keys(columns);
    for (const column of Object.keys(columns))
      if (!names.includes(column) && !needless.has(`${table}.${column}`)) yield `column ${table}.${column}`;
  }
}

async function missingExtensions(client: pg.Client, extensions: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select n as name from unnest($1::text[]) n where not exists (select from pg_extension where extname = n)',
    [extensions],
  );
  return rows.map(({ name }) => name);
}

/** Missing things that a message names. */
const SHOWN = 6;

function list(missing: readonly string[]): string {
  const rest = missing.length - SHOWN;
  return rest > 0 ? `${missing.slice(0, SHOWN).join(', ')} and ${rest} more` : missing.join(', ');
}
