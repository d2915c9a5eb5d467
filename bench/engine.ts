import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEngine } from 'pglite-server';
import { benchmark, tell, whenStopped, wholeNumber } from './support/command.ts';
import { median } from './support/table.ts';

/** How many statements are run before those that are measured: WebAssembly is compiled while it runs. */
const WARM_UP = 1_000;
const SELECT = { name: 'one', text: 'select $1::int as one', values: [1] };

interface Figure {
  readonly what: string;
  readonly unit: 'per second' | 'ms';
  readonly embedded: number;
  /** Of the server of DATABASE_URL, where there is one. */
  readonly server: number | null;
}

type Figures = ReadonlyMap<string, Pick<Figure, 'unit'> & { readonly value: number }>;

const flags = benchmark(
  'bench/engine.ts',
  'Measures small statements and new databases on the embedded engine, and on the server of DATABASE_URL.',
)
  .option('--statements <count>', 'statements of each kind', wholeNumber, 5_000)
  .option('--databases <count>', 'databases that are created', wholeNumber, 5)
  .parse()
  .opts();

const opened = new Set<() => Promise<unknown>>();
whenStopped(cleanUp);

try {
  const load = loadavg()[0] ?? 0;
  const embedded = await measureEmbedded();
  const named = process.env.DATABASE_URL;
  const server = named ? await measure((database) => databaseOn(named, database)) : null;
  const figures = [...embedded].map(([what, { unit, value }]): Figure => {
    return { what, unit, embedded: value, server: server?.get(what)?.value ?? null };
  });
  const machine = { cores: availableParallelism(), node: process.versions.node, load };
  process.stdout.write(
    flags.format === 'json' ? `${JSON.stringify({ machine, figures }, null, 2)}\n` : text(figures, load),
  );
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).stack}\n`);
  process.exitCode = 2;
} finally {
  await cleanUp();
}

async function measureEmbedded(): Promise<Figures> {
  tell('the embedded engine');
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-bench-'));
  opened.add(() => rm(folder, { recursive: true, force: true }));
  const engine = await startEngine({ folder });
  opened.add(() => engine.stop());
  return await measure((database) => engine.url(database));
}

/** @param url the connection string of a database on the server that is measured */
async function measure(url: (database: string) => string): Promise<Figures> {
  const [one, other] = [await connected(url('postgres')), await connected(url('postgres'))];
  const select = (client: pg.Client) => client.query(SELECT);
  const figures = new Map<string, Pick<Figure, 'unit'> & { value: number }>();
  const rate = async (what: string, run: () => Promise<unknown>) => {
    figures.set(what, { unit: 'per second', value: await ratePerSecond(run) });
  };
  await rate('prepared selects of one client', () => select(one));
  await rate('simple queries of one client', () => one.query('select 1'));
  await one.query('begin');
  await rate('prepared selects in a transaction', () => select(one));
  await one.query('commit');
  let turn = 0;
  await rate('prepared selects of two clients by turns', () => select(turn++ % 2 === 0 ? one : other));
  for (const [what, value] of await measureDatabases(one, url)) figures.set(what, { unit: 'ms', value });
  await one.end();
  await other.end();
  return figures;
}

async function ratePerSecond(run: () => Promise<unknown>): Promise<number> {
  for (let left = WARM_UP; left > 0; left--) await run();
  const start = performance.now();
  for (let left = flags.statements; left > 0; left--) await run();
  return (flags.statements * 1000) / (performance.now() - start);
}

/** Creates a database, opens it, and creates a copy of it, some times; the medians, in milliseconds. */
async function measureDatabases(client: pg.Client, url: (database: string) => string): Promise<Map<string, number>> {
  const times = new Map<string, number[]>();
  const timed = async (what: string, run: () => Promise<unknown>) => {
    const start = performance.now();
    await run();
    times.set(what, [...(times.get(what) ?? []), performance.now() - start]);
  };
  const names = ['rolecall_bench_copy', 'rolecall_bench'] as const;
  const drop = async () => {
    for (const name of names) await client.query(`drop database if exists ${name}`);
  };
  for (let left = flags.databases; left > 0; left--) {
    await drop();
    await timed('create database', () => client.query('create database rolecall_bench'));
    await timed('its first statement', async () => {
      const first = await connected(url('rolecall_bench'));
      await first.query('select 1');
      await first.end();
    });
    await timed('create database from a template', () =>
      client.query('create database rolecall_bench_copy template rolecall_bench'),
    );
  }
  await drop();
  return new Map([...times].map(([what, each]) => [what, median(each)]));
}

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

function databaseOn(named: string, database: string): string {
  const url = new URL(named);
  url.pathname = `/${database}`;
  return url.href;
}

function text(figures: readonly Figure[], load: number): string {
  const shown = (value: number | null, unit: string) => (value === null ? '' : `${Math.round(value)} ${unit}`);
  const lines = figures.map(({ what, unit, embedded, server }) =>
    [what.padEnd(42), shown(embedded, unit).padStart(18), shown(server, unit).padStart(18)].join('').trimEnd(),
  );
  const head = `${''.padEnd(42)}${'the engine'.padStart(18)}${process.env.DATABASE_URL ? 'the server'.padStart(18) : ''}`;
  const machine = `${availableParallelism()} cores, load ${load.toFixed(1)} before`;
  return `${[head, ...lines, machine].join('\n')}\n`;
}

/** The last that was opened is closed first. */
async function cleanUp(): Promise<void> {
  const all = [...opened].reverse();
  opened.clear();
  for (const close of all) await close();
}
