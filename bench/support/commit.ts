import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Project } from './project.ts';
import { BenchError } from './runs.ts';

/** A small migration, another one each time. */
const migration = (number: number): string =>
  `--! Message: bench ${number}\n\ncomment on table public.plans is 'Plans that people can subscribe to. ${number}';\n`;

/**
 * Commits small migrations, one after another.
 * @returns the seconds of each `rolecall commit`. The first one has no copy of what the committed migrations made.
 */
export async function measureCommits(project: Project, runs: number): Promise<number[]> {
  const seconds: number[] = [];
  for (let run = 0; run <= runs; run++) {
    await writeFile(join(project.folder, 'migrations', 'current.sql'), migration(run));
    const ended = await project.rolecall(['commit']);
    if (ended.code !== 0) throw new BenchError(`rolecall commit ended with exit code ${ended.code}:\n${ended.output}`);
    seconds.push(ended.seconds);
  }
  return seconds;
}
