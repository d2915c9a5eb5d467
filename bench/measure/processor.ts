import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import type pg from 'pg';

/**
 * Keeps this process and those that serve these connections on one processor while `use` runs. Only one of them ever has
 * something to do. On several, the system may put one server beside us and the other elsewhere, for as long as they live; to
 * wake up another processor costs more than a short query takes, and looked as if that database were twice as slow.
 * @param tell told when it can't be done: the server is on another machine, or this one has no `taskset` (util-linux)
 */
export async function onOneProcessor<T>(
  clients: readonly pg.Client[],
  tell: (what: string) => void,
  use: () => Promise<T>,
): Promise<T> {
  const before = await taskset('-p', `${process.pid}`).catch(() => undefined);
  const mask = before?.match(/: ([0-9a-f,]+)\s*$/)?.[1];
  try {
    if (mask === undefined) throw new Error('there is no taskset');
    for (const client of clients) await keep(await processOf(client));
    await keep(process.pid);
  } catch (error) {
    tell(`short queries may look slower than they are: ${(error as Error).message}`);
  }
  try {
    return await use();
  } finally {
    if (mask !== undefined) await taskset('-p', mask, `${process.pid}`).catch(() => {});
  }
}

/** The last one: the first is where interrupts go. */
const keep = (pid: number): Promise<string> => taskset('-c', '-p', `${availableParallelism() - 1}`, `${pid}`);

/** @throws Error when it is no process of this machine */
async function processOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid ?? 0;
  // Elsewhere, or in a container, the number is that of a process that is none of ours.
  const title = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (title.startsWith('postgres:') && title.includes(` ${client.database} `)) return pid;
  throw new Error('the server is not on this machine');
}

async function taskset(...args: string[]): Promise<string> {
  return (await promisify(execFile)('taskset', args)).stdout;
}
