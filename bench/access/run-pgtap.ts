import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withClient } from '../../src/database/connect.ts';
import { recreateDatabase } from '../../src/database/server.ts';
import { databaseOf, withDatabase } from '../../src/database/urls.ts';
import { ROOT } from '../support/project.ts';
import { run } from '../support/runs.ts';
import { readTap, type Script, SETUP } from './pgtap.ts';

/** Runs a script as often as it is called; gives the seconds of psql from its start to its end. */
export type RunTap = () => Promise<number>;

/**
 * Copies a database, adds pgTAP to the copy, gives something that runs the script there, and drops the copy at the end.
 * @returns why that is not possible, where it is not
 * @throws Error when a test of the script fails: the two would not measure the same
 */
export async function withPgtap<T>(
  root: string,
  source: string,
  { sql, tests }: Script,
  use: (runTap: RunTap) => Promise<T>,
): Promise<T | { readonly unavailable: string }> {
  const unavailable = await whyUnavailable(root);
  if (unavailable) return { unavailable };
  const copy = withDatabase(root, `${databaseOf(source)}_pgtap`);
  await recreateDatabase(root, copy, source);
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-bench-'));
  const file = join(folder, 'access.sql');
  try {
    await writeFile(file, sql);
    await withClient(copy, (client) => client.query(SETUP));
    return await use(async () => {
      const args = ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1'];
      const { code, output, seconds } = await run(ROOT, 'psql', [...args, `--file=${file}`, copy]);
      const { passed, failed } = readTap(output);
      if (code !== 0 || passed !== tests)
        throw new Error(`pgTAP: ${passed} of ${tests} tests passed. ${failed.slice(0, 10).join('\n')}`);
      return seconds;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
    await withClient(root, (client) => client.query(`drop database "${databaseOf(copy)}" with (force)`));
  }
}

async function whyUnavailable(root: string): Promise<string | undefined> {
  const { rowCount } = await withClient(root, (client) =>
    client.query(`select from pg_available_extensions where name = 'pgtap'`),
  );
  if (rowCount === 0) return 'the server has no pgTAP (on Debian: apt-get install postgresql-15-pgtap)';
  const found = await run(ROOT, 'psql', ['--version']).then(
    ({ code }) => code === 0,
    () => false,
  );
  return found ? undefined : 'there is no psql (on Debian: apt-get install postgresql-client)';
}
