import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { type Engine, startEngine } from '../src/index.ts';
import { FrameReader } from '../src/protocol/frames.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const cleanups: (() => Promise<unknown> | unknown)[] = [];

/** Undoes what the helpers made, the newest first; for afterAll or afterEach. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pglite-server-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

let pristine: Promise<string> | null = null;

/** A data folder of its own that an engine has made before: making one anew takes seconds, a copy takes none. */
export async function dataFolder(): Promise<string> {
  pristine ??= (async () => {
    const folder = await temporaryFolder();
    await (await startEngine({ folder })).stop();
    await rm(join(folder, 'port'));
    return folder;
  })();
  const copy = await temporaryFolder();
  await cp(await pristine, copy, { recursive: true });
  return copy;
}

/** An engine in a folder of its own, ended by cleanUp. */
export async function engine(options: { folder?: string; waitFor?: number } = {}): Promise<Engine> {
  const folder = options.folder ?? (await dataFolder());
  const started = await startEngine({ ...options, folder });
  cleanups.push(() => started.stop());
  return started;
}

/** A connected client, closed by cleanUp. */
export async function client(url: string, config: pg.ClientConfig = {}): Promise<pg.Client> {
  const connected = new pg.Client({ connectionString: url, ...config });
  connected.on('error', () => {});
  await connected.connect();
  cleanups.push(() => connected.end().catch(() => {}));
  return connected;
}

/** The number by which a server knows a client. */
export const numberOf = (of: pg.Client): number => (of as unknown as { processID: number }).processID;

/** Resolves once a query about a client's row of pg_stat_activity gives true, asked in another database: its own may be busy. */
async function untilSeen(started: Engine, query: string): Promise<void> {
  const watcher = await client(started.url('template1'));
  while ((await values(watcher, query))[0] !== true);
  await watcher.end();
}

/** Resolves once a client's statement runs, or waits for its turn. */
export const untilActive = (started: Engine, of: pg.Client): Promise<void> =>
  untilSeen(started, `select state = 'active' from pg_stat_activity where pid = ${numberOf(of)}`);

/** Resolves once the server knows that a client has left. */
export const untilLeft = (started: Engine, of: pg.Client): Promise<void> =>
  untilSeen(started, `select count(*) = 0 from pg_stat_activity where pid = ${numberOf(of)}`);

/** The value of the (last) query's only column, row by row. */
export async function values(
  on: pg.Client | pg.PoolClient,
  sql: string,
  parameters: unknown[] = [],
): Promise<unknown[]> {
  const config = parameters.length > 0 ? { text: sql, values: parameters } : { text: sql };
  const result = await on.query({ ...config, rowMode: 'array' });
  const { rows } = [result].flat().at(-1) ?? result;
  return rows.map((row: unknown[]) => row[0]);
}

/** Like `values`, on a connection that is closed again. */
export async function ask(url: string, sql: string): Promise<unknown[]> {
  const asking = new pg.Client({ connectionString: url });
  await asking.connect();
  try {
    return await values(asking, sql);
  } finally {
    await asking.end();
  }
}

/** The SQLSTATE that something failed with. */
export async function codeOf(failing: Promise<unknown>): Promise<string | undefined> {
  try {
    await failing;
  } catch (error) {
    return (error as { code?: string }).code;
  }
  throw new Error('It should have failed, and did not.');
}

/** A process that serves a folder until it is killed, and says its port. */
export function spawnServer(folder: string) {
  const module = new URL('../src/index.ts', import.meta.url).href;
  const code = `
    const { startEngine } = await import(${JSON.stringify(module)});
    const engine = await startEngine({ folder: process.argv[1] });
    console.log(engine.port);
    process.stdin.resume();
  `;
  const flags = ['--input-type=module', '-e', code, folder];
  const serving = spawn(process.execPath, flags, { stdio: ['pipe', 'pipe', 'inherit'] });
  cleanups.push(() => kill(serving));
  return serving;
}

/** Such a process, once it serves. */
export async function serveElsewhere(
  folder: string,
): Promise<{ process: ChildProcess; url(database: string): string }> {
  const serving = spawnServer(folder);
  const [first] = await Promise.race([once(serving.stdout, 'data'), once(serving, 'exit')]);
  if (!Buffer.isBuffer(first)) throw new Error('The other process ended before it served.');
  const port = Number(String(first).trim());
  return { process: serving, url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}` };
}

/** Waits for what another process does to the file system, which tells nobody. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

/** Ends a process as a power cut would. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** What a bare socket hears after it sent some bytes, until the server closes it or says something. */
export async function hear(
  port: number,
  ...bytes: Uint8Array[]
): Promise<{ text: string; socket: Socket; closed: Promise<unknown> }> {
  const socket = connect(port, '127.0.0.1');
  cleanups.push(() => socket.destroy());
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  for (const part of bytes) socket.write(part);
  const first = await Promise.race([once(socket, 'data'), closed]);
  return { text: Buffer.isBuffer(first[0]) ? first[0].toString('latin1') : '', socket, closed };
}

/** A startup message with the parameters given, in protocol 3.0 or another version. */
export function startup(...parameters: string[]): Buffer {
  return opening(3 << 16, ...parameters);
}

export function opening(version: number, ...parameters: string[]): Buffer {
  const body = Buffer.from(`${parameters.join('\0')}\0\0`, 'utf8');
  const header = Buffer.alloc(8);
  header.writeInt32BE(body.length + 8, 0);
  header.writeInt32BE(version, 4);
  return Buffer.concat([header, body]);
}

/**
 * A bare client, logged in: `say` tells the types of the messages it gets until one of a certain type; `process` is the
 * number that the server knows it by.
 */
export async function bareClient(port: number, login: Uint8Array) {
  const socket = connect(port, '127.0.0.1');
  cleanups.push(() => socket.destroy());
  const reader = new FrameReader();
  let types = '';
  let process = 0;
  let wake = () => {};
  socket.on('data', (chunk) => {
    for (const { type, bytes } of reader.push(chunk)) {
      types += type;
      if (type === 'K') process = Buffer.from(bytes).readInt32BE(5);
    }
    wake();
  });
  const say = async (until: string, ...frames: Uint8Array[]): Promise<string> => {
    for (const frame of frames) socket.write(frame);
    while (!types.includes(until)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
    const heard = types.slice(0, types.indexOf(until) + 1);
    types = types.slice(heard.length);
    return heard;
  };
  await say('Z', login);
  return { say, process };
}

/** A graphile-migrate project, and its command line run in it. */
export async function migrateProject(started: Engine, files: Record<string, string>) {
  const folder = await temporaryFolder();
  const write = async (name: string, content: string) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  };
  await write('.gmrc', '{}');
  for (const [name, content] of Object.entries(files)) await write(name, content);
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    DATABASE_URL: started.url('project'),
    SHADOW_DATABASE_URL: started.url('project_shadow'),
    ROOT_DATABASE_URL: started.url('postgres'),
  };
  const start = (...words: string[]) =>
    spawn(process.execPath, [join(ROOT, 'node_modules/graphile-migrate/dist/cli.js'), ...words], { cwd: folder, env });
  const run = async (...words: string[]) => {
    const child = start(...words);
    child.stdin.end();
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const [exit] = await once(child, 'close');
    return { exit: exit as number, output };
  };
  return { folder, write, run, start };
}

/** Reads a process's output until a text appears in it. */
export async function said(child: ChildProcess, wanted: string): Promise<string> {
  cleanups.push(() => kill(child));
  let output = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const take = (chunk: Buffer) => {
    output += chunk;
    if (output.includes(wanted)) resolve(output);
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  const ended = () => reject(new Error(`It ended without saying "${wanted}":\n${output}`));
  child.once('close', ended);
  try {
    return await promise;
  } finally {
    child.stdout?.off('data', take);
    child.stderr?.off('data', take);
    child.off('close', ended);
  }
}
