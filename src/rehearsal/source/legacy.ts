import type pg from 'pg';
import type { UserTable } from '../../accounting/tables.ts';
import type { Config } from '../../config/define.ts';
import { committedMigrations } from '../../migrations/files.ts';
import { RehearsalError } from '../failure.ts';

/**
 * Looks whether a database is one that the migrations are for, before anything is done with it.
 * @throws RehearsalError that says what is missing, or that there is nothing left to rehearse
 */
export async function requireLegacy(
  client: pg.Client,
  source: string,
  tables: readonly UserTable[],
  config: Config,
): Promise<void> {
  const { legacy, database, name } = config;
  if (!legacy) throw new RehearsalError('The configuration says nothing of legacy data: there is nothing to rehearse.');
  const pending = await pendingMigrations(client);
  if (pending.length === 0)
    throw new RehearsalError(
      `${source} has all committed migrations already: there is nothing to rehearse. \`rolecall check --as-it-is\` proves it as it is.`,
    );
  const has = (id: string) => tables.some((table) => `${table.schema}.${table.name}` === id);
  const moved = Object.entries(legacy.mapping).find(
    ([table, { source: kept }]) =>
      has(kept) && has(`${legacy.sourceSchema}.${table}`) && kept !== `${legacy.sourceSchema}.${table}`,
  );
  if (moved)
    throw new RehearsalError(
      `${source} is migrated in part: ${moved[1].source} is there already. What came in is no longer to be told from what was added since. Rehearse on a dump from before; \`rolecall migrate\` finishes what was begun.`,
    );
  const missing = [...missingFrom(tables, config)];
  if (missing.length > 0)
    throw new RehearsalError(
      `${source} is not a legacy ${name} database: it lacks ${list(missing)}. Nothing was changed. Name the right database or dump with --from.`,
    );
  const { rows } = await client.query<{ name: string }>(
    'select n as name from unnest($1::text[]) n where not exists (select from pg_extension where extname = n)',
    [database.extensions],
  );
  if (rows.length > 0)
    throw new RehearsalError(
      `${source} does not have the extension ${rows.map((row) => row.name).join(', ')}, which a legacy ${name} database needs. Name the right database or dump with --from.`,
    );
}

function* missingFrom(tables: readonly UserTable[], { legacy }: Config): Iterable<string> {
  if (!legacy) return;
  const optional = new Set(legacy.optional);
  for (const [table, { columns }] of Object.entries(legacy.mapping)) {
    const found = tables.find(({ schema, name }) => schema === legacy.sourceSchema && name === table);
    if (!found && !optional.has(table)) yield `table ${legacy.sourceSchema}.${table}`;
    const names = found?.columns.map(({ name }) => name) ?? Object.keys(columns);
    for (const column of Object.keys(columns))
      if (!names.includes(column) && !optional.has(`${table}.${column}`)) yield `column ${table}.${column}`;
  }
}

const SHOWN = 6;

function list(missing: readonly string[]): string {
  const rest = missing.length - SHOWN;
  return rest > 0 ? `${missing.slice(0, SHOWN).join(', ')} and ${rest} more` : missing.join(', ');
}

/** The committed migrations that a database does not have yet. */
async function pendingMigrations(client: pg.Client): Promise<string[]> {
  const committed = await committedMigrations();
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('graphile_migrate.migrations') is not null as there`,
  );
  if (!rows[0]?.there) return committed;
  const { rows: newest } = await client.query<{ number: number }>(
    `select coalesce(max(substring(filename from '^[0-9]+')::int), 0) as number from graphile_migrate.migrations`,
  );
  return committed.filter((name) => Number.parseInt(name, 10) > (newest[0]?.number ?? 0));
}
