import { spawn } from 'node:child_process';
import { untilStopped } from '../../database/running.ts';
import { RehearsalError } from '../error.ts';

/** PostgreSQL's own programs: they read databases to dump, and archives of pg_dump, which rolecall does not read itself. */
export type PostgresProgram = 'pg_dump' | 'pg_restore';

/**
 * Runs a program and gives what it writes, as it writes it.
 * @param needed why it is needed, for the message when it is not on PATH
 * @param explain the message for what it wrote to stderr when it failed
 * @throws RehearsalError when it is not on PATH, or, at the end, when it failed
 */
export async function* output(
  program: PostgresProgram,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  needed: string,
  explain: (complaint: string) => string,
): AsyncIterable<Buffer> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(-4_000);
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  ended.catch(() => {});
  const stop = untilStopped(async () => {
    if (child.exitCode === null) child.kill('SIGTERM');
  });
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    const code = await ended.catch((error: NodeJS.ErrnoException) => {
      throw new RehearsalError(missing(program, needed, error));
    });
    if (code !== 0) throw new RehearsalError(explain(complaint.trim()));
  } finally {
    await stop();
  }
}

/** The major version of a program; 0 when its output does not say it. @throws RehearsalError when it is not on PATH */
export async function majorOf(program: PostgresProgram, needed: string): Promise<number> {
  let text = '';
  for await (const chunk of output(program, ['--version'], process.env, needed, (complaint) => complaint))
    text += chunk;
  return Number(/\) (\d+)/.exec(text)?.[1] ?? 0);
}

function missing(program: PostgresProgram, needed: string, error: NodeJS.ErrnoException): string {
  if (error.code !== 'ENOENT')
    return `${program} could not be started: ${error.message}. Check that it is installed and may be run.`;
  return `${program} is not on PATH, and ${needed}. ${install('')} A plain dump (pg_dump without --format) needs neither.`;
}

/** How to install PostgreSQL's programs. */
export function install(version: string): string {
  return `Install PostgreSQL’s client programs${version && ` of version ${version} or later`} (Debian, Ubuntu: postgresql-client${version && `-${version}`}; macOS: brew install libpq; Windows: “Command Line Tools” of the installer).`;
}
