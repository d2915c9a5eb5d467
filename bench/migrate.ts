import { availableParallelism, loadavg } from 'node:os';
import { Option } from '@commander-js/extra-typings';
import { markdownTable } from 'markdown-table';
import { withClient } from '../src/database/connect.ts';
import { type ConnectionStrings, connectionStringsFrom } from '../src/database/urls.ts';
import { benchmark, tell, whenStopped, wholeNumber } from './support/command.ts';
import { legacyTemplate } from './support/legacy-database.ts';
import { BenchError, interruptAll } from './support/runs.ts';
import { type Bench, LONG, type Moved, measureOnline, measureWindow, measureWindowInUse } from './support/ways.ts';

const flags = benchmark(
  'bench/migrate.ts',
  'Measures both ways to move a legacy database, on the server that DATABASE_URL names: docs/migrating.md.',
  'When a write is lost, the exit code is 2 too.\n',
)
  .option('--chunks <count>', 'transcript chunks, nearly all with an embedding', wholeNumber, 100_000)
  .option('--messages <count>', 'chat messages', wholeNumber, 1_000_000)
  .option('--sessions <count>', 'readers, and as many writers', wholeNumber, 4)
  .addOption(new Option('--way <way>', 'one of the two ways only').choices(['window', 'online'] as const))
  .parse()
  .opts();

whenStopped(interruptAll);

try {
  const machine = await machineOf();
  const rows = await measure();
  process.stdout.write(
    flags.format === 'json' ? `${JSON.stringify({ machine, rows }, null, 2)}\n` : textOf(rows, machine),
  );
} catch (error) {
  process.stderr.write(`bench: ${error instanceof BenchError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 2;
} finally {
  await interruptAll();
}

function urlsOf(): ConnectionStrings {
  const urls = connectionStringsFrom(process.env);
  if (urls) return urls;
  throw new BenchError('Name a server in DATABASE_URL: on the embedded engine nobody else could be at work.');
}

async function measure(): Promise<Moved[]> {
  const urls = urlsOf();
  const volume = { chunks: flags.chunks, messages: flags.messages };
  const template = await legacyTemplate(urls.root, volume, tell);
  const bench: Bench = { root: urls.root, template, volume, sessions: flags.sessions, tell };
  return [
    ...(flags.way === 'online' ? [] : [...(await measureWindow(bench)), ...(await measureWindowInUse(bench))]),
    ...(flags.way === 'window' ? [] : await measureOnline(bench)),
  ];
}

/** What the figures hang on, besides the code. */
async function machineOf(): Promise<string> {
  const load = (loadavg()[0] ?? 0).toFixed(1);
  const { rows } = await withClient(urlsOf().root, (client) =>
    client.query<{ settings: string }>(
      `select string_agg(name || ' ' || current_setting(name), ', ' order by name) as settings
       from unnest(array['fsync', 'shared_buffers', 'synchronous_commit']) name`,
    ),
  );
  return `${availableParallelism()} cores, load ${load} at the beginning; ${rows[0]?.settings}`;
}

function textOf(rows: readonly Moved[], machine: string): string {
  const floor = rows.find(({ what }) => what === 'the floor')?.seconds;
  const body = rows
    .filter(({ note }) => note === undefined)
    .map(({ what, seconds, wal, reader, reads, writer, locks }) => [
      what,
      `${seconds.toFixed(1)} s`,
      floor === undefined ? '' : (seconds / floor).toFixed(2),
      `${Math.round(wal / 1_000_000)} MB`,
      waited(reader),
      reads ? `${reads.long} of ${reads.all.toLocaleString('en-US')}` : '',
      waited(writer),
      waited(locks?.reader),
      waited(locks?.writer),
    ]);
  const table = markdownTable(
    [
      [
        'what',
        'time',
        '÷ floor',
        'WAL',
        'longest read',
        `reads over ${LONG} ms`,
        'longest write',
        'wait of a reader for a lock',
        'of a writer',
      ],
      ...body,
    ],
    { align: ['l', 'r', 'r', 'r', 'r', 'r', 'r', 'r', 'r'] },
  );
  const notes = rows.flatMap(({ what, note }) => (note === undefined ? [] : [`${what}: ${note}`]));
  const head = `${flags.chunks} chunks, ${flags.messages} messages, ${flags.sessions} readers and ${flags.sessions} writers; ${machine}`;
  return [head, '', table, '', ...notes, ''].join('\n');
}

function waited(ms: number | undefined): string {
  if (ms === undefined) return '';
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
