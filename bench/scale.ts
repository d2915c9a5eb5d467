import { availableParallelism, loadavg } from 'node:os';
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { markdownTable } from 'markdown-table';
import { DatabaseError } from '../src/database/error.ts';
import { databaseOf } from '../src/database/urls.ts';
import { measureReplicas, type ReplicaResults } from './scale/replicas.ts';
import { startPrimary } from './scale/servers.ts';
import { BenchError } from './support/runs.ts';

const PARTS = ['replicas'] as const;
type Part = (typeof PARTS)[number];

const flags = new Command('bench/scale.ts')
  .description(
    'Measures what comes when one machine ends, on servers of its own: read replicas. DATABASE_URL names a migrated database with rows, which is only read; it is copied.',
  )
  .option('--parts <parts>', `what to measure, of ${PARTS.join(',')}`, partsOf, PARTS)
  .addOption(
    new Option('--format <format>', 'for people or for machines')
      .choices(['text', 'json'] as const)
      .default('text' as const),
  )
  .addHelpText('after', '\nIt measures and does not judge: exit code 0, or 2 when something could not run.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts();

interface Results {
  readonly machine: {
    readonly cores: number;
    readonly loadBefore: number;
    readonly loadAfter: number;
    readonly source: string;
  };
  readonly replicas?: ReplicaResults;
}

try {
  const results = await measure();
  process.stdout.write(flags.format === 'json' ? `${JSON.stringify(results, null, 2)}\n` : textOf(results));
} catch (error) {
  const told = error instanceof BenchError || error instanceof DatabaseError;
  process.stderr.write(`bench: ${told ? error.message : (error as Error).stack}\n`);
  process.exitCode = 2;
}

async function measure(): Promise<Results> {
  const { DATABASE_URL: source } = process.env;
  if (!source)
    throw new BenchError('Set DATABASE_URL to a database that `npm run bench -- --size 10k` made: bench_10k.');
  const loadBefore = loadavg()[0] ?? 0;
  tell(`a server with a copy of ${databaseOf(source)}`);
  const primary = await startPrimary(source);
  try {
    const replicas = flags.parts.includes('replicas') ? await measureReplicas(primary, tell) : undefined;
    const machine = {
      cores: availableParallelism(),
      loadBefore,
      loadAfter: loadavg()[0] ?? 0,
      source: databaseOf(source),
    };
    return { machine, ...(replicas ? { replicas } : {}) };
  } finally {
    await primary.server.remove();
  }
}

function textOf({ machine, replicas }: Results): string {
  const head = `${machine.cores} cores, a copy of ${machine.source}; load ${machine.loadBefore.toFixed(1)} at the beginning, ${machine.loadAfter.toFixed(1)} at the end`;
  return [head, ...(replicas ? ['', replicasText(replicas)] : []), ''].join('\n');
}

function replicasText({ lags, reads, writes, failed, conflicts }: ReplicaResults): string {
  const head = [
    'while there is',
    'commit p50, ms',
    'p95',
    'seen on the standby after p50, ms',
    'p95',
    'own write missed',
  ];
  const rows = lags.map(({ load, commit, seen, missed }) => [
    load,
    ...[commit.p50, commit.p95, seen.p50, seen.p95].map(String),
    `${(missed * 100).toFixed(0)} %`,
  ]);
  return [
    markdownTable([head, ...rows], { align: ['l', 'r', 'r', 'r', 'r', 'r'] }),
    '',
    `run on the standby: ${reads.length} of the app's queries`,
    `write, and go to the primary: ${writes.join(', ')}`,
    ...(failed.length > 0 ? [`did not run: ${failed.join(', ')}`] : []),
    ...Object.entries(conflicts).map(([setting, text]) => `${setting}: ${text}`),
  ].join('\n');
}

/** To stderr: stdout is for the results. */
function tell(what: string): void {
  process.stderr.write(`bench: ${what}\n`);
}

function partsOf(text: string): readonly Part[] {
  const parts = text.split(',');
  const unknown = parts.filter((part) => !PARTS.some((known) => known === part));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`There is no ${unknown.join(', ')}; there are ${PARTS.join(', ')}.`);
  return parts as Part[];
}
