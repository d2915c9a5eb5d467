import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import config from '../../rolecall.config.ts';
import { readStructure } from '../../src/catalog/structure.ts';
import { withClient } from '../../src/database/connect.ts';
import { connectionStringsFrom, withDatabase } from '../../src/database/urls.ts';
import { runQuietly } from '../../src/migrations/graphile-migrate.ts';
import { structureScope } from '../../src/proof/prove.ts';
import { compare } from '../../src/structure/compare.ts';
import { readDescription } from '../../src/structure/read.ts';
import { inWords } from '../../src/structure/words.ts';
import { serverUrl } from '../support/databases.ts';
import { type Finished, runRolecall } from '../support/project.ts';

const run = promisify(execFile);

/** Runs Supabase's command line in a folder, and gives what it printed to stdout. */
export async function supabase(args: readonly string[], folder = '.'): Promise<string> {
  const { stdout } = await run('node_modules/.bin/supabase', [...args, '--workdir', folder, '--agent', 'no'], {
    env: { ...process.env, PGSSLMODE: 'disable' },
  });
  return stdout;
}

/** A folder with the first of the exported migrations, as many as asked for. */
export async function exportedFolder(
  names: readonly string[],
): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-supabase-'));
  for (const name of names)
    await cp(`supabase/migrations/${name}`, join(folder, 'supabase/migrations', name), { recursive: true });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export const push = (url: string, folder?: string): Promise<string> =>
  supabase(['db', 'push', `--remote=${url}`, '--yes'], folder);

/** graphile-migrate's migrate, in this folder. */
export async function migrate(url: string): Promise<void> {
  const urls = connectionStringsFrom({ DATABASE_URL: url, ROOT_DATABASE_URL: withDatabase(serverUrl, 'postgres') });
  if (urls) await runQuietly(['migrate'], urls);
}

/** In what two databases differ: in words as the structure page has it, and line by line of all catalogs but the histories. */
export async function differencesBetween(one: string, other: string): Promise<string[]> {
  const scope = structureScope(config);
  const [before, after] = await Promise.all(
    [one, other].map((url) => withClient(url, (client) => readDescription(client, scope))),
  );
  const [lines, others] = await Promise.all(
    [one, other].map(async (url) => {
      const read = await withClient(url, readStructure);
      return new Set(read.map((line) => JSON.stringify(line)).filter((line) => !line.includes('supabase_migrations')));
    }),
  );
  return [
    ...compare(before ?? [], after ?? []).map((difference) => inWords(difference).where),
    ...[...(lines ?? [])].filter((line) => !others?.has(line)),
    ...[...(others ?? [])].filter((line) => !lines?.has(line)),
  ];
}

/** Runs `rolecall adopt` on a database, in this project. */
export const adopt = (url: string): Promise<Finished> =>
  runRolecall('.', ['adopt'], { DATABASE_URL: url, ROOT_DATABASE_URL: withDatabase(serverUrl, 'postgres') }).finished;
