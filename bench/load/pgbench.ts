import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rounded, type Times, timesOf } from '../report/statistics.ts';
import { BenchError, run } from '../support/runs.ts';
import type { MixedAction } from './mix.ts';
import type { MixVariables } from './tables.ts';

/** What one run of the mix gave. */
export interface MixRun {
  readonly tps: number;
  /** By the name of the action; over all, for the whole transaction as the client saw it. */
  readonly actions: Readonly<Record<string, Times>>;
}

/** @throws BenchError when there is no pgbench */
export async function requirePgbench(): Promise<void> {
  const { code } = await run(tmpdir(), 'pgbench', ['--version']).catch(() => ({ code: null }));
  if (code !== 0)
    throw new BenchError(
      'There is no pgbench on the path. Install it (Debian: postgresql-contrib), or leave out the load.',
    );
}

/** Runs the mix for so many seconds with so many clients. @throws BenchError when pgbench fails, or a transaction does */
export async function runMix(
  url: string,
  side: 'legacy' | 'target',
  mix: readonly MixedAction[],
  variables: MixVariables,
  { clients, seconds }: { readonly clients: number; readonly seconds: number },
): Promise<MixRun> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-bench-'));
  try {
    for (const [index, action] of mix.entries()) await writeFile(join(folder, `${index}.sql`), action[side]);
    const files = mix.flatMap(({ share }, index) => ['--file', `${index}.sql@${share}`]);
    const defined = Object.entries(variables).flatMap(([name, value]) => ['--define', `${name}=${value}`]);
    const options = [
      '--no-vacuum',
      '--protocol',
      'prepared',
      '--client',
      `${clients}`,
      '--jobs',
      '2',
      '--time',
      `${seconds}`,
    ];
    const { code, output } = await run(folder, 'pgbench', [...options, '--log', ...files, ...defined, url]);
    if (code !== 0 || /aborted/.test(output)) throw new BenchError(`pgbench ended with exit code ${code}:\n${output}`);
    const logs = (await readdir(folder)).filter((name) => name.startsWith('pgbench_log'));
    const texts = await Promise.all(logs.map((name) => readFile(join(folder, name), 'utf8')));
    return readMix(output, texts, mix);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads what pgbench printed and logged: client, transaction, µs, script, seconds, µs a line. */
export function readMix(output: string, logs: readonly string[], mix: readonly MixedAction[]): MixRun {
  const tps = Number(/^tps = ([\d.]+)/m.exec(output)?.[1]);
  const times = mix.map((): number[] => []);
  for (const log of logs) {
    for (const line of log.split('\n')) {
      const [, , took, script] = line.split(' ');
      if (took !== undefined && script !== undefined) times[Number(script)]?.push(Number(took) / 1000);
    }
  }
  return {
    tps: rounded(tps),
    actions: Object.fromEntries(mix.map(({ name }, at) => [name, timesOf(times[at] ?? [])])),
  };
}
