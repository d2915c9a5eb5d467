import { quoteIdentifier } from '../sql/quote.ts';
import { withClient } from './connect.ts';
import { DatabaseError } from './error.ts';
import { checkServer } from './requirements.ts';
import { untilStopped } from './running.ts';
import type { DatabaseSettings } from './settings.ts';
import { type ConnectionStrings, connectionStringsFrom, databaseOf, withDatabase, withoutPassword } from './urls.ts';

/** The server that a command works on: the one that DATABASE_URL names, or the embedded engine. */
export interface Server {
  readonly kind: 'embedded' | 'named';
  /** Where it is, as it may be shown. */
  readonly where: string;
  readonly urls: ConnectionStrings;
  /** Stops the embedded engine if this process started it; leaves any other server alone. */
  stop(): Promise<void>;
}

/**
 * Opens the server that the environment names, or starts (or joins) the embedded engine.
 * @throws DatabaseError, in one line, when the named server cannot be reached or lacks what is needed, or the engine
 * cannot start
 */
export async function openServer(settings: DatabaseSettings, env: NodeJS.ProcessEnv): Promise<Server> {
  const named = connectionStringsFrom(env);
  if (!named) return startEmbedded(settings);
  await withClient(named.root, (client) => checkServer(client, named.root, settings.extensions));
  return { kind: 'named', where: withoutPassword(named.main), urls: named, stop: async () => {} };
}

async function startEmbedded({ name, folder }: DatabaseSettings): Promise<Server> {
  // Loaded only here: with a named server there is no need of the engine's code.
  const { EngineError, startEngine } = await import('pglite-server');
  const engine = await startEngine({ folder }).catch((error: unknown) => {
    if (!(error instanceof EngineError)) throw error;
    throw new DatabaseError(
      `The embedded engine cannot start: ${error.message} The configuration sets its folder (database.folder); set DATABASE_URL to use a server of your own instead.`,
      { cause: error },
    );
  });
  const root = engine.url('postgres');
  return {
    kind: 'embedded',
    where: `the embedded engine in ${folder}${engine.joined ? ', which was running' : ''}`,
    urls: { main: withDatabase(root, name), shadow: withDatabase(root, `${name}_shadow`), root },
    stop: untilStopped(() => engine.stop()),
  };
}

/** Opens a server, gives it to `use`, and stops it whatever happens. */
export async function withServer<T>(settings: DatabaseSettings, use: (server: Server) => Promise<T>): Promise<T> {
  const server = await openServer(settings, process.env);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

/** Whether the database that `url` names exists on the server of `root`. */
export async function databaseExists(root: string, url: string): Promise<boolean> {
  return withClient(root, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseOf(url)]);
    return rowCount === 1;
  });
}

/**
 * Drops the database that `url` names, if it exists, and creates it: empty, or as a copy of `template`, to which
 * no other session may then be connected.
 */
export async function recreateDatabase(root: string, url: string, template?: string): Promise<void> {
  const name = quoteIdentifier(databaseOf(url));
  await withClient(await creating(root, url), async (client) => {
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(
      `create database ${name}${template ? ` template ${quoteIdentifier(databaseOf(template))}` : ''}`,
    );
  });
}

/**
 * The database to be connected to while another one is created: not template1, of which it is a copy, since two who were
 * connected there and created one at the same time would wait for each other.
 */
async function creating(root: string, url: string): Promise<string> {
  const other = withDatabase(root, 'postgres');
  const isBetter = databaseOf(root) === 'template1' && databaseOf(url) !== 'postgres';
  return isBetter && (await databaseExists(root, other)) ? other : root;
}

/** Drops the database that `url` names, if it exists. */
export async function dropDatabase(root: string, url: string): Promise<void> {
  await withClient(root, (client) =>
    client.query(`drop database if exists ${quoteIdentifier(databaseOf(url))} with (force)`),
  );
}
