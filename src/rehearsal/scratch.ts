import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { withClient } from '../database/connect.ts';
import { untilStopped } from '../database/running.ts';
import { type ConnectionStrings, databaseOf, withDatabase } from '../database/urls.ts';
import { explain, RehearsalError, type ServerError } from './failure.ts';

/** PostgreSQL cuts longer names off. */
const LONGEST = 63 - '_rehearsal_000000'.length;

/** A database of its own for a copy. */
export interface Scratch {
  readonly urls: ConnectionStrings;
  /** Drops it, once; also done when the process is told to end. */
  drop(): Promise<void>;
  /** Lets it stay, whatever happens from now on. */
  keep(): void;
}

/**
 * Makes an empty database beside the main one.
 * @throws RehearsalError when the server does not make it
 */
export async function makeScratch({ root, main }: ConnectionStrings): Promise<Scratch> {
  const base = databaseOf(main).slice(0, LONGEST);
  const name = `${base}_rehearsal_${randomBytes(3).toString('hex')}`;
  const quoted = pg.escapeIdentifier(name);
  let kept = false;
  const drop = untilStopped(async () => {
    if (!kept) await withClient(root, (client) => client.query(`drop database if exists ${quoted} with (force)`));
  });
  try {
    await withClient(root, (client) => client.query(`create database ${quoted}`));
  } catch (error) {
    await drop().catch(() => {});
    throw new RehearsalError(
      explain(error as ServerError) ?? `The server did not make a database for the copy: ${(error as Error).message}.`,
      { cause: error },
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
