import type { Project } from './project.ts';
import { BenchError } from './runs.ts';

/** One `rolecall start`: from the shell's prompt to its return, and what its steps took. */
export interface Start {
  readonly seconds: number;
  readonly steps: ReadonlyMap<string, number>;
}

/** Each run begins without an engine folder and is repeated with the one it made: one cold start, and one warm. */
export async function measureStarts(project: Project, runs: number): Promise<{ cold: Start[]; warm: Start[] }> {
  const cold: Start[] = [];
  const warm: Start[] = [];
  for (let run = 0; run < runs; run++) {
    await project.forgetEngine();
    cold.push(await measureStart(project));
    warm.push(await measureStart(project));
  }
  return { cold, warm };
}

async function measureStart(project: Project): Promise<Start> {
  const { code, stdout, output, seconds } = await project.rolecall(['start', '--format', 'json']);
  // 1: it ran, and something deviates; that is for `rolecall check` to judge.
  if (code !== 0 && code !== 1) throw new BenchError(`rolecall start ended with exit code ${code}:\n${output}`);
  const summary = JSON.parse(stdout) as { seconds: Record<string, number> };
  return { seconds, steps: new Map(Object.entries(summary.seconds)) };
}
