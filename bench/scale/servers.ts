import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { databaseOf } from '../../src/database/urls.ts';
import { type OwnServer, serverPrograms, startOwnServer } from '../../test/support/own-server.ts';
import { BenchError } from '../support/runs.ts';

/** A server of our own with a copy of a database. */
export interface Primary {
  readonly server: OwnServer;
  readonly programs: string;
  readonly url: string;
}

const asServer = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : ['env'];

async function asPostgres(programs: string, program: string, ...args: string[]): Promise<void> {
  await promisify(execFile)(asServer[0] as string, [...asServer.slice(1), join(programs, program), ...args], {
    cwd: '/',
  });
}

/** Starts a server and copies a database to it. @throws BenchError where there is none to start */
export async function startPrimary(source: string): Promise<Primary> {
  const programs = await serverPrograms();
  if (!programs) throw new BenchError('There is no PostgreSQL with pgvector below /usr/lib/postgresql to start.');
  const server = await startOwnServer(programs);
  const url = server.url('copy');
  const dump = `'${programs}/pg_dumpall' --roles-only --no-role-passwords -d '${source}' | '${programs}/psql' -qX '${server.url('postgres')}' 2>&1 &&
    '${programs}/createdb' --maintenance-db '${server.url('postgres')}' copy &&
    '${programs}/pg_dump' '${source}' | PGOPTIONS='-c maintenance_work_mem=512MB' '${programs}/psql' -qX '${url}' 2>&1 &&
    '${programs}/psql' -qX -c 'vacuum (analyze)' '${url}'`;
  try {
    await promisify(execFile)('bash', ['-c', dump], { maxBuffer: 1e8 });
  } catch (error) {
    await server.remove();
    throw new BenchError(`${databaseOf(source)} could not be copied: ${(error as Error).message.slice(0, 500)}`);
  }
  return { server, programs, url };
}

/** A standby of a primary, by streaming, reached by a socket in a folder of its own. */
export interface Standby {
  readonly url: string;
  stop(): Promise<void>;
}

/** Makes a standby from a base backup and starts it with these settings. */
export async function startStandby({ server, programs, url }: Primary, settings: readonly string[]): Promise<Standby> {
  const folder = join(server.folder, 'standby');
  const data = join(folder, 'data');
  await mkdir(folder, { mode: 0o777, recursive: true });
  await promisify(execFile)('chmod', ['777', folder]);
  await asPostgres(
    programs,
    'pg_basebackup',
    '-d',
    url,
    '-D',
    data,
    '-R',
    '-X',
    'stream',
    '-c',
    'fast',
    '-C',
    '-S',
    'standby',
  );
  const options = [`unix_socket_directories=${folder}`, 'listen_addresses=', ...settings].map((one) => `-c ${one}`);
  await asPostgres(programs, 'pg_ctl', 'start', '-w', '-D', data, '-l', join(folder, 'log'), '-o', options.join(' '));
  const { port } = new URL(url);
  return {
    url: `postgres://postgres@localhost/copy?host=${encodeURIComponent(folder)}&port=${port}`,
    stop: () => asPostgres(programs, 'pg_ctl', 'stop', '-m', 'immediate', '-D', data),
  };
}
