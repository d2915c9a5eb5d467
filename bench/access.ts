import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import config from '../rolecall.config.ts';
import { openServer, type Server } from '../src/database/server.ts';
import { UserError } from '../src/errors.ts';
import { measureServer, type ServerResults } from './access/measure.ts';
import { pageWith, type Results, textOf } from './access/text.ts';
import { benchmark, tell, whenStopped, wholeNumber } from './support/command.ts';
import { ROOT } from './support/project.ts';
import { BenchError } from './support/runs.ts';

const PAGE = join(ROOT, 'docs/performance/access.md');

const flags = benchmark(
  'bench/access.ts',
  'Measures how long the proof of access takes, and calling functions and asking in other worlds, and each of their steps, on the embedded engine and on the server of DATABASE_URL; there, the same matrix as pgTAP too. It builds the shadow database of that server anew.',
)
  .option('--runs <count>', 'proofs that are measured on each server, after one to warm up', wholeNumber, 5)
  .option('--write', 'write the figures in docs/performance/access.md')
  .parse()
  .opts();

const opened = new Set<() => Promise<unknown>>();
whenStopped(cleanUp);

try {
  const results = await measure();
  if (flags.write) await writeFile(PAGE, pageWith(await readFile(PAGE, 'utf8'), results));
  process.stdout.write(flags.format === 'json' ? `${JSON.stringify(results, null, 2)}\n` : textOf(results));
} catch (error) {
  const told = error instanceof BenchError || error instanceof UserError;
  process.stderr.write(`bench: ${told ? error.message : (error as Error).stack}\n`);
  process.exitCode = 2;
} finally {
  await cleanUp();
}

async function measure(): Promise<Results> {
  const loadBefore = loadavg()[0] ?? 0;
  const named = process.env.DATABASE_URL ? await openServer(config.database, process.env) : undefined;
  const real = named && (await measureNamed(named));
  const embedded = await measureEmbedded();
  const machine = {
    cores: availableParallelism(),
    node: process.versions.node,
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
  };
  return { machine, runs: flags.runs, real, embedded };
}

async function measureNamed({ urls, where }: Server): Promise<ServerResults> {
  tell(where);
  return reported(await measureServer(urls, flags.runs, tell));
}

async function measureEmbedded(): Promise<ServerResults> {
  tell('the embedded engine');
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-bench-'));
  opened.add(() => rm(folder, { recursive: true, force: true }));
  const { urls, stop } = await openServer({ ...config.database, folder }, {});
  opened.add(stop);
  return reported(await measureServer(urls, flags.runs, tell));
}

/** A proof that deviates takes longer, and its figures are those of another database. */
function reported(results: ServerResults): ServerResults {
  if (results.deviations > 0) tell(`the proof has deviations: ${results.deviations}. Run \`npm run check\` for them.`);
  return results;
}

/** The last that was opened is closed first. */
async function cleanUp(): Promise<void> {
  const all = [...opened].reverse();
  opened.clear();
  for (const close of all) await close();
}
