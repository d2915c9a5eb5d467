import { randomUUID } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { rehearse } from '../../src/commands/rehearse.ts';
import { withDatabase } from '../../src/database/urls.ts';
import { asRoot, serverUrl } from '../support/databases.ts';
import { freshProject } from '../support/project.ts';
import { folder, plainDump } from './support.ts';

let files: Awaited<ReturnType<typeof folder>>;
let dump: string;
const name = `test_${randomUUID().slice(0, 8)}`;
const env = { ...process.env };

beforeAll(async () => {
  files = await folder();
  dump = await plainDump();
  Object.assign(process.env, { DATABASE_URL: withDatabase(serverUrl, name), ROOT_DATABASE_URL: serverUrl });
});

afterEach(() => {
  process.env.PATH = env.PATH;
});

afterAll(async () => {
  process.env.DATABASE_URL = env.DATABASE_URL;
  process.env.ROOT_DATABASE_URL = env.ROOT_DATABASE_URL;
  await files.remove();
});

/** The command refuses, in one line that says what is wrong and what to do, and nothing is left of the copy. */
async function expectRefusal(from: string, text: RegExp): Promise<void> {
  const refused = await rehearse({ config: 'rolecall.config.ts', format: 'json', from, locks: false }).catch(
    (error: Error) => error,
  );
  expect(refused).toMatchObject({ name: 'RehearsalError', message: expect.stringMatching(text) });
  expect((refused as Error).message).not.toContain('\n');
  const { rows } = await asRoot((root) =>
    root.query(`select datname from pg_database where starts_with(datname::text, $1)`, [name]),
  );
  expect(rows).toEqual([]);
}

async function expectRefused(file: string, content: string | Buffer, text: RegExp): Promise<void> {
  await expectRefusal(await files.file(file, content), text);
}

test('the command line says it in one line, with exit code 2', async () => {
  const project = await freshProject();
  const { code, output } = await project.rolecall(['rehearse', '--from', 'nowhere.sql']);
  await project.remove();
  expect({ code, output }).toEqual({
    code: 2,
    output: expect.stringMatching(/^rolecall: There is no file nowhere\.sql, and it is no connection string.*\n$/),
  });
});

test('a folder, an empty file, and a file of something else', async () => {
  await expectRefusal('.', /is a folder, and none that pg_dump/);
  await expectRefused('empty.sql', '', /empty\.sql is empty/);
  await expectRefused('photo.jpg', Buffer.from([0xff, 0xd8, 0, 1]), /is no dump that can be read here/);
  await expectRefused('list.csv', 'a,b\n1,2\n', /list\.csv is truncated, or was not written by pg_dump/);
});

test('a dump of another database says what it lacks', async () => {
  const other = `CREATE TABLE public.channels (id uuid, channel_id text);\n-- PostgreSQL database dump complete\n`;
  await expectRefused(
    'other.sql',
    other,
    /other\.sql is not a legacy ChannelChat database: it lacks column channels\.channel_name, .* and \d+ more/,
  );
});

test.each([
  ['within its rows', (text: string) => text.slice(0, text.indexOf('\\.\n', text.indexOf('COPY public.videos')) - 50)],
  ['between two statements', (text: string) => text.slice(0, text.indexOf('--\n-- Name: videos videos_pkey'))],
])('a dump that ends %s is truncated', async (_, cut) => {
  await expectRefused(
    'cut.sql',
    cut(dump),
    /cut\.sql is truncated, or was not written by pg_dump: .* Make the dump again/,
  );
});

test('a zipped dump that ends too early is truncated', async () => {
  const zipped = gzipSync(dump);
  await expectRefused(
    'cut.sql.gz',
    zipped.subarray(0, zipped.length / 2),
    /cut\.sql\.gz cannot be unzipped \(unexpected end of file\): it is truncated/,
  );
});

test('a dump of a newer PostgreSQL than the server', async () => {
  const newer = dump.replace(/(Dumped from database version) \S+/, '$1 99.1');
  await expectRefused(
    'newer.sql',
    newer,
    /newer\.sql is of PostgreSQL 99, and the server for the copy is 1\d\..*Name a server of version 99/,
  );
});

test('a dump of several databases', async () => {
  await expectRefused(
    'all.sql',
    `\\connect template1\nselect 1;\n\\connect postgres\n${dump}`,
    /holds several databases\. Make a dump of one database/,
  );
});

test('a dump without the users to whom the rows belong', async () => {
  const without = dump.replace(/CREATE TABLE auth\.users[\s\S]*?\);/, '').replace(/COPY auth\.users[\s\S]*?\\\.\n/, '');
  await expectRefused('public-only.sql', without, /lacks auth\.users, to which the other rows belong/);
});

test('a dump of a database without pgvector', async () => {
  const without = dump
    .replace('CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;', '')
    .replaceAll('public.vector(1536)', 'text');
  await expectRefused(
    'no-vector.sql',
    without,
    /no-vector\.sql does not have the extension vector, which a legacy ChannelChat database needs/,
  );
});

test('a table that the server does not take is named, with what else it refused', async () => {
  const odd = dump.replace(
    'CREATE TABLE public.videos (',
    'CREATE EXTENSION nonsense;\nCREATE TABLE public.videos (odd nonsense,',
  );
  await expectRefused(
    'odd.sql',
    odd,
    /server refused CREATE TABLE public\.videos .*type "nonsense" does not exist\. The server also refused: .*nonsense/,
  );
});

test('rows that their table does not take are named', async () => {
  const odd = dump.replace(/(COPY public\.channels [\s\S]*?FROM stdin;\n)/, '$1not-a-uuid\n');
  await expectRefused('odd-rows.sql', odd, /server refused COPY public\.channels .*invalid input syntax for type uuid/);
});

test('an archive, without pg_restore on PATH, and with one that cannot read it', async () => {
  const archive = Buffer.concat([Buffer.from('PGDMP'), Buffer.alloc(600, 1)]);
  process.env.PATH = '/nowhere';
  await expectRefused(
    'a.dump',
    archive,
    /pg_restore is not on PATH, and .*a\.dump is an archive that only it can read\. Install/,
  );
  const old = await files.file(
    'pg_restore',
    `#!/bin/sh\nif [ "$1" = --version ]; then echo 'pg_restore (PostgreSQL) 14.9'; exit; fi\necho 'pg_restore: error: unsupported version (1.16) in file header' >&2; exit 1\n`,
  );
  await chmod(old, 0o755);
  process.env.PATH = `${files.path('.')}:/usr/bin:/bin`;
  await expectRefused(
    'a.dump',
    archive,
    /a\.dump was made by a newer pg_dump than the pg_restore on PATH, which is 14, can read/,
  );
});

test('a source that cannot be reached, and one of which the password stays unsaid', async () => {
  await expectRefusal(
    'postgres://me:secret@127.0.0.1:1/x',
    /Cannot connect to the source postgres:\/\/me:\*\*\*@127\.0\.0\.1:1\/x: connect ECONNREFUSED/,
  );
});
