import { DatabaseError } from './error.ts';

/** The three connection strings that graphile-migrate names, and that every command of rolecall works with. */
export interface ConnectionStrings {
  /** The database that people develop on (DATABASE_URL). */
  readonly main: string;
  /** A database that is dropped and recreated whenever something is proved from nothing (SHADOW_DATABASE_URL). */
  readonly shadow: string;
  /** A database to connect to while the other two are dropped and created (ROOT_DATABASE_URL). */
  readonly root: string;
}

/**
 * The connection string of another database on the same server.
 * @throws DatabaseError when `url` is not a postgres:// URL
 */
export function withDatabase(url: string, database: string): string {
  const parsed = parsePostgresUrl(url);
  parsed.pathname = `/${encodeURIComponent(database)}`;
  return parsed.toString();
}

/** The database a connection string names; PostgreSQL's own rule (the user's name) when it names none. */
export function databaseOf(url: string): string {
  const parsed = parsePostgresUrl(url);
  return decodeURIComponent(parsed.pathname.slice(1)) || decodeURIComponent(parsed.username) || 'postgres';
}

/** The connection string as it may be shown: without its password, wherever it stands. */
export function withoutPassword(url: string): string {
  // One that is no URL, often because of a sign in the password: all from the first colon after the user to the last @.
  if (!URL.canParse(url)) return url.replace(/(:\/\/[^:@]*:).*@/s, '$1***@');
  const parsed = new URL(url);
  if (parsed.password) parsed.password = '***';
  if (parsed.searchParams.has('password')) parsed.searchParams.set('password', '***');
  return parsed.toString();
}

/**
 * The connection strings of the server that the environment names, or undefined when it names none (the embedded
 * engine serves then). Only DATABASE_URL is needed: the shadow database is on the same server, named `<database>_shadow`, and
 * the root database is `postgres` (`template1` where that is the main one, as on Supabase).
 */
export function connectionStringsFrom(
  env: Readonly<Record<string, string | undefined>>,
): ConnectionStrings | undefined {
  const main = env.DATABASE_URL;
  if (!main) return undefined;
  return {
    main,
    shadow: env.SHADOW_DATABASE_URL || withDatabase(main, `${databaseOf(main)}_shadow`),
    root: env.ROOT_DATABASE_URL || withDatabase(main, databaseOf(main) === 'postgres' ? 'template1' : 'postgres'),
  };
}

function parsePostgresUrl(url: string): URL {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new DatabaseError(
      `DATABASE_URL must look like postgres://user:password@host:5432/database, but is ${JSON.stringify(withoutPassword(url))}.`,
    );
  }
  return new URL(url);
}
