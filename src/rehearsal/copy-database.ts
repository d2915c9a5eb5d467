import { randomBytes } from 'node:crypto';
import { withClient } from '../database/connect.ts';
import { untilStopped } from '../database/running.ts';
import { type ConnectionStrings, databaseOf, withDatabase } from '../database/urls.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { RehearsalError, serverFailure } from './error.ts';

/** Bytes of a name before the suffix: PostgreSQL cuts longer names off. */
const LONGEST = 63 - '_rehearsal_000000'.length;

/** A database that was created for a copy. */
export interface CopyDatabase {
  /** `main` is the database; `shadow` does not exist. */
  readonly urls: ConnectionStrings;
  /** Drops it, once; also called when a signal ends the process. */
  drop(): Promise<void>;
  /** Makes `drop` do nothing. */
  keep(): void;
}

/**
 * Creates an empty database on the server of the main one, with a name of its own.
 * @throws RehearsalError when the server refuses it
 */
export async function createCopyDatabase({ root, main }: ConnectionStrings): Promise<CopyDatabase> {
  const base = databaseOf(main).slice(0, LONGEST);
  const name = `${base}_rehearsal_${randomBytes(3).toString('hex')}`;
  const quoted = quoteIdentifier(name);
  let kept = false;
  const drop = untilStopped(async () => {
    if (!kept) await withClient(root, (client) => client.query(`drop database if exists ${quoted} with (force)`));
  });
  try {
    await withClient(root, (client) => client.query(`create database ${quoted}`));
  } catch (error) {
    await drop().catch(() => {});
    throw (
      serverFailure(error) ??
      new RehearsalError(
        `The server did not create the database ${name} for the copy: ${(error as Error).message}. Give the role of DATABASE_URL CREATEDB, or name another server there.`,
        { cause: error },
      )
    );
  }
  return {
    urls: { root, main: withDatabase(main, name), shadow: withDatabase(main, `${name}_shadow`) },
    drop,
    keep: () => {
      kept = true;
    },
  };
}
