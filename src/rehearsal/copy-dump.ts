import type pg from 'pg';
import { UserError } from '../errors.ts';
import { runHooks } from '../migrations/hooks.ts';
import { DumpReader, TruncatedDump } from './dump/reader.ts';
import { RehearsalError, serverFailure } from './error.ts';
import { type RestoredDump, restoreDump } from './restore-dump.ts';
import type { HostSettings } from './settings.ts';
import type { Dump } from './source/file.ts';

/** A copy that was made of a dump. */
export interface DumpCopy extends RestoredDump {
  /** The version of the server that the dump is of; null where the dump does not say it. */
  readonly version: string | null;
}

/**
 * Restores a dump into an empty database: first the objects of a hosted server (the hooks), then the dump.
 * @param tell shows the table whose rows are being copied
 * @throws RehearsalError when the dump is truncated, is newer than the server, or cannot be restored
 */
export async function copyDump(
  client: pg.Client,
  dump: Dump,
  host: HostSettings,
  tell: (text: string) => void,
): Promise<DumpCopy> {
  const { rows } = await client.query<{ major: number; text: string }>(
    `select current_setting('server_version_num')::int / 10000 as major, current_setting('server_version') as text`,
  );
  const server = rows[0] ?? { major: 0, text: '' };
  const reader = new DumpReader(dump.text());
  const checkVersion = (): void => {
    const major = Number.parseInt(reader.facts.server ?? '', 10);
    if (major > server.major)
      throw new RehearsalError(
        `${dump.name} is of PostgreSQL ${major}, and the server for the copy is ${server.text}. Name a server of version ${major} or later in DATABASE_URL.`,
      );
  };
  try {
    await runHooks(client);
    // An index that production has must not be left out because this server is set up for less.
    await client.query(`set maintenance_work_mem = '256MB'`);
    const restored = await restoreDump(client, reader, host, tell, checkVersion);
    checkVersion();
    if (!reader.facts.complete) throw truncated(dump, 'it does not end as a dump does');
    return { ...restored, version: reader.facts.server };
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (error instanceof TruncatedDump) throw truncated(dump, `it ends ${error.message}`);
    throw serverFailure(error) ?? error;
  }
}

const truncated = ({ name }: Dump, why: string): RehearsalError =>
  new RehearsalError(
    `${name} is truncated, or was not written by pg_dump: ${why}. Make the dump again. The copy was dropped.`,
  );

/**
 * Checks that a dump has the host's tables: rows of other tables refer to theirs.
 * @throws RehearsalError when one is missing
 */
export function requireHostTables(dump: Dump, { hostTables }: RestoredDump, { tables }: HostSettings): void {
  const missing = tables.filter((table) => !hostTables.has(table));
  if (missing.length > 0)
    throw new RehearsalError(
      `${dump.name} lacks ${missing.join(', ')}, to which the other rows belong. Make a dump of the complete database, or with --schema for each schema that has such tables.`,
    );
}
