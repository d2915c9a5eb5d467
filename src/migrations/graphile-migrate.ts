import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import JSON5 from 'json5';
import { untilStopped } from '../database/running.ts';
import type { ConnectionStrings } from '../database/urls.ts';
import { UserError } from '../errors.ts';

/** graphile-migrate's command line, loaded after the module that makes its reports of server errors readable, and after others. */
const programWith = (loaded: readonly URL[] = []): string[] => [
  ...[new URL('./error-report.ts', import.meta.url), ...loaded].flatMap(({ href }) => ['--import', href]),
  createRequire(import.meta.url).resolve('graphile-migrate/dist/cli.js'),
];

/** The variables that graphile-migrate gives its hooks, and refuses to find: rolecall itself may be such a hook. */
const OF_HOOKS = ['GM_DBNAME', 'GM_DBUSER', 'GM_DBURL', 'GM_SHADOW'];

/** How long a child process may take to end after its signal, in ms. */
const STOP_PATIENCE = 3_000;

/** graphile-migrate ended with an error; the message holds what it printed. */
export class MigrationError extends UserError {
  override readonly name = 'MigrationError';
}

interface TerminalOptions {
  readonly out?: NodeJS.WriteStream;
  /** Receives each line that it writes to stderr; by default they are passed on to stderr. */
  readonly complain?: (line: string) => void;
  /** Variables of the environment that its hooks read. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Modules that are loaded in its process before it. */
  readonly loaded?: readonly URL[];
  /** Receives its process, which then has a channel for messages. */
  readonly started?: (child: ChildProcess) => void;
  /** Ends it, as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

/** How a command ended, and what it printed: its report, and after a failure also its complaints. */
export interface CommandRun {
  readonly code: number;
  readonly output: string;
}

/**
 * Runs one command of graphile-migrate with its output on this terminal, without the stack traces of its own code.
 * @returns its exit code
 */
export async function runOnTerminal(
  args: readonly string[],
  urls: ConnectionStrings,
  {
    out = process.stdout,
    complain = (line) => void process.stderr.write(line),
    variables = {},
    loaded = [],
    started,
    signal,
  }: TerminalOptions = {},
): Promise<number> {
  const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(process.execPath, [...programWith(loaded), ...args], {
    env: { ...environment(urls), ...color, ...variables },
    stdio: started ? ['inherit', 'pipe', 'pipe', 'ipc'] : ['inherit', 'pipe', 'pipe'],
  });
  started?.(child);
  for (const [from, write] of [
    [child.stdout, (line: string) => void out.write(line)],
    [child.stderr, complain],
  ] as const) {
    if (from) createInterface({ input: from }).on('line', (line) => isStack(line) || write(`${line}\n`));
  }
  const { code } = await ended(child, signal);
  return code;
}

/**
 * Runs one command of graphile-migrate and keeps its output.
 * @throws MigrationError with graphile-migrate's own message (file, line and caret), without its stack
 */
export async function runQuietly(args: readonly string[], urls: ConnectionStrings): Promise<string> {
  const { code, output } = await capture(args, urls);
  if (code !== 0) throw new MigrationError(withoutStack(output));
  return output;
}

type Compile = (settings: object, text: string, shadow: boolean) => Promise<string>;

/**
 * A migration's text with its includes and placeholders resolved, as graphile-migrate would run it.
 * @throws MigrationError with graphile-migrate's own message
 */
export async function compile(text: string, { main, shadow, root }: ConnectionStrings): Promise<string> {
  // In this process: starting another one takes longer than all that it does.
  const { compile: resolve } = createRequire(import.meta.url)('graphile-migrate/dist/commands/compile.js') as {
    compile: Compile;
  };
  const { all } = await readMigrationSettings();
  const urls = { connectionString: main, shadowConnectionString: shadow, rootConnectionString: root };
  return resolve({ ...all, ...urls }, text, true).then(
    (compiled) => `${compiled}\n`,
    (error: Error) => {
      throw new MigrationError(error.message, { cause: error });
    },
  );
}

/** The parts of .gmrc that rolecall needs too. */
export interface MigrationSettings {
  readonly migrationsFolder: string;
  /** SQL files (below the migrations folder) that run before the first migration. */
  readonly hooks: readonly string[];
  /** The file as it was parsed. */
  readonly all: Readonly<Record<string, unknown>>;
}

export async function readMigrationSettings(path = '.gmrc'): Promise<MigrationSettings> {
  const all = JSON5.parse<Record<string, unknown>>(await readFile(path, 'utf8'));
  const settings = all as { migrationsFolder?: string; beforeAllMigrations?: unknown };
  const hooks = [settings.beforeAllMigrations ?? []].flat().filter((hook) => typeof hook === 'string');
  return { migrationsFolder: settings.migrationsFolder ?? './migrations', hooks, all };
}

/**
 * Runs one command of graphile-migrate and gives how it ended.
 * @param variables of the environment, for its hooks
 */
export async function capture(
  args: readonly string[],
  urls: ConnectionStrings,
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandRun> {
  const env = { ...environment(urls), ...variables };
  const child = spawn(process.execPath, [...programWith(), ...args], { env, stdio: 'pipe' });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const errors: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  child.stdin.end();
  const { code } = await ended(child);
  return { code, output: Buffer.concat(code === 0 ? chunks : [...chunks, ...errors]).toString() };
}

/** Waits for a child to end, and ends it when this process has to end before. */
async function ended(child: ChildProcess, signal?: AbortSignal): Promise<{ code: number }> {
  const closed = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
  const release = untilStopped(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGINT');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE);
    await closed.catch(() => {});
    clearTimeout(late);
  });
  const abort = (): void => void release();
  signal?.addEventListener('abort', abort);
  // A signal that was given before the child began fires no event.
  if (signal?.aborted) abort();
  try {
    return { code: await closed };
  } finally {
    signal?.removeEventListener('abort', abort);
    await release();
  }
}

function environment(urls: ConnectionStrings): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_HOOKS.includes(name)));
  return { ...inherited, DATABASE_URL: urls.main, SHADOW_DATABASE_URL: urls.shadow, ROOT_DATABASE_URL: urls.root };
}

/** Output without the lines of stack traces, which only show graphile-migrate's own code. */
function withoutStack(output: string): string {
  return output
    .split('\n')
    .filter((line) => !isStack(line))
    .join('\n')
    .trim();
}

function isStack(line: string): boolean {
  return /^\s+at \S/.test(stripVTControlCharacters(line));
}
