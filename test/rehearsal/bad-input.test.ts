import { chmod } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asRoot } from '../support/databases.ts';
import { type Finished, freshProject, type Project } from '../support/project.ts';
import { folder, plainDump } from './support.ts';

let project: Project;
let files: Awaited<ReturnType<typeof folder>>;
let dump: string;

beforeAll(async () => {
  project = await freshProject();
  files = await folder();
  dump = await plainDump();
});

afterAll(async () => {
  await project.remove();
  await files.remove();
});

/** One line on what is wrong and what to do, exit code 2, and nothing left of the copy. */
async function expectOneLine({ code, output }: Finished, text: RegExp): Promise<void> {
  const lines = output.split('\n').filter((line) => line !== '' && !/^[❯✔✖›]/.test(line));
  expect({ code, lines }).toEqual({ code: 2, lines: [expect.stringMatching(text)] });
  const { rows } = await asRoot((root) =>
    root.query(`select datname from pg_database where starts_with(datname::text, $1)`, [
      `${new URL(project.url).pathname.slice(1)}_rehearsal`,
    ]),
  );
  expect(rows).toEqual([]);
}

async function rehearsing(name: string, content: string | Buffer, env: Record<string, string> = {}): Promise<Finished> {
  return project.rolecall(['rehearse', '--from', await files.file(name, content)], env);
}

test('no such file', async () => {
  await expectOneLine(
    await project.rolecall(['rehearse', '--from', 'nowhere.sql']),
    /There is no file nowhere\.sql, and it is no connection string/,
  );
});

test('a folder, an empty file, and a file of something else', async () => {
  await expectOneLine(await project.rolecall(['rehearse', '--from', '.']), /is a folder, and none that pg_dump/);
  await expectOneLine(await rehearsing('empty.sql', ''), /empty\.sql is empty/);
  await expectOneLine(
    await rehearsing('photo.jpg', Buffer.from([0xff, 0xd8, 0, 1])),
    /is no dump that can be read here/,
  );
  await expectOneLine(await rehearsing('list.csv', 'a,b\n1,2\n'), /list\.csv is truncated, or no dump/);
});

test('a dump of another database says what it lacks', async () => {
  const other = `CREATE TABLE public.channels (id uuid, channel_id text);\n-- PostgreSQL database dump complete\n`;
  await expectOneLine(
    await rehearsing('other.sql', other),
    /other\.sql is not a legacy ChannelChat database: it lacks column channels\.channel_name, .* and \d+ more/,
  );
});

test.each([
  ['within its rows', (text: string) => text.slice(0, text.indexOf('\\.\n', text.indexOf('COPY public.videos')) - 50)],
  ['between two statements', (text: string) => text.slice(0, text.indexOf('--\n-- Name: videos videos_pkey'))],
])('a dump that ends %s is truncated', async (_, cut) => {
  await expectOneLine(await rehearsing('cut.sql', cut(dump)), /cut\.sql is truncated, or no dump .* Make it again/);
});

test('a zipped dump that ends too early is truncated', async () => {
  const zipped = gzipSync(dump);
  await expectOneLine(
    await rehearsing('cut.sql.gz', zipped.subarray(0, zipped.length / 2)),
    /cut\.sql\.gz cannot be unzipped \(unexpected end of file\): it is truncated/,
  );
});

test('a dump of a newer PostgreSQL than the server', async () => {
  const newer = dump.replace(/(Dumped from database version) \S+/, '$1 99.1');
  await expectOneLine(
    await rehearsing('newer.sql', newer),
    /newer\.sql is of PostgreSQL 99, and the server for the copy is 1\d\..*Name a server of version 99/,
  );
});

test('a dump of several databases', async () => {
  await expectOneLine(
    await rehearsing('all.sql', `\\connect template1\nselect 1;\n\\connect postgres\n${dump}`),
    /holds several databases\. Make one of the one database/,
  );
});

test('a dump without the users to whom the rows belong', async () => {
  const without = dump.replace(/CREATE TABLE auth\.users[\s\S]*?\);/, '').replace(/COPY auth\.users[\s\S]*?\\\.\n/, '');
  await expectOneLine(
    await rehearsing('public-only.sql', without),
    /lacks auth\.users, to which the other rows belong/,
  );
});

test('a dump of a database without pgvector', async () => {
  const without = dump
    .replace('CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;', '')
    .replaceAll('public.vector(1536)', 'text');
  await expectOneLine(
    await rehearsing('no-vector.sql', without),
    /no-vector\.sql does not have the extension vector, which a legacy ChannelChat database needs/,
  );
});

test('a table that the server does not take is named, with what else it refused', async () => {
  const odd = dump.replace(
    'CREATE TABLE public.videos (',
    'CREATE EXTENSION nonsense;\nCREATE TABLE public.videos (odd nonsense,',
  );
  await expectOneLine(
    await rehearsing('odd.sql', odd),
    /does not take CREATE TABLE public\.videos .*type "nonsense" does not exist\. The server also refused: .*nonsense/,
  );
});

test('rows that their table does not take are named', async () => {
  const odd = dump.replace(/(COPY public\.channels [\s\S]*?FROM stdin;\n)/, '$1not-a-uuid\n');
  await expectOneLine(
    await rehearsing('odd-rows.sql', odd),
    /does not take COPY public\.channels .*invalid input syntax for type uuid/,
  );
});

test('an archive, without pg_restore on PATH, and with one that cannot read it', async () => {
  const archive = Buffer.concat([Buffer.from('PGDMP'), Buffer.alloc(600, 1)]);
  await expectOneLine(
    await rehearsing('a.dump', archive, { PATH: '/nowhere' }),
    /pg_restore is not on PATH, and .*a\.dump is an archive that only it can read\. Install/,
  );
  const old = await files.file(
    'pg_restore',
    `#!/bin/sh\nif [ "$1" = --version ]; then echo 'pg_restore (PostgreSQL) 14.9'; exit; fi\necho 'pg_restore: error: unsupported version (1.16) in file header' >&2; exit 1\n`,
  );
  await chmod(old, 0o755);
  await expectOneLine(
    await rehearsing('a.dump', archive, { PATH: `${files.path('.')}:/usr/bin:/bin` }),
    /a\.dump was made by a newer pg_dump than the pg_restore on PATH, which is 14, can read/,
  );
});

test('a source that cannot be reached, and one of which the password stays unsaid', async () => {
  await expectOneLine(
    await project.rolecall(['rehearse', '--from', 'postgres://me:secret@127.0.0.1:1/x']),
    /Cannot connect to the source postgres:\/\/me:\*\*\*@127\.0\.0\.1:1\/x: connect ECONNREFUSED/,
  );
});

test('without --from', async () => {
  const { code, output } = await project.rolecall(['rehearse']);
  expect({ code, output }).toEqual({ code: 2, output: expect.stringMatching(/required option '--from <source>'/) });
});
