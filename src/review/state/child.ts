import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { untilStopped } from '../../database/running.ts';
import type { ConnectionStrings } from '../../database/urls.ts';
import { ReviewError } from '../error.ts';
import type { StateFacts } from '../facts.ts';

/** The work of a process that gathers the facts of a state. */
export interface StateTask {
  /** Files of migrations that the base does not have, current.sql with them. */
  readonly added: readonly string[];
}

const PROGRAM = resolve(import.meta.dirname, '../../../bin/rolecall.js');

/**
 * Gathers the facts of the project in a folder, in a process whose current folder that is: configurations, spec and
 * migrations of two states would share modules and paths otherwise.
 * @param config the configuration, below the folder
 * @throws ReviewError with what the process wrote, where it could not
 */
export async function gatherIn(
  folder: string,
  config: string,
  task: StateTask,
  urls: ConnectionStrings,
): Promise<StateFacts> {
  const [given, out] = [`${folder}.task.json`, `${folder}.facts.json`];
  await writeFile(given, JSON.stringify(task));
  const args = [...process.execArgv, PROGRAM, 'review-state', '--config', config, '--task', given, '--out', out];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: {
      ...process.env,
      NO_COLOR: '1',
      DATABASE_URL: urls.main,
      SHADOW_DATABASE_URL: urls.shadow,
      ROOT_DATABASE_URL: urls.root,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const closed = new Promise<number | null>((done) => child.on('close', done));
  const stop = untilStopped(async () => {
    child.kill('SIGINT');
    await closed;
  });
  const code = await closed;
  await stop();
  if (code !== 0)
    throw new ReviewError(
      said
        .join('')
        .trim()
        .replace(/^rolecall: /, '') || `exit code ${code}`,
    );
  return JSON.parse(await readFile(out, 'utf8')) as StateFacts;
}
