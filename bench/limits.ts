import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import type pg from 'pg';
import { connectionStringsFrom } from '../src/database/urls.ts';
import { filledDatabase, type MeasuredCall, measureCalls } from './limits/measure.ts';
import { benchmark, tell, whenStopped, wholeNumber } from './support/command.ts';
import { ROOT } from './support/project.ts';
import { BenchError } from './support/runs.ts';
import { median } from './support/table.ts';

const PAGE = join(ROOT, 'docs/performance/limits.md');
const BEGIN = '<!-- Written by `npm run bench:limits -- --write`, down to the next mark. -->';
const END = '<!-- The end of what `npm run bench:limits -- --write` writes. -->';
/** What the project promises of each function that somebody signed in may execute, in seconds. */
const GOAL = 1;

const flags = benchmark(
  'bench/limits.ts',
  'Measures each function of the API with the arguments and rows with which it takes longest, of those that the limits accept. It builds the database bench_limits on the server of DATABASE_URL anew, in some minutes, and leaves it there.',
)
  .option('--runs <count>', 'how often each is called', wholeNumber, 5)
  .option('--write', 'write the figures in docs/performance/limits.md')
  .parse()
  .opts();

let client: pg.Client | undefined;
whenStopped(async () => client?.end());

try {
  const urls = connectionStringsFrom(process.env);
  if (!urls) throw new BenchError('DATABASE_URL is not set: it names the server to measure on.');
  const load = loadavg()[0] ?? 0;
  tell('the database bench_limits');
  client = await filledDatabase(urls.root);
  const calls = await measureCalls(client, flags.runs, tell);
  const version = (await client.query('show server_version')).rows[0].server_version as string;
  const machine = `PostgreSQL ${version}, ${availableParallelism()} cores, load ${load.toFixed(1)} at the beginning; ${flags.runs} runs`;
  const text = `${machine}\n\n${tableOf(calls)}\n\n${verdictOf(calls)}\n`;
  if (flags.write) await writeFile(PAGE, pageWith(await readFile(PAGE, 'utf8'), text));
  process.stdout.write(flags.format === 'json' ? `${JSON.stringify({ machine, calls }, null, 2)}\n` : text);
} catch (error) {
  process.stderr.write(`bench: ${error instanceof BenchError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 2;
} finally {
  await client?.end();
}

function tableOf(calls: readonly MeasuredCall[]): string {
  const inMs = (seconds: number): string => `${(1000 * seconds).toFixed(seconds < 0.1 ? 1 : 0)} ms`;
  const rows = calls.map((call) => [
    `\`${call.function}\``,
    call.as,
    call.with,
    call.bytes === null ? `ends with ${call.fails}` : `${call.bytes.toLocaleString('en-US')} bytes`,
    inMs(median(call.seconds)),
    inMs(Math.max(...call.seconds)),
    own(call) === null ? '' : inMs(own(call) ?? 0),
  ]);
  return markdownTable([['function', 'as', 'with', 'gives', 'median', 'longest', 'processor'], ...rows], {
    align: ['l', 'l', 'l', 'r', 'r', 'r', 'r'],
  });
}

/** What a call takes of the processor, the most of all runs; null where it is not known. */
function own({ processor }: MeasuredCall): number | null {
  const known = processor.filter((seconds) => seconds !== null);
  return known.length < processor.length ? null : Math.max(...known);
}

/** Other programs on the machine don't count, where they can be told apart. */
function verdictOf(calls: readonly MeasuredCall[]): string {
  const taken = calls.filter((call) => call.as !== 'service').map((call) => own(call) ?? median(call.seconds));
  const over = taken.filter((seconds) => seconds > GOAL).length;
  return `Of what somebody signed in may execute, the goal is ${GOAL} s: ${over === 0 ? 'none takes longer' : `${over} calls take longer`}; the longest takes ${Math.max(...taken).toFixed(2)} s.`;
}

/** @throws BenchError when a mark is missing */
function pageWith(page: string, text: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new BenchError(`${PAGE} needs the lines ${BEGIN} and ${END}.`);
  return [page.slice(0, begin) + BEGIN, text.trimEnd(), page.slice(end)].join('\n\n');
}
