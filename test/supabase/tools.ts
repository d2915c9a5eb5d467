import { execFile } from 'node:child_process';
import { z } from 'zod';

/** How a tool ended, and what it wrote. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A tool that did not look, or whose answer can't be read. Never the same as a tool that found nothing. */
class CouldNotLookError extends Error {
  override readonly name = 'CouldNotLookError';
}

const advice = z.array(z.object({ cache_key: z.string().min(1), detail: z.string() })).nonempty();

/** What Supabase's advisors find in a database, from INFO up: the key of each finding, sorted. @throws when they could not look */
export const adviceOn = async (url: string): Promise<string[]> =>
  readAdvice(await supabase(['db', 'advisors', '--level', 'info', '-o', 'json'], url));

export function readAdvice(ended: Ended): string[] {
  const found = answerOf('supabase db advisors', ended, advice, 'No issues found');
  return found.map(({ cache_key }) => cache_key).sort();
}

const lint = z
  .array(
    z.object({
      function: z.string().min(1),
      issues: z
        .array(
          z.object({
            level: z.string(),
            message: z.string(),
            sqlState: z.string().optional(),
            statement: z.object({ lineNumber: z.string() }).optional(),
          }),
        )
        .nonempty(),
    }),
  )
  .nonempty();

/**
 * What `supabase db lint` finds in the functions of a database, warnings too: function, line, SQLSTATE and message.
 * @param schemas those that it must have looked into
 * @throws when it could not look
 */
export const lintOf = async (url: string, schemas: readonly string[]): Promise<string[]> =>
  readLint(await supabase(['db', 'lint', '--level', 'warning', '-o', 'json'], url), schemas);

export function readLint(ended: Ended, schemas: readonly string[]): string[] {
  const found = answerOf('supabase db lint', ended, lint, 'No schema errors found');
  const looked = new Set(ended.stderr.split('\n'));
  const unseen = schemas.filter((schema) => !looked.has(`Linting schema: ${schema}`));
  if (unseen.length > 0) throw new CouldNotLookError(`supabase db lint did not look into ${unseen.join(', ')}`);
  return found.flatMap(({ function: name, issues }) =>
    issues.map(({ statement, sqlState, message }) => `${name} ${statement?.lineNumber ?? '-'} ${sqlState}: ${message}`),
  );
}

const squawked = z.array(
  z.object({ file: z.string(), line: z.number(), rule_name: z.string().min(1), message: z.string() }),
);

export interface Squawk {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

/** What squawk finds in SQL files, by .squawk.toml. @throws when it could not look */
export async function squawkOn(files: readonly string[]): Promise<Squawk[]> {
  // Without a file it says that there is nothing to find.
  if (files.length === 0) throw new CouldNotLookError('squawk was given no file');
  return readSquawk(await run('node_modules/.bin/squawk', ['--reporter', 'json', ...files]));
}

export function readSquawk({ code, stdout, stderr }: Ended): Squawk[] {
  const found = parsed('squawk', stdout, squawked, stderr);
  // It ends with 1 when it found something, and then only.
  if (code !== (found.length > 0 ? 1 : 0)) throw new CouldNotLookError(`squawk ended with ${code}: ${stderr}`);
  return found.map(({ file, line, rule_name }) => ({ file, line: line + 1, rule: rule_name }));
}

/** What `supabase gen types` writes about a schema, as it comes. @throws when it could not look */
export async function supabaseTypes(url: string, schema: string): Promise<string> {
  const { code, stdout, stderr } = await supabase(['gen', 'types', '--schema', schema], url);
  if (code !== 0 || !stdout.includes('export type Database =')) {
    throw new CouldNotLookError(`supabase gen types ended with ${code}: ${stderr}`);
  }
  return stdout;
}

/** A tool of the Supabase CLI that answers in JSON, or in one sentence when it found nothing. */
function answerOf<T>(tool: string, { code, stdout, stderr }: Ended, schema: z.ZodType<T[]>, nothing: string): T[] {
  if (code !== 0) throw new CouldNotLookError(`${tool} ended with ${code}: ${stderr}`);
  if (stdout.trim() !== '') return parsed(tool, stdout, schema, stderr);
  if (!stderr.split('\n').includes(nothing)) throw new CouldNotLookError(`${tool} did not say "${nothing}": ${stderr}`);
  return [];
}

function parsed<T>(tool: string, text: string, schema: z.ZodType<T>, stderr: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new CouldNotLookError(`The answer of ${tool} can't be read: ${text.slice(0, 200)}${stderr}`, { cause });
  }
}

/** The server of the tests speaks no TLS. */
const supabase = (args: readonly string[], url: string): Promise<Ended> =>
  run('node_modules/.bin/supabase', [...args, '--agent', 'no', `--remote=${url}`]);

export function run(program: string, args: readonly string[], input?: string): Promise<Ended> {
  return new Promise((ended) => {
    const child = execFile(
      program,
      args,
      { env: { ...process.env, PGSSLMODE: 'disable', DO_NOT_TRACK: '1' }, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        // A program that is not there has a code that is no number.
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        ended({ code, stdout, stderr: code === -1 ? `${error?.message}\n${stderr}` : stderr });
      },
    );
    child.stdin?.end(input);
  });
}
