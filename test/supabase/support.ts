import { execFile } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { readStructure } from '../../src/catalog/structure.ts';
import { withClient } from '../../src/database/connect.ts';
import { dropDatabase } from '../../src/database/server.ts';
import { connectionStringsFrom } from '../../src/database/urls.ts';
import { runQuietly } from '../../src/migrations/graphile-migrate.ts';
import { structureScope } from '../../src/proof/prove.ts';
import { compare } from '../../src/structure/compare.ts';
import { readDescription } from '../../src/structure/read.ts';
import { inWords } from '../../src/structure/words.ts';
import { serverUrl } from '../support/databases.ts';
import { type Finished, freshProject, type Project, runRolecall } from '../support/project.ts';

const run = promisify(execFile);

const program = createRequire(import.meta.url).resolve('supabase/dist/supabase.js');

/** Runs Supabase's command line in this folder, and gives what it printed to stdout. */
export async function supabase(args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [program, ...args, '--agent', 'no'], {
    env: { ...process.env, PGSSLMODE: 'disable' },
  });
  return stdout;
}

/** What `migrate` says of the first three migrations; its exit code is about invariants, whose tables come later. */
export const THREE_RAN = { output: expect.stringContaining('3 committed migrations executed') };

/** A copy of this project with the committed migrations up to a number. */
export async function projectUpTo(number: string): Promise<Project> {
  const project = await freshProject();
  const committed = join(project.folder, 'migrations/committed');
  for (const file of await readdir(committed)) if (file.slice(0, 6) > number) await rm(join(committed, file));
  return project;
}

export const push = (url: string): Promise<string> => supabase(['db', 'push', `--remote=${url}`, '--yes']);

/** graphile-migrate's migrate, in this folder. */
export async function migrate(url: string): Promise<void> {
  const urls = connectionStringsFrom({ DATABASE_URL: url, ROOT_DATABASE_URL: serverUrl });
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

/** Runs `rolecall adopt` on a database, in this project, and drops the shadow database that it leaves. */
export async function adopt(url: string): Promise<Finished> {
  const env = { DATABASE_URL: url, ROOT_DATABASE_URL: serverUrl };
  const finished = await runRolecall('.', ['adopt'], env).finished;
  const urls = connectionStringsFrom(env);
  if (urls) await dropDatabase(urls.root, urls.shadow);
  return finished;
}
