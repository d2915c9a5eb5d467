import { execFile, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import pg from 'pg';

/** A server that a test made for itself, and may kill. */
export interface OwnServer {
  readonly folder: string;
  url(database: string): string;
  /** Starts it again after it was killed, once the last of its processes has ended; does nothing while it is up. */
  restart(): Promise<void>;
  /** All of its processes end at once, without a checkpoint, as at `pg_ctl stop --mode immediate`. */
  stopAtOnce(): Promise<void>;
  /** Kills its first process, as the kernel does when memory is short; the others end when they notice. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

export interface OwnServerOptions {
  /** The folder to make it in, which must be empty; one of its own below /tmp unless told. */
  readonly folder?: string;
  /** The superuser that it begins with; postgres unless told. */
  readonly superuser?: string;
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
 * @param programs the folder of initdb and postgres
 */
export async function startOwnServer(programs: string, options: OwnServerOptions = {}): Promise<OwnServer> {
  const folder = options.folder ?? (await mkdtemp('/tmp/rolecall-server-'));
  const data = join(folder, 'data');
  await chmod(folder, 0o777);
  const { superuser = 'postgres' } = options;
  const initdb = [
    '-D',
    data,
    '-U',
    superuser,
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '-N',
    '--wal-segsize=1',
  ];
  const [command = '', ...args] = [...asServer, join(programs, 'initdb'), ...initdb];
  await promisify(execFile)(command, args, { cwd: '/' });
  const port = await freePort();
  await writeFile(
    join(data, 'postgresql.auto.conf'),
    `${SETTINGS}port = ${port}\nunix_socket_directories = '${folder}'\n`,
  );
  const url = (database: string): string => `postgres://${superuser}@127.0.0.1:${port}/${database}`;
  let run = await startPostgres(programs, data);
  /** Its first process ends all others, at the signal for a shutdown without a checkpoint. */
  const signal = async (name: 'SIGQUIT' | 'SIGKILL'): Promise<void> => {
    const [pid] = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), name);
  };
  const stopAtOnce = async (): Promise<void> => {
    await signal('SIGQUIT');
    await run.ended;
  };
  return {
    folder,
    url,
    stopAtOnce,
    kill: () => signal('SIGKILL'),
    async restart() {
      for (;;) {
        const next = run.next();
        if (await answers(url('postgres'))) return;
        // Down, or still repairing what was broken off.
        if ((await next) === 'ended') run = await startPostgres(programs, data);
      }
    },
    async remove() {
      await stopAtOnce().catch(() => {});
      await rm(options.folder ? data : folder, { recursive: true, force: true });
    },
  };
}

/** A server from its start to the end of its last process. */
interface ServerRun {
  readonly ended: Promise<'ended'>;
  /** Resolves when it says that it takes connections, after this call, or when it has ended. */
  next(): Promise<'ready' | 'ended'>;
}

/** Starts a server, and waits until it takes connections. @throws with what it said when it ends instead */
async function startPostgres(programs: string, data: string): Promise<ServerRun> {
  const [command = '', ...args] = [...asServer, join(programs, 'postgres'), '-D', data];
  const child = spawn(command, args, { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const said: string[] = [];
  const lines = createInterface({ input: child.stderr });
  const ready = new EventEmitter().setMaxListeners(0);
  lines.on('line', (line) => {
    said.push(line);
    if (line.includes('database system is ready to accept connections')) ready.emit('ready');
  });
  // Not "exit": all of its processes have the other end of this pipe, so that it closes with the last of them.
  const ended = once(child, 'close').then(() => 'ended' as const);
  const next: ServerRun['next'] = () => Promise.race([once(ready, 'ready').then(() => 'ready' as const), ended]);
  if ((await next()) === 'ended') throw new Error(`The server ended before it was ready:\n${said.join('\n')}`);
  return { ended, next };
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
