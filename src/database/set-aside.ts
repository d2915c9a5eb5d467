import { quoteIdentifier } from '../sql/quote.ts';
import { withClient } from './connect.ts';
import { DatabaseError } from './error.ts';
import { databaseExists, dropDatabase } from './server.ts';
import { databaseOf, withDatabase } from './urls.ts';

/** A database under another name, until it is known whether it is still needed. */
export interface SetAside {
  /** Drops whatever has its name now, and gives it that name again. */
  putBack(): Promise<void>;
  drop(): Promise<void>;
}

/**
 * Gives a database another name, so that a new one can have its name: rows, roles' settings in it and privileges stay as they
 * are. One that an earlier process left under that name is taken back first, where nothing has its own name.
 * @returns undefined when there is no such database
 * @throws DatabaseError when somebody is connected to it
 */
export async function setAside(root: string, url: string): Promise<SetAside | undefined> {
  const aside = withDatabase(url, `${databaseOf(url)}_before_reset`);
  const rename = (from: string, to: string): Promise<unknown> =>
    withClient(root, (client) =>
      client.query(`alter database ${quoteIdentifier(databaseOf(from))} rename to ${quoteIdentifier(databaseOf(to))}`),
    );
  if (await databaseExists(root, aside))
    await ((await databaseExists(root, url)) ? dropDatabase(root, aside) : rename(aside, url));
  if (!(await databaseExists(root, url))) return undefined;
  await rename(url, aside).catch((error: Error) => {
    throw new DatabaseError(
      `${databaseOf(url)} can't be reset now: ${error.message}. End \`rolecall watch\`, and whatever else is connected to it.`,
      { cause: error },
    );
  });
  return {
    async putBack() {
      await dropDatabase(root, url);
      await rename(aside, url);
    },
    drop: () => dropDatabase(root, aside),
  };
}
