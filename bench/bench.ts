import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import type pg from 'pg';
import config from '../rolecall.config.ts';
import { withClient } from '../src/database/connect.ts';
import { DatabaseError } from '../src/database/error.ts';
import { connectionStringsFrom } from '../src/database/urls.ts';
import { readQueries } from '../src/plans/read.ts';
import { preparePair } from './data/databases.ts';
import { type SizeName, scaleOf, sizes } from './data/scale.ts';
import { measureLoad } from './load/measure.ts';
import { measureDisk } from './measure/disk.ts';
import { onOneProcessor } from './measure/processor.ts';
import { measureQueries } from './measure/queries.ts';
import { measureSearch } from './measure/search.ts';
import { makeVariants } from './measure/variants.ts';
import { measureWrites } from './measure/writes.ts';
import { chartOf } from './report/chart.ts';
import { documentOf, pagesOf } from './report/document.ts';
import type { Results } from './report/results.ts';
import { textOf } from './report/text.ts';
import { benchmark, someOf, tell, whenStopped, wholeNumber } from './support/command.ts';
import { mustKeepInvariants } from './support/invariants.ts';
import { ROOT } from './support/project.ts';
import { BenchError, interruptAll } from './support/runs.ts';

const PARTS = ['queries', 'search', 'load', 'writes'] as const;
type Part = (typeof PARTS)[number];

/** The page with the summary, and the folder of the figures of each size and the pages that are written from them. */
const DOCUMENT = join(ROOT, 'docs', 'performance.md');
const FIGURES = join(ROOT, 'docs', 'performance');

const flags = benchmark(
  'bench/bench.ts',
  'Measures the legacy and the new database side by side, on the server of DATABASE_URL: every query of spec/queries, search by meaning, writes, and the mixed load.',
  'The databases are named bench_<size> and bench_<size>_legacy, and stay for the next run.\n',
)
  .addOption(
    new Option('--size <size>', 'how many chunks, with ten messages each').choices(sizes).default('100k' as const),
  )
  .option('--parts <parts>', `what to measure, of ${PARTS.join(',')}`, someOf(PARTS), PARTS)
  .option('--runs <count>', 'runs of each query and questions of each kind', wholeNumber, 40)
  .option('--seconds <count>', 'seconds of mixed load for each number of clients and database', wholeNumber, 30)
  .option(
    '--write',
    'write the figures, the charts and the pages of docs/performance, and the summary in docs/performance.md',
  )
  .option('--rewrite', 'measure nothing: write the pages and the summary again from the figures in docs/performance')
  .parse()
  .opts();

whenStopped(interruptAll);

try {
  if (flags.rewrite) await writePages();
  else {
    const results = await measure();
    if (flags.write) await write(results);
    process.stdout.write(flags.format === 'json' ? `${JSON.stringify(results, null, 2)}\n` : textOf(results));
  }
} catch (error) {
  const told = error instanceof BenchError || error instanceof DatabaseError;
  process.stderr.write(`bench: ${told ? error.message : (error as Error).stack}\n`);
  process.exitCode = 2;
}

async function measure(): Promise<Results> {
  const urls = connectionStringsFrom(process.env);
  if (!urls)
    throw new BenchError(
      'Set DATABASE_URL to a server of your own: the embedded engine has one session, and no clock to trust.',
    );
  process.chdir(ROOT);
  const load = loadavg()[0] ?? 0;
  const pair = await preparePair(urls.root, scaleOf(flags.size), tell);
  if (!config.queries) throw new BenchError('rolecall.config.ts names no queries.');
  const queries = await readQueries(config.queries, config);
  return withClient(pair.legacy, (legacy) =>
    withClient(pair.target, async (target) => {
      const clients = { legacy, target };
      await makeVariants(clients);
      const wanted = (part: Part): boolean => flags.parts.includes(part);
      const limits = { runs: flags.runs, budget: 6_000 };
      const [measured, search] = await onOneProcessor([legacy, target], tell, async () => [
        wanted('queries') ? await measureQueries(clients, queries, config, limits, tell) : undefined,
        wanted('search') ? await measureSearch(clients, pair.scale, flags.runs, tell) : [],
      ]);
      const results: Results = {
        size: flags.size,
        chunks: pair.scale.chunks,
        messages: await countOf(target, 'public.chat_messages'),
        machine: await machineOf(target, load),
        queries: measured?.results ?? [],
        notMeasured: measured?.notMeasured ?? [],
        search,
        disk: await measureDisk(clients),
        ...(wanted('writes') && { writes: await measureWrites(pair, tell) }),
        load: wanted('load') ? await measureLoad(pair, clients, flags.seconds, tell) : [],
      };
      tell('check the invariants');
      await mustKeepInvariants(pair.target);
      return results;
    }),
  );
}

async function machineOf(client: pg.Client, load: number): Promise<Results['machine']> {
  const { rows } = await client.query<{ server: string; vector: string; buffers: string }>(
    `select current_setting('server_version') as server, current_setting('shared_buffers') as buffers,
       (select extversion from pg_extension where extname = 'vector') as vector`,
  );
  const { server = '', vector = '', buffers = '' } = rows[0] ?? {};
  const memory = Math.round(totalmem() / 1024 ** 3);
  return {
    cores: availableParallelism(),
    memory,
    server,
    vector,
    buffers,
    loadBefore: load,
    loadAfter: loadavg()[0] ?? 0,
  };
}

async function countOf(client: pg.Client, table: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`select count(*) from ${table}`);
  return Number(rows[0]?.count);
}

/** Writes the figures and the chart of this size, and the pages of all sizes. */
async function write(results: Results): Promise<void> {
  await mkdir(FIGURES, { recursive: true });
  await writeFile(figuresOf(results.size), `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(join(FIGURES, `${results.size}.svg`), chartOf(results));
  await writePages();
}

/** Writes every page from the figures of all sizes that have been measured. */
async function writePages(): Promise<void> {
  const all: Results[] = [];
  for (const size of sizes) {
    const text = await readFile(figuresOf(size), 'utf8').catch(() => undefined);
    if (text) all.push(JSON.parse(text) as Results);
  }
  for (const [name, page] of pagesOf(all)) await writeFile(join(FIGURES, name), page);
  await writeFile(DOCUMENT, documentOf(await readFile(DOCUMENT, 'utf8'), all));
  tell(`wrote ${DOCUMENT} and ${FIGURES}`);
}

function figuresOf(size: SizeName): string {
  return join(FIGURES, `${size}.json`);
}
