import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

/** A server that a test made for itself, and may kill. */
export interface OwnServer {
  readonly folder: string;
  url(database: string): string;
  /** Starts it again after it was killed; does nothing while it is up. */
  restart(): Promise<void>;
  /** `pg_ctl stop --mode immediate`: all of its processes end at once, without a checkpoint. */
  stopAtOnce(): Promise<void>;
  /** Kills its first process as the kernel does when memory is short. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

export interface OwnServerOptions {
  /** The folder to make it in, which must be empty; one of its own below /tmp unless told. */
  readonly folder?: string;
}

/** The programs of the newest server on this machine that has pgvector, or undefined when there is none. */
export async function serverPrograms(): Promise<string | undefined> {
  const root = '/usr/lib/postgresql';
  const versions = await readdir(root).catch((): string[] => []);
  const newestFirst = versions.filter((version) => /^\d+$/.test(version)).sort((a, b) => Number(b) - Number(a));
  for (const version of newestFirst) {
    const extensions = await readdir(`/usr/share/postgresql/${version}/extension`).catch((): string[] => []);
    const programs = await readdir(join(root, version, 'bin')).catch((): string[] => []);
    if (extensions.includes('vector.control') && programs.includes('initdb')) return join(root, version, 'bin');
  }
  return undefined;
}

/** PostgreSQL refuses to run as root: then it is made and run as the user postgres. */
const asServer = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : ['env'];

const SETTINGS = `
listen_addresses = '127.0.0.1'
shared_buffers = 32MB
fsync = off
jit = off
timezone = 'UTC'
# A backend whose client is gone shall not go on for nobody.
client_connection_check_interval = 100
`;

/**
 * Makes and starts a server. WAL is in segments of 1 MB, so that a small disk holds it.
 * @param programs the folder of initdb and pg_ctl
 */
export async function startOwnServer(programs: string, options: OwnServerOptions = {}): Promise<OwnServer> {
  const folder = options.folder ?? (await mkdtemp('/tmp/rolecall-server-'));
  const data = join(folder, 'data');
  await chmod(folder, 0o777);
  await run(
    programs,
    'initdb',
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '-N',
    '--wal-segsize=1',
  );
  const port = await freePort();
  await writeFile(
    join(data, 'postgresql.auto.conf'),
    `${SETTINGS}port = ${port}\nunix_socket_directories = '${folder}'\n`,
  );
  const url = (database: string): string => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const start = async (): Promise<void> => {
    await run(programs, 'pg_ctl', 'start', '-w', '-D', data, '-l', join(folder, 'log'));
  };
  await start();
  return {
    folder,
    url,
    restart: () => untilUp(url('postgres'), start),
    stopAtOnce: () => run(programs, 'pg_ctl', 'stop', '-m', 'immediate', '-D', data),
    async kill() {
      const [pid] = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGKILL');
    },
    async remove() {
      await run(programs, 'pg_ctl', 'stop', '-m', 'immediate', '-D', data).catch(() => {});
      await rm(options.folder ? data : folder, { recursive: true, force: true });
    },
  };
}

async function run(programs: string, program: string, ...args: string[]): Promise<void> {
  await promisify(execFile)(asServer[0] as string, [...asServer.slice(1), join(programs, program), ...args], {
    cwd: '/',
  });
}

/** Processes of a server that was killed may still be ending: until they have, none can start in their place. */
async function untilUp(url: string, start: () => Promise<void>): Promise<void> {
  const patience = performance.now() + 30_000;
  for (;;) {
    if (await answers(url)) return;
    try {
      await start();
    } catch (error) {
      if (performance.now() > patience) throw error;
    }
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  );
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening));
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  if (address === null || typeof address === 'string') throw new Error('There is no free port on 127.0.0.1.');
  return address.port;
}
