import pg from 'pg';
import { DatabaseError } from './error.ts';
import { withoutPassword } from './urls.ts';

/**
 * Opens one connection, gives it to `use`, and closes it whatever happens.
 * @param options.pipeline whether queries are sent while the answers of earlier ones are still to come
 * @throws DatabaseError when the server cannot be reached or refuses the connection
 */
export async function withClient<T>(
  url: string,
  use: (client: pg.Client) => Promise<T>,
  options: { readonly pipeline?: boolean } = {},
): Promise<T> {
  const client = new pg.Client({
    ...options,
    connectionString: url,
    application_name: 'rolecall',
    connectionTimeoutMillis: 20_000,
  });
  // A connection that breaks while idle must not end the process: the next query reports it.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new DatabaseError(explainRefusal(url, error), { cause: error });
  }
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Runs `use` in a transaction that is rolled back whatever happens: none of its changes are kept.
 */
export async function rolledBack<T>(client: pg.Client, use: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    return await use();
  } finally {
    await client.query('rollback');
  }
}

function explainRefusal(url: string, error: unknown): string {
  const shown = withoutPassword(url);
  const { code, message } = error as { code?: string; message?: string };
  switch (code) {
    case 'ECONNREFUSED':
      return `No PostgreSQL server answers at ${shown}. Start it, or unset DATABASE_URL to use the embedded engine.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host of ${shown} is not known. Correct DATABASE_URL, or unset it to use the embedded engine.`;
    case '28P01':
    case '28000':
      return `The server refused the user or password of ${shown} (${message}). Correct DATABASE_URL.`;
    case '3D000':
      return `The database of ${shown} does not exist. Create it with \`createdb\`, or with \`rolecall reset\`.`;
    case 'ECONNRESET':
    case '57P01':
    case '57P03':
      return `The server at ${shown} ended the connection before it began (${message}): it is starting or stopping. Try again when it runs.`;
    default:
      return `Could not connect to ${shown}: ${message || String(error)}. Check DATABASE_URL.`;
  }
}
