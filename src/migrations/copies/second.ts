import { type ConnectionStrings, databaseOf } from '../../database/urls.ts';
import { NEWEST_BEFORE, newestCommitted } from '../files.ts';
import { capture, MigrationError } from '../graphile-migrate.ts';
import { createFromCopy, keepCopy, readCopyKey } from './copies.ts';
import { namesItsDatabase } from './inputs.ts';
import type { GivenCopy } from './shadow.ts';

/**
 * Makes another database like the shadow database during a commit: from the copy of what the migrations before it made, and
 * graphile-migrate runs the newest one on it. A copy of the result is kept for the next commit.
 * @throws MigrationError where it could differ from the shadow database
 */
export async function secondFromCopy(
  urls: ConnectionStrings,
  { name, owner }: GivenCopy,
  second: string,
): Promise<void> {
  const now = await readCopyKey(urls, owner);
  if (!now || namesItsDatabase(now.inputs.sql, [databaseOf(urls.shadow)]))
    throw new MigrationError('What the migrations make depends on the name of the database.');
  await createFromCopy(urls, second, name, now);
  const variables = { [NEWEST_BEFORE]: await newestCommitted() };
  const { code, output } = await capture(['migrate', '--shadow'], { ...urls, shadow: second }, variables);
  if (code !== 0) throw new MigrationError(output);
  await keepCopy(urls, second, now);
}
