import type pg from 'pg';
import type { Config } from '../config/define.ts';
import { runHooks } from '../migrations/hooks.ts';
import { DumpReader } from './dump/reader.ts';
import { explain, RehearsalError, type ServerError } from './failure.ts';
import { type Restored, restore } from './restore.ts';
import type { Dump } from './source/file.ts';

export interface Copied extends Restored {
  /** The version of the server that the dump is of, as it says. */
  readonly version: string | null;
}

/**
 * Makes an empty database a copy of what a dump is of: first what a hosted server has (the hooks), then the dump.
 * @throws RehearsalError when the dump is truncated, too new for the server, or cannot be restored
 */
export async function copy(
  client: pg.Client,
  dump: Dump,
  config: Config,
  tell: (text: string) => void,
): Promise<Copied> {
  const host = config.legacy?.host ?? { schemas: [], tables: [] };
  const { rows } = await client.query<{ major: number; text: string }>(
    `select current_setting('server_version_num')::int / 10000 as major, current_setting('server_version') as text`,
  );
  const server = rows[0] ?? { major: 0, text: '' };
  const reader = new DumpReader(dump.text());
  const check = () => {
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
    const restored = await restore(client, reader, host, tell, check);
    check();
    if (!reader.facts.complete) throw truncated(dump, 'it does not end as a dump does');
    return { ...restored, version: reader.facts.server };
  } catch (error) {
    const failure = error as ServerError;
    if (failure.name === 'TruncatedDump') throw truncated(dump, `it ends ${failure.message}`);
    const reason = failure.name === 'RehearsalError' ? undefined : explain(failure);
    if (reason) throw new RehearsalError(reason, { cause: error });
    throw error;
  }
}

const truncated = ({ name }: Dump, why: string): RehearsalError =>
  new RehearsalError(
    `${name} is truncated, or no dump of pg_dump’s: ${why}. Make it again. Nothing is left of the copy.`,
  );

/**
 * The host's tables must be in a dump: rows of ours belong to theirs.
 * @throws RehearsalError when one is not
 */
export function requireHostTables({ name }: Dump, { known }: Restored, { legacy }: Config): void {
  const missing = legacy?.host?.tables.filter((table) => !known.has(table)) ?? [];
  if (missing.length > 0)
    throw new RehearsalError(
      `${name} lacks ${missing.join(', ')}, to which the other rows belong. Make the dump of the whole database, or with --schema for each schema that has some of it.`,
    );
}
