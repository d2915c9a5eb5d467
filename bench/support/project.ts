import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { begin, type Ended, type Running } from './runs.ts';

/** A copy of this project, with an engine folder of its own. */
export interface Project {
  readonly folder: string;
  /** Runs the command line to its end. */
  rolecall(args: readonly string[]): Promise<Ended>;
  /** The same, still running. */
  begin(args: readonly string[]): Running;
  /** Removes the engine folder, so that the next command makes it anew. */
  forgetEngine(): Promise<void>;
}

/** src too: the generated types are among it. */
const COPIED = ['migrations', 'spec', 'snapshots', 'rolecall.config.ts', '.gmrc', 'package.json', 'bin', 'src'];
const LINKED = ['node_modules'];

/** The project's own folder, wherever the benchmark is started from. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const made = new Set<string>();

/** Copies the project to a temporary folder. */
export async function copyProject(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-bench-'));
  made.add(folder);
  for (const path of COPIED)
    await cp(join(ROOT, path), join(folder, path), { recursive: true, verbatimSymlinks: true });
  for (const path of LINKED) await symlink(join(ROOT, path), join(folder, path));
  const start: Project['begin'] = (args) => begin(folder, process.execPath, ['bin/rolecall.js', ...args]);
  return {
    folder,
    begin: start,
    rolecall: (args) => start(args).ended,
    forgetEngine: () => rm(join(folder, '.rolecall'), { recursive: true, force: true }),
  };
}

/** Removes every copy. */
export async function removeProjects(): Promise<void> {
  for (const folder of made) await rm(folder, { recursive: true, force: true });
  made.clear();
}
