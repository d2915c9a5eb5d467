import { readFile, writeFile } from 'node:fs/promises';
import { withClient } from '../database/connect.ts';
import { databaseExists, recreateDatabase, withServer } from '../database/server.ts';
import { currentPath } from '../migrations/files.ts';
import { runOnTerminal } from '../migrations/graphile-migrate.ts';
import { fillLegacy } from '../proof/build.ts';
import { configOf, type ExitCode, type GlobalFlags } from './context.ts';

export interface CommitFlags extends GlobalFlags {
  readonly message?: string;
}

export interface ResetFlags extends GlobalFlags {
  readonly erase?: true;
  readonly shadow?: true;
}

/**
 * graphile-migrate's commit; its hook on the shadow database runs the gate. A refused commit leaves current.sql as it was
 * to the byte: graphile-migrate itself would put it back without its header and with its includes written out.
 */
export async function commit(flags: CommitFlags): Promise<ExitCode> {
  const path = await currentPath();
  const before = await readFile(path);
  const code = await onServer(flags, ['commit', ...(flags.message === undefined ? [] : ['--message', flags.message])]);
  if (code !== 0) await writeFile(path, before);
  process.stdout.write(
    code === 0
      ? 'Committed. Now run `npm run snapshot`, and have the migration and the snapshots reviewed together.\n'
      : 'Not committed: current.sql is as it was. What is above says what to mend; `npm run watch` shows it as you do.\n',
  );
  return code;
}

/** graphile-migrate's uncommit: the newest committed migration becomes current.sql again. */
export async function uncommit(flags: GlobalFlags): Promise<ExitCode> {
  return onServer(flags, ['uncommit']);
}

/** graphile-migrate's migrate: runs the committed migrations that the database does not have yet. */
export async function migrate(flags: GlobalFlags): Promise<ExitCode> {
  return onServer(flags, ['migrate']);
}

/** graphile-migrate's status; its exit code is 1 for pending migrations, 2 for a current.sql that is not empty, 3 for both. */
export async function status(flags: GlobalFlags): Promise<ExitCode> {
  const code = await onServer(flags, ['status']);
  if (code === 0) process.stdout.write('Every committed migration has run, and current.sql is empty.\n');
  return code;
}

/** graphile-migrate's reset. The embedded engine's data is nobody's production; elsewhere it must be asked for twice. */
export async function reset(flags: ResetFlags): Promise<ExitCode> {
  const config = await configOf(flags);
  return withServer(config, async (server) => {
    const erase = flags.erase || server.kind === 'embedded';
    return runOnTerminal(['reset', ...(erase ? ['--erase'] : []), ...(flags.shadow ? ['--shadow'] : [])], server.urls);
  });
}

/** Fills a database that was just reset with what was there before the migrations; graphile-migrate's afterReset hook. */
export async function loadLegacy(flags: GlobalFlags, url: string): Promise<ExitCode> {
  const config = await configOf(flags);
  await withClient(url, (client) => fillLegacy(client, config));
  return 0;
}

async function onServer(flags: GlobalFlags, args: readonly string[]): Promise<ExitCode> {
  const config = await configOf(flags);
  return withServer(config, async ({ urls }) => {
    if (!(await databaseExists(urls.root, urls.main))) {
      await recreateDatabase(urls.root, urls.main);
      await withClient(urls.main, (client) => fillLegacy(client, config));
    }
    return runOnTerminal(args, urls);
  });
}
