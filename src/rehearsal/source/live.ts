import pg from 'pg';
import { SESSION_SETTINGS } from '../../accounting/canonical-text.ts';
import { findTables, type UserTable } from '../../catalog/user-tables.ts';
import { withoutPassword } from '../../database/urls.ts';
import { RehearsalError } from '../error.ts';
import { NO_HOST, type RehearsedProject } from '../settings.ts';
import type { Dump } from './file.ts';
import { requireLegacy } from './legacy.ts';
import { install, majorOf, output } from './programs.ts';

/** How long pg_dump waits for a table that another session has locked. */
const LOCK_WAIT = '30s';

/** A database that is only read, as it was at one moment, whatever is written to it meanwhile. */
export interface LiveSource {
  readonly client: pg.Client;
  readonly tables: readonly UserTable[];
  readonly dump: Dump;
}

/**
 * Connects to a source, in a read-only transaction that sees one moment of it, and checks that it can be copied.
 * @throws RehearsalError when it cannot be reached, read, or dumped, or is not a legacy database
 */
export async function withLiveSource<T>(
  url: string,
  project: RehearsedProject,
  use: (source: LiveSource) => Promise<T>,
): Promise<T> {
  const name = withoutPassword(url);
  const client = new pg.Client({
    connectionString: url,
    application_name: 'rolecall rehearse',
    connectionTimeoutMillis: 20_000,
  });
  client.on('error', () => {});
  await client.connect().catch((error: Error) => {
    throw new RehearsalError(
      `Cannot connect to the source ${name}: ${error.message || String(error)}. Check the connection string after --from.`,
      {
        cause: error,
      },
    );
  });
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    await client.query(SESSION_SETTINGS.replaceAll('set ', 'set local '));
    const host = project.legacy.host ?? NO_HOST;
    const tables = await findTables(client, host.schemas, host.tables);
    await requireLegacy(client, name, tables, project);
    await requireReading(client, name, tables);
    await requireProgram(client, name);
    const { rows } = await client.query<{ snapshot: string }>('select pg_export_snapshot() as snapshot');
    const excluded = await hostTables(client, host.schemas, host.tables);
    const args = dumpArguments(url, rows[0]?.snapshot ?? '', host.schemas, host.tables, excluded);
    const text = () =>
      output(
        'pg_dump',
        args,
        withPassword(url),
        '',
        (complaint) =>
          `pg_dump could not read ${name}: ${complaint.replaceAll(/^pg_dump: (error: |detail: )?/gm, '').replaceAll('\n', ' ')}`,
      );
    return await use({ client, tables, dump: { name, kind: 'a database', text } });
  } finally {
    await client.end().catch(() => {});
  }
}

/** Every row of every table must be readable: row level security would hide rows silently. */
async function requireReading(client: pg.Client, name: string, tables: readonly UserTable[]): Promise<void> {
  const { rows } = await client.query<{ who: string; denied: string[]; filtered: string[] }>(
    `select current_user::text as who,
            coalesce(array_agg(id order by id) filter (where not has_table_privilege(oid, 'select')
              or not has_schema_privilege(c.relnamespace, 'usage')), '{}') as denied,
            coalesce(array_agg(id order by id) filter (where has_table_privilege(oid, 'select') and row_security_active(oid)), '{}') as filtered
       from unnest($1::text[], $2::oid[]) f (id, table_oid) join pg_class c on c.oid = f.table_oid`,
    [tables.map(({ schema, name: table }) => `${schema}.${table}`), tables.map(({ oid }) => oid)],
  );
  const { who, denied = [], filtered = [] } = rows[0] ?? { who: '' };
  if (denied.length > 0)
    throw new RehearsalError(
      `${who} may not read ${some(denied)} of ${name}. Grant it pg_read_all_data (or USAGE on the schema and SELECT), or connect as the tables’ owner.`,
    );
  if (filtered.length > 0)
    throw new RehearsalError(
      `Row level security hides rows of ${some(filtered)} in ${name} from ${who}. Run \`alter role "${who}" bypassrls\` there, or connect as the tables’ owner.`,
    );
}

const some = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');

async function requireProgram(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query<{ major: number }>(
    `select current_setting('server_version_num')::int / 10000 as major`,
  );
  const needed = rows[0]?.major ?? 0;
  const there = await majorOf('pg_dump', `only it can copy a database`);
  if (there < needed)
    throw new RehearsalError(
      `${name} is PostgreSQL ${needed}, and the pg_dump on PATH is ${there}: a dump needs the same version or a later one. ${install(String(needed))}`,
    );
}

/** The relations of the host's schemas that are not copied, as pg_dump's --exclude-table takes them. */
async function hostTables(client: pg.Client, schemas: readonly string[], needed: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as id
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
        and n.nspname || '.' || c.relname <> all ($2)`,
    [schemas, needed],
  );
  return rows.map(({ id }) => id);
}

function dumpArguments(
  url: string,
  snapshot: string,
  schemas: readonly string[],
  needed: readonly string[],
  excluded: readonly string[],
): string[] {
  const used = needed.map((id) => id.split('.')[0]);
  const plain = new URL(url);
  plain.password = '';
  return [
    `--dbname=${plain}`,
    `--snapshot=${snapshot}`,
    `--lock-wait-timeout=${LOCK_WAIT}`,
    '--encoding=UTF8',
    ...['--no-owner', '--no-publications', '--no-subscriptions', '--no-security-labels', '--no-tablespaces'],
    ...schemas.filter((schema) => !used.includes(schema)).map((schema) => `--exclude-schema="${schema}"`),
    ...excluded.filter((id) => used.includes(id.split('.')[0])).map((id) => `--exclude-table=${id}`),
  ];
}

/** The password goes by the environment: other users of the machine can see the arguments of a process. */
function withPassword(url: string): NodeJS.ProcessEnv {
  const { password } = new URL(url);
  return password ? { ...process.env, PGPASSWORD: decodeURIComponent(password) } : process.env;
}
