import { spawn } from 'node:child_process';
import { text as readAll } from 'node:stream/consumers';
import { UserError } from '../errors.ts';

/**
 * The text as the project's formatter writes it.
 * @param command the formatter and its arguments: it reads a TypeScript file from standard input, and writes it to standard output
 * @throws UserError when it can't be run, fails, or writes nothing
 */
export async function formatBy([program = '', ...args]: readonly string[], text: string): Promise<string> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  // One that ends early does not read to the end.
  child.stdin.on('error', () => {});
  child.stdin.end(text);
  const ended = new Promise<number | string>((resolve) => {
    child.on('error', ({ message }) => resolve(message));
    child.on('close', (code) => resolve(code ?? 'a signal'));
  });
  const [formatted, complaint] = await Promise.all([readAll(child.stdout), readAll(child.stderr)]);
  const how = await ended;
  if (how === 0 && formatted.trim() !== '') return formatted;
  const seen = typeof how === 'string' ? how : how === 0 ? 'it wrote nothing' : `it ended with ${how}`;
  throw new UserError(
    `The generated types can't be formatted by \`${[program, ...args].join(' ')}\` (${seen}). Run it by hand, or correct formatTypes in the configuration.${complaint && `\n${complaint.trim()}`}`,
  );
}
