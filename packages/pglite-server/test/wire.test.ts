import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import copy from 'pg-copy-streams';
import type { Engine } from '../src/index.ts';
import { makeFrame } from '../src/protocol/frames.ts';
import { ask, bareClient, cleanUp, client, codeOf, engine, hear, opening, startup, values } from './helpers.ts';

let started: Engine;
let url: string;

beforeAll(async () => {
  started = await engine({ waitFor: 300 });
  url = started.url('postgres');
  await ask(url, 'create table entry (id int, name text)');
});

afterAll(cleanUp);

const LOGIN = startup('user', 'postgres', 'database', 'postgres');

test.each([
  ['a web browser', [Buffer.from('GET / HTTP/1.1\r\n\r\n')], '08P01'],
  ['an absurd length', [Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 3, 0, 0])], '08P01'],
  ['protocol version 2', [opening(2 << 16, 'user', 'postgres')], '08P01'],
  ['an unknown database', [startup('user', 'postgres', 'database', 'nowhere')], '3D000'],
  ['an unknown user', [startup('user', 'nobody', 'database', 'postgres')], '28000'],
])('%s gets an error and is let go, and nobody else notices', async (_, bytes, code) => {
  const { text: heard, closed } = await hear(started.port, ...bytes);
  expect(heard).toContain(`C${code}`);
  await closed;
  expect(await ask(url, 'select 1')).toEqual([1]);
});

test.each([
  ['an unknown message', Buffer.from([0x7e, 0, 0, 0, 4])],
  ['a message of absurd length', Buffer.from([0x51, 0x7f, 0xff, 0xff, 0xff])],
  ['a message without its end', Buffer.from([0x50, 0, 0, 0, 6, 0x61, 0x62, 0x53, 0, 0, 0, 4])],
])('%s after the login gets an error and is let go', async (_, bytes) => {
  const { socket, closed } = await hear(started.port, LOGIN);
  const answer = text(socket);
  socket.write(bytes);
  await closed;
  expect(await answer).toContain('C08P01');
});

test.each([
  ['a Terminate', Buffer.from([88, 0, 0, 0, 4])],
  ['a length of 0', Buffer.from([0, 0, 0, 0])],
])('%s before the startup message closes the connection without a word', async (_, bytes) => {
  const { text: heard, closed } = await hear(started.port, bytes);
  await closed;
  expect(heard).toBe('');
});

test('half a message harms nobody', async () => {
  await hear(started.port, LOGIN, Buffer.from([0x51, 0, 0, 1]));
  expect(await ask(url, 'select 1')).toEqual([1]);
});

test('a request for encryption is answered N, a request to cancel with the end', async () => {
  const { text: answer } = await hear(started.port, Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]));
  expect(answer).toBe('N');
  const { closed } = await hear(
    started.port,
    Buffer.from([0, 0, 0, 16, 0x04, 0xd2, 0x16, 0x2e, 0, 0, 0, 1, 0, 0, 0, 1]),
  );
  await closed;
});

test('only the loopback interface is served', async () => {
  expect(started.host).toBe('127.0.0.1');
  const faces = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const others = faces.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
  // On Linux every 127.x.y.z is this machine, so a server on all interfaces would answer here too.
  if (process.platform === 'linux') others.push('127.0.0.2');
  for (const address of others) {
    const [error] = await once(connect(started.port, address), 'error');
    expect(error.code).toBe('ECONNREFUSED');
  }
});

test('COPY FROM STDIN streams rows in, and COPY TO STDOUT streams them out', async () => {
  const own = await client(url);
  const rows = Array.from({ length: 50_000 }, (_, id) => `${id}\tname of ${id}\n`);
  await pipeline(Readable.from(rows), own.query(copy.from('copy entry from stdin')));
  expect(await values(own, 'select count(*)::int from entry')).toEqual([50_000]);
  const out = await text(own.query(copy.to('copy (select * from entry order by id) to stdout')));
  expect(out).toBe(rows.join(''));
});

test('a COPY that fails says why, and the session goes on', async () => {
  const own = await client(url);
  const bad = pipeline(
    Readable.from(['x\ty\n', ...Array(10_000).fill('1\ta\n')]),
    own.query(copy.from('copy entry from stdin')),
  );
  expect(await codeOf(bad)).toBe('22P02');
  expect(await codeOf(pipeline(Readable.from(['1']), own.query(copy.from('copy nowhere from stdin'))))).toBe('42P01');
  expect(await values(own, 'select 1')).toEqual([1]);
});

test('a client that dies inside a COPY leaves nothing, and the next one runs', async () => {
  const own = await client(url);
  await own.query('create table half (id int)');
  const stream = own.query(copy.from('copy half from stdin'));
  stream.on('error', () => {});
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.write('1\n', () => resolve());
  await promise;
  (own as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  expect(await ask(url, 'select count(*)::int from half')).toEqual([0]);
});

const NONE = Buffer.from([0, 0]);
const UNNAMED = makeFrame('B', '', '', Buffer.from([0, 0, 0, 0, 0, 0]));
const EXECUTE = makeFrame('E', '', Buffer.from([0, 0, 0, 0]));

test('a Flush is answered before the Sync, and nobody comes in between', async () => {
  const { say } = await bareClient(started.port, LOGIN);
  expect(await say('T', makeFrame('P', '', 'select 1', NONE), makeFrame('D', 'S'), makeFrame('H'))).toBe('1tT');
  expect(await codeOf(ask(url, 'select 2'))).toBe('55P03');
  expect(await say('Z', UNNAMED, EXECUTE, makeFrame('S'))).toBe('2DCZ');
});

test('the unnamed statement is still there after another client used its own', async () => {
  const { say } = await bareClient(started.port, LOGIN);
  expect(await say('Z', makeFrame('P', '', 'select 1', NONE), makeFrame('S'))).toBe('1Z');
  const other = await client(url);
  expect((await other.query('select $1::int as two', [2])).rows).toEqual([{ two: 2 }]);
  expect(await say('Z', UNNAMED, EXECUTE, makeFrame('S'))).toBe('2DCZ');
});

test('COPY FROM STDIN works in the extended protocol too', async () => {
  await ask(url, 'create table extended (id int)');
  const { say } = await bareClient(started.port, LOGIN);
  expect(await say('G', makeFrame('P', '', 'copy extended from stdin', NONE), UNNAMED, EXECUTE, makeFrame('S'))).toBe(
    '12G',
  );
  expect(await say('Z', makeFrame('d', Buffer.from('1\n2\n')), makeFrame('c'), makeFrame('S'))).toBe('CZ');
  expect(await ask(url, 'select count(*)::int from extended')).toEqual([2]);
});

test('a large result arrives whole', async () => {
  const [found] = await ask(url, `select repeat('x', 20000000)`);
  expect(found).toHaveLength(20_000_000);
});

test('startup settings and client encoding are the session’s own', async () => {
  const own = await client(url, { options: '-c search_path=nowhere -c app.start=yes' });
  expect(await values(own, `select current_setting('search_path') || ' ' || current_setting('app.start')`)).toEqual([
    'nowhere yes',
  ]);
  expect(await ask(url, 'show search_path')).toEqual(['"$user", public']);
});

test('psql lists tables', async () => {
  const run = promisify(execFile);
  const listed = await run('psql', [url, '-c', '\\dt']).catch((error) => {
    if (error.code === 'ENOENT') return { stdout: 'entry (psql is not installed here)' };
    throw error;
  });
  expect(listed.stdout).toContain('entry');
});
