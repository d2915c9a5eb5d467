import { spawn } from 'node:child_process';
import { ReviewError } from '../error.ts';

/** Options of a call of git. */
interface GitOptions {
  /** Variables in addition to those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for its input. */
  readonly input?: string;
  readonly cwd?: string;
}

/**
 * Runs git and gives its output, without the line end at its end.
 * @throws ReviewError with git's own words when it fails, or is not installed
 */
export async function git(args: readonly string[], { env = {}, input = '', cwd }: GitOptions = {}): Promise<string> {
  const child = spawn('git', args, { env: { ...process.env, LC_ALL: 'C', ...env }, ...(cwd ? { cwd } : {}) });
  const chunks: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  // It may end before it has read everything; its exit code says why.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) =>
      reject(new ReviewError(`git could not be run: ${error.message}. A review reads both states from it.`)),
    );
    child.on('close', resolve);
  });
  if (code !== 0)
    throw new ReviewError(
      `\`git ${args[0]}\` failed: ${Buffer.concat(errors).toString().trim() || `exit code ${code}`}.`,
    );
  return Buffer.concat(chunks).toString().replace(/\n$/, '');
}

/** The same, or undefined where it fails. */
export const gitOrNothing = (args: readonly string[], options?: GitOptions): Promise<string | undefined> =>
  git(args, options).catch(() => undefined);
