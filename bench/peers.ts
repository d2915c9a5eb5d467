import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from 'pglite-server';
import { type Place, SUITES, type Suite } from './peers/suites.ts';
import { type Compared, textOf } from './peers/text.ts';
import { benchmark, someOf, tell, whenStopped } from './support/command.ts';
import { BenchError, interruptAll, run } from './support/runs.ts';

const NAMES = SUITES.map(({ name }) => name);

const flags = benchmark(
  'bench/peers.ts',
  'Runs the test suites of other projects that use PostgreSQL on the embedded engine, and on the server of DATABASE_URL: there they drop and create databases and roles, and change its configuration. It needs git, npm, and psql with its companions.',
)
  .option('--suites <names>', `of ${NAMES.join(', ')}; all of them unless given`, someOf(NAMES), NAMES)
  .option('--folder <path>', 'where their repositories are, or are cloned to', join(tmpdir(), 'rolecall-peers'))
  .parse()
  .opts();

let cleanUp = async (): Promise<void> => {};
whenStopped(async () => {
  await interruptAll();
  await cleanUp();
});

try {
  const compared: Compared[] = [];
  for (const suite of SUITES.filter(({ name }) => flags.suites.includes(name))) {
    compared.push(
      await compare(suite).catch((error: unknown) => {
        if (!(error instanceof BenchError)) throw error;
        // The other suites say what they say without it.
        return { suite: suite.name, notRun: error.message };
      }),
    );
  }
  process.stdout.write(
    flags.format === 'json'
      ? `${JSON.stringify(compared, (_, value) => (value instanceof Map ? Object.fromEntries(value) : value), 2)}\n`
      : textOf(compared),
  );
} catch (error) {
  process.stderr.write(`bench: ${error instanceof BenchError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 2;
} finally {
  await cleanUp();
}

/** @throws BenchError where the suite cannot be prepared, or prints no results */
async function compare(suite: Suite): Promise<Compared> {
  const clone = await prepared(suite);
  tell(`${suite.name} on the embedded engine`);
  const embedded = await onEngine((place) => suite.run(clone, place));
  const server = namedServer();
  if (server) tell(`${suite.name} on the server`);
  return { suite: suite.name, embedded, ...(server ? { server: await suite.run(clone, server) } : {}) };
}

/** Its clone, at the commit that is tested; cloned and prepared where it is not there. */
async function prepared({ name, repository, commit, prepare: [command = '', ...args] }: Suite): Promise<string> {
  const clone = join(flags.folder, name);
  if (!existsSync(clone)) {
    tell(`clone ${repository}`);
    await mkdir(flags.folder, { recursive: true });
    await must(flags.folder, 'git', ['clone', '--quiet', repository, name]);
  }
  await must(clone, 'git', ['checkout', '--quiet', '--force', commit, '--']);
  if (!existsSync(join(clone, 'node_modules'))) {
    tell(`prepare ${name}`);
    await must(clone, command, args);
  }
  return clone;
}

/** A fresh engine for each suite: what one leaves must not be there for the next. */
async function onEngine<T>(use: (place: Place) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-bench-'));
  const engine = await startEngine({ folder });
  cleanUp = async () => {
    cleanUp = async () => {};
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return await use({ host: engine.host, port: engine.port, user: 'postgres' });
  } finally {
    await cleanUp();
  }
}

function namedServer(): Place | undefined {
  if (!process.env.DATABASE_URL) return undefined;
  const { hostname, port, username } = new URL(process.env.DATABASE_URL);
  return { host: hostname, port: Number(port || 5432), user: username || 'postgres' };
}

async function must(folder: string, command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await run(folder, command, args);
  if (code !== 0) throw new BenchError(`${[command, ...args].join(' ')} ended with ${code}:\n${output.slice(-2_000)}`);
}
