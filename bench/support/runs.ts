import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Something could not run, so that there is nothing to measure. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  /** Everything that was printed, in the order in which it came. */
  readonly output: string;
  readonly seconds: number;
}

/** A line that a command printed, and when it came (as `performance.now()`). */
export interface Line {
  readonly text: string;
  readonly at: number;
}

/** A command that runs, as a user would have started it. */
export interface Running {
  /** The first line, of those that came since `after`, that is like `like`. @throws BenchError when none comes */
  line(like: RegExp, after?: number): Promise<Line>;
  /** Resolves when nothing was printed for `ms`. */
  quiet(ms: number): Promise<void>;
  /** Ctrl-C, and the end of whatever it does not end. */
  interrupt(): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** The longest that a line may take, and that a command may take to end after Ctrl-C. */
const PATIENCE = 60_000;
const LAST_WISHES = 10_000;

const running = new Set<Running>();

/** Interrupts whatever still runs. */
export async function interruptAll(): Promise<void> {
  await Promise.all([...running].map((command) => command.interrupt()));
}

/** Starts a command in a folder. It is the head of a process group of its own, so that its children end with it. */
export function begin(
  folder: string,
  command: string,
  args: readonly string[],
  server: Readonly<Record<string, string>> = {},
): Running {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...environment(), ...server },
    stdio: 'pipe',
    detached: true,
  });
  const lines: Line[] = [];
  const told = new Set<() => void>();
  let stdout = '';
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (text) => {
      lines.push({ text, at: performance.now() });
      if (stream === child.stdout) stdout += `${text}\n`;
      for (const tell of told) tell();
    });
  }
  const output = () => lines.map(({ text }) => text).join('\n');
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, output: output(), seconds: secondsSince(started) }));
  });
  const self: Running = {
    ended,
    line: (like, after = 0) => firstLine(lines, told, like, after, ended),
    async quiet(ms) {
      while (performance.now() - (lines.at(-1)?.at ?? 0) < ms) await pause(ms / 10);
    },
    interrupt: () => interrupt(child, ended),
  };
  running.add(self);
  void ended.catch(() => {}).then(() => running.delete(self));
  return self;
}

/** Runs a command to its end. */
export async function run(
  folder: string,
  command: string,
  args: readonly string[],
  server: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return begin(folder, command, args, server).ended;
}

export function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function firstLine(
  lines: readonly Line[],
  told: Set<() => void>,
  like: RegExp,
  after: number,
  ended: Promise<Ended>,
): Promise<Line> {
  const { promise, resolve, reject } = Promise.withResolvers<Line>();
  const look = () => {
    const found = lines.find(({ text, at }) => at >= after && like.test(text));
    if (found) resolve(found);
  };
  const fail = (why: string) =>
    reject(new BenchError(`${why} before it printed ${like}:\n${lines.map(({ text }) => text).join('\n')}`));
  const timer = setTimeout(() => fail(`${PATIENCE / 1000} s went by`), PATIENCE);
  void ended.then(({ code }) => fail(`It ended with exit code ${code}`), reject);
  told.add(look);
  look();
  return promise.finally(() => {
    clearTimeout(timer);
    told.delete(look);
  });
}

/** As a terminal does: the signal goes to the whole process group. */
async function interrupt(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  signalGroup(child, 'SIGINT');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), LAST_WISHES);
  await ended.catch(() => {});
  clearTimeout(timer);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

/** No server is named unless the caller names one: what is measured is the embedded engine. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/(^|_)DATABASE_URL$|^(NODE_OPTIONS|FORCE_COLOR)$/.test(name),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: '1' };
}
