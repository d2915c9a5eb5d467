import { readFile, writeFile } from 'node:fs/promises';
import { DatabaseError } from '../database/error.ts';
import { connectionStringsFrom } from '../database/urls.ts';
import type { StateTask } from '../review/state/child.ts';
import { gatherState } from '../review/state/gather.ts';
import { configOf, type ExitCode, type GlobalFlags } from './context.ts';

export interface ReviewStateFlags extends GlobalFlags {
  /** A file with the task, as JSON. */
  readonly task: string;
  /** The file that the facts are written to, as JSON. */
  readonly out: string;
}

/** Gathers the facts of the project in the current folder, for `review`, which names the databases. */
export async function reviewState(flags: ReviewStateFlags, env: NodeJS.ProcessEnv): Promise<ExitCode> {
  const urls = connectionStringsFrom(env);
  if (!urls) throw new DatabaseError('review-state is run by `rolecall review`, which names the databases.');
  const config = await configOf(flags);
  const task = JSON.parse(await readFile(flags.task, 'utf8')) as StateTask;
  await writeFile(flags.out, JSON.stringify(await gatherState(urls, config, task)));
  return 0;
}
