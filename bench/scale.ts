import { availableParallelism, loadavg } from 'node:os';
import { markdownTable } from 'markdown-table';
import { DatabaseError } from '../src/database/error.ts';
import { databaseOf } from '../src/database/urls.ts';
import { type ModelResults, modelOf } from './scale/model.ts';
import { measurePartitions, type PartitionResults } from './scale/partitions.ts';
import { measureReplicas, type ReplicaResults } from './scale/replicas.ts';
import { type Primary, startPrimary } from './scale/servers.ts';
import { benchmark, someOf, tell, whenStopped } from './support/command.ts';
import { BenchError } from './support/runs.ts';

const PARTS = ['replicas', 'partitions', 'model'] as const;
type Part = (typeof PARTS)[number];

const flags = benchmark(
  'bench/scale.ts',
  'Measures what comes when one machine ends, on servers of its own: read replicas, partitions; and says when each is due. DATABASE_URL names a migrated database with rows, which is only read; it is copied.',
)
  .option('--parts <parts>', `what to measure, of ${PARTS.join(',')}`, someOf(PARTS), PARTS)
  .parse()
  .opts();

interface Results {
  readonly machine: {
    readonly cores: number;
    readonly loadBefore: number;
    readonly loadAfter: number;
    readonly source: string;
  };
  readonly replicas: ReplicaResults | undefined;
  readonly partitions: PartitionResults | undefined;
  readonly model: ModelResults | undefined;
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
  const wanted = (part: Part): boolean => flags.parts.includes(part);
  const model = wanted('model') ? await modelOf(source) : undefined;
  const measured =
    wanted('replicas') || wanted('partitions')
      ? await withCopy(source, async (primary) => ({
          replicas: wanted('replicas') ? await measureReplicas(primary, tell) : undefined,
          partitions: wanted('partitions') ? await measurePartitions(primary.url, tell) : undefined,
        }))
      : undefined;
  const machine = {
    cores: availableParallelism(),
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
    source: databaseOf(source),
  };
  return { machine, replicas: measured?.replicas, partitions: measured?.partitions, model };
}

async function withCopy<T>(source: string, use: (primary: Primary) => Promise<T>): Promise<T> {
  tell(`a server with a copy of ${databaseOf(source)}`);
  const primary = await startPrimary(source);
  whenStopped(() => primary.server.remove());
  try {
    return await use(primary);
  } finally {
    await primary.server.remove();
  }
}

function textOf({ machine, replicas, partitions, model }: Results): string {
  const head = `${machine.cores} cores, ${machine.source}; load ${machine.loadBefore.toFixed(1)} at the beginning, ${machine.loadAfter.toFixed(1)} at the end`;
  const parts = [
    replicas && replicasText(replicas),
    partitions && partitionsText(partitions),
    model && modelText(model),
  ];
  return [head, ...parts.filter((part) => part !== undefined), ''].join('\n\n');
}

function partitionsText({ vectors, channels, layouts }: PartitionResults): string {
  const head = [
    'partitions',
    'exact, ms',
    'by bits',
    'all channels',
    'planning',
    'insert 100',
    'delete a channel',
    'MB',
  ];
  const rows = layouts.map(({ partitions, exact, bits, all, planning, insert, remove, megabytes }) => [
    partitions === 0 ? 'none' : String(partitions),
    ...[exact, bits, all, planning, insert, remove].map(({ p50 }) => String(p50)),
    megabytes.toFixed(0),
  ]);
  const title = `${vectors.toLocaleString('en')} vectors of ${channels} channels; p50 of 15, in ms`;
  return [title, '', markdownTable([head, ...rows], { align: ['l', 'r', 'r', 'r', 'r', 'r', 'r', 'r'] })].join('\n');
}

function modelText({ measured, assumptions, steps }: ModelResults): string {
  const figure = (value: number | null): string =>
    value === null ? '' : Number(value.toPrecision(2)).toLocaleString('en');
  const rows = steps.map(({ step, why, chunks, channels, users, queries }) => [
    step,
    why,
    ...[chunks, channels, users, queries].map(figure),
  ]);
  const head = ['step', 'due when', 'chunks', 'channels', 'users', 'queries a second'];
  return [
    `a chunk ${figure(measured.bytesPerChunk)} bytes, of which searches read ${figure(measured.hotPerChunk)}; a message ${figure(measured.bytesPerMessage)} bytes; the index of all channels ${figure(measured.buildPerChunk * 1_000)} µs a chunk`,
    `a channel ${figure(measured.chunksPerChannel)} chunks; a user ${figure(measured.messagesPerUser)} messages; a query ${figure(measured.coreMilliseconds)} ms of a core (${measured.source})`,
    ...assumptions.map((assumption) => `assumed: ${assumption}`),
    '',
    markdownTable([head, ...rows], { align: ['l', 'l', 'r', 'r', 'r', 'r'] }),
  ].join('\n');
}

function replicasText({ lags, reads, writes, failed, conflicts }: ReplicaResults): string {
  const head = ['load', 'commit p50, ms', 'p95', 'visible on the standby after p50, ms', 'p95', 'own write missed'];
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
