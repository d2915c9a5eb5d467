import pg from 'pg';
import { withClient } from '../../src/database/connect.ts';
import { recreateDatabase } from '../../src/database/server.ts';
import { withDatabase } from '../../src/database/urls.ts';
import { measureFloor } from './floor.ts';
import { mustKeepInvariants } from './invariants.ts';
import { broken } from './ledger.ts';
import { madeOf, type Volume } from './legacy-database.ts';
import { watchLockWaits } from './lock-waits.ts';
import { ROOT } from './project.ts';
import { BenchError, pause, run } from './runs.ts';
import { NAMES, slowestFirst, startWorkload, type Workload } from './workload.ts';

/** What moving a database took, and whom it kept waiting: milliseconds, bytes. */
export interface Moved {
  readonly what: string;
  readonly seconds: number;
  readonly wal: number;
  /** The longest request, whatever kept it. */
  readonly reader?: number;
  readonly writer?: number;
  /** How many reads there were, and how many took longer than a reader should wait. */
  readonly reads?: { readonly all: number; readonly long: number };
  /** The longest wait for a lock. */
  readonly locks?: { readonly reader: number; readonly writer: number };
  readonly note?: string;
}

export interface Bench {
  readonly root: string;
  readonly template: string;
  readonly volume: Volume;
  readonly sessions: number;
  tell(what: string): void;
}

/**
 * How long the app is watched while nothing is moved, in ms: about as long as preparing takes, since the longest of many
 * requests is longer than that of a few.
 */
const CALM = { least: 20_000, perChunk: 0.7 };
/** What counts as long, in ms: no reader should wait longer. */
export const LONG = 200;
/** Until it is under way, or until all of it goes on in the new shape. */
const SETTLING = 3_000;

/** The maintenance window, and on what it leaves, the floor. */
export async function measureWindow(bench: Bench): Promise<Moved[]> {
  const url = await copy(bench, 'bench_window');
  const window = await timed(url, 'all committed migrations', () => rolecall(url, bench.root, ['migrate']));
  const floor = await timed(url, 'the floor', () => withClient(url, measureFloor));
  await drop(bench, url);
  return [floor, window];
}

/** The same with an app that was not stopped: how long it hangs, and where its statements fail. */
export async function measureWindowInUse(bench: Bench): Promise<Moved[]> {
  const url = await copy(bench, 'bench_window');
  const app = await startWorkload(url, madeOf(bench.volume), bench.sessions);
  await pause(SETTLING);
  const moved = await phase(bench, app, url, 'all committed migrations, app not stopped', () =>
    rolecall(url, bench.root, ['migrate']),
  );
  const rows = await settled(bench, url, app, [moved]);
  return rows;
}

/** Prepared and switched while the app goes on. */
export async function measureOnline(bench: Bench): Promise<Moved[]> {
  const url = await copy(bench, 'bench_online');
  const app = await startWorkload(url, madeOf(bench.volume), bench.sessions);
  const calm = await phase(bench, app, url, 'nothing, for comparison', () =>
    pause(Math.max(CALM.least, bench.volume.chunks * CALM.perChunk)),
  );
  bench.tell('rolecall online prepare, with the app at work');
  const prepared = await phase(bench, app, url, '`rolecall online prepare`', async () =>
    bench.tell(summaryOf(await rolecall(url, bench.root, ['online', 'prepare']))),
  );
  bench.tell('rolecall online switch');
  const switched = await phase(bench, app, url, '`rolecall online switch`', async () =>
    bench.tell(summaryOf(await rolecall(url, bench.root, ['online', 'switch']))),
  );
  return settled(bench, url, app, [calm, prepared, switched]);
}

async function settled(bench: Bench, url: string, app: Workload, rows: readonly Moved[]): Promise<Moved[]> {
  await pause(SETTLING);
  await app.stop();
  const missed = await withClient(url, (client) => broken(client, app.promises));
  bench.tell(
    `${app.promises.length} acknowledged writes, ${missed.length} not found; ${app.reads.length} reads; ${app.again} statements sent again in the new shape`,
  );
  if (missed.length > 0)
    throw new BenchError(
      `Acknowledged, and not there:\n${missed
        .slice(0, 5)
        .map((entry) => JSON.stringify(entry))
        .join('\n')}`,
    );
  await mustKeepInvariants(url);
  await drop(bench, url);
  return [
    ...rows,
    {
      what: 'the app, in all',
      seconds: Number.NaN,
      wal: Number.NaN,
      note: `${app.promises.length} writes acknowledged, all found; ${app.reads.length} reads`,
    },
  ];
}

async function phase(
  bench: Bench,
  app: Workload,
  url: string,
  what: string,
  work: () => Promise<unknown>,
): Promise<Moved> {
  const waits = await watchLockWaits(url, Object.values(NAMES));
  const from = performance.now();
  const moved = await timed(url, what, work).catch(async (error: unknown) => {
    // Its sessions would keep the benchmark from ending.
    await Promise.all([app.stop(), waits.stop()]);
    throw error;
  });
  // Whoever still waits is answered.
  await pause(500);
  await waits.stop();
  const to = from + moved.seconds * 1_000;
  const [reads, writes] = [app.reads, app.writes].map((answered) => slowestFirst(answered, from, to));
  const [read, written] = [reads?.[0], writes?.[0]];
  for (const { what: asked, at, took } of [read, written].filter((slowest) => slowest !== undefined))
    bench.tell(`${what}: ${Math.round(took)} ms, ${((at - from) / 1_000).toFixed(1)} s after its beginning: ${asked}`);
  const locks = { reader: waits.longest.get(NAMES.reader) ?? 0, writer: waits.longest.get(NAMES.writer) ?? 0 };
  const counted = { all: reads?.length ?? 0, long: reads?.filter(({ took }) => took > LONG).length ?? 0 };
  return { ...moved, reader: read?.took ?? 0, writer: written?.took ?? 0, reads: counted, locks };
}

async function timed(url: string, what: string, work: () => Promise<unknown>): Promise<Moved> {
  const before = await position(url);
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1_000;
  return { what, seconds, wal: (await position(url)) - before };
}

/** Bytes of WAL since the server was made: everybody's, so nobody else should be at work. */
async function position(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ at: string }>("select pg_current_wal_insert_lsn() - '0/0' as at");
  await client.end();
  return Number(rows[0]?.at);
}

/** A command that lost a deadlock to the app is run again, as an operator would. @returns what it said */
async function rolecall(url: string, root: string, args: readonly string[], tries = 5): Promise<string> {
  const environment = { DATABASE_URL: url, ROOT_DATABASE_URL: root };
  const { code, output } = await run(ROOT, process.execPath, ['bin/rolecall.js', ...args], environment);
  if (code === 2 && tries > 1 && /another session waited for each other/.test(output))
    return rolecall(url, root, args, tries - 1);
  if (code !== 0) throw new BenchError(`rolecall ${args.join(' ')} ended with exit code ${code}:\n${output}`);
  return output;
}

/** The steps with what each took, and the last line. */
function summaryOf(output: string): string {
  const lines = output.trim().split('\n');
  return [...lines.filter((line) => line.startsWith('✔')), lines.at(-1)].join('\n');
}

async function copy({ root, template, tell }: Bench, name: string): Promise<string> {
  tell(`a copy, ${name}`);
  const url = withDatabase(root, name);
  await recreateDatabase(root, url, withDatabase(root, template));
  await withClient(url, (client) => client.query('checkpoint'));
  return url;
}

async function drop({ root }: Bench, url: string): Promise<void> {
  await withClient(root, (client) => client.query(`drop database ${new URL(url).pathname.slice(1)} with (force)`));
}
