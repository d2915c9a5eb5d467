import { personasOf } from '../access/personas.ts';
import type { AccessSettings } from '../access/settings.ts';
import type { Subject } from '../access/subject.ts';
import { withClient } from '../database/connect.ts';
import { untilStopped } from '../database/running.ts';
import { dropDatabase, recreateDatabase } from '../database/server.ts';
import { type ConnectionStrings, databaseOf, withDatabase } from '../database/urls.ts';
import { openSession, type Session } from './session.ts';

/** How many databases are worked on at once on a server: each keeps a processor of its own busy. */
const DATABASES = 2;

/**
 * Opens sessions that share the work: on copies of the shadow database where the server has sessions side by side, and
 * on the shadow database itself on the embedded engine. Copies are dropped afterwards, even when the process is stopped.
 */
export async function withSessions<T>(
  server: { readonly kind: 'embedded' | 'named'; readonly urls: ConnectionStrings },
  subject: Subject,
  settings: Pick<AccessSettings, 'personas' | 'world'>,
  use: (sessions: readonly Session[]) => Promise<T>,
): Promise<T> {
  const { kind, urls } = server;
  if (kind === 'embedded') return inDatabases([urls.shadow], subject, settings, use);
  const copies = Array.from({ length: DATABASES }, (_, index) =>
    withDatabase(urls.shadow, `${databaseOf(urls.shadow)}_mutants_${index + 1}`),
  );
  const drop = untilStopped(async () => {
    for (const copy of copies) await dropDatabase(urls.root, copy);
  });
  try {
    for (const copy of copies) await recreateDatabase(urls.root, copy, urls.shadow);
    return await inDatabases(copies, subject, settings, use);
  } finally {
    await drop();
  }
}

/** Opens a session in each database, one within the other, and closes all of them. */
async function inDatabases<T>(
  urls: readonly string[],
  subject: Subject,
  settings: Pick<AccessSettings, 'personas' | 'world'>,
  use: (sessions: readonly Session[]) => Promise<T>,
  opened: readonly Session[] = [],
): Promise<T> {
  const [url, ...others] = urls;
  if (url === undefined) return use(opened);
  return withClient(
    url,
    async (client) => {
      const session = openSession(client, subject, personasOf(settings), settings.world);
      try {
        return await inDatabases(others, subject, settings, use, [...opened, session]);
      } finally {
        await session.close();
      }
    },
    { pipeline: true },
  );
}
