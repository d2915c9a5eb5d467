import { withClient } from '../database/connect.ts';
import { DatabaseError } from '../database/error.ts';
import { untilStopped } from '../database/running.ts';
import { dropDatabase, recreateDatabase } from '../database/server.ts';
import { type ConnectionStrings, databaseOf, withDatabase } from '../database/urls.ts';

/** The database in which the other half of a proof runs; it is dropped afterwards. */
export const secondShadow = ({ shadow }: ConnectionStrings): string =>
  withDatabase(shadow, `${databaseOf(shadow)}_second`);

/**
 * Gives `use` a second database that equals the shadow database, so that two proofs can run at once: of one database they
 * would wait for each other, and one would see what the other writes.
 * @param make makes it; where that fails, there is none
 */
export async function withSecondShadow<T>(
  urls: ConnectionStrings,
  make: (url: string) => Promise<void>,
  use: (second: string | undefined) => Promise<T>,
): Promise<T> {
  const second = secondShadow(urls);
  const drop = untilStopped(() => dropDatabase(urls.root, second));
  try {
    const made = await make(second).then(
      () => true,
      () => false,
    );
    return await use(made ? second : undefined);
  } finally {
    await drop();
  }
}

/** Settings of a database, for all or for some roles, and privileges on it: CREATE DATABASE leaves them behind. */
const OF_ITSELF = `
  select from pg_database d where d.datname = current_database()
     and (d.datacl is not null or exists (select from pg_db_role_setting s where s.setdatabase = d.oid))`;

/**
 * Makes the second database from the shadow database, to which nobody may be connected.
 * @throws DatabaseError where the copy would not be alike: functions and policies may read a setting of the database
 */
export async function copyShadow(urls: ConnectionStrings, second: string): Promise<void> {
  // Asked in the database itself: on the embedded engine others do not have its settings.
  const { rowCount } = await withClient(urls.shadow, (client) => client.query(OF_ITSELF));
  if (rowCount !== 0)
    throw new DatabaseError('The shadow database has settings or privileges of its own, which a copy would lack.');
  await recreateDatabase(urls.root, second, urls.shadow);
}
