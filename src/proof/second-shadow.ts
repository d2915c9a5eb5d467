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

/** Makes the second database from the shadow database, to which nobody may be connected. */
export async function copyShadow(urls: ConnectionStrings, second: string): Promise<void> {
  await recreateDatabase(urls.root, second, urls.shadow);
}
