import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DumpReader } from '../../../src/rehearsal/dump/reader.ts';
import { plainDump } from '../support.ts';

interface Read {
  readonly pieces: readonly { kind: string; text: string; rows?: string }[];
  readonly facts: DumpReader['facts'];
}

/** Reads a dump that comes in pieces of these sizes, again and again. */
async function read(dump: string | Buffer, sizes: readonly number[] = [65_536]): Promise<Read> {
  const bytes = Buffer.from(dump);
  async function* input(): AsyncIterable<Buffer> {
    for (let at = 0, n = 0; at < bytes.length; n++) {
      const size = sizes[n % sizes.length] as number;
      yield bytes.subarray(at, at + size);
      at += size;
    }
  }
  const reader = new DumpReader(input());
  const pieces: { kind: string; text: string; rows?: string }[] = [];
  for await (const piece of reader.pieces()) {
    if (piece.kind === 'command') pieces.push({ kind: 'command', text: piece.text });
    else if (piece.kind === 'statement') pieces.push({ kind: 'statement', text: piece.sql });
    else {
      const rows: Buffer[] = [];
      for await (const chunk of piece.rows) rows.push(chunk);
      pieces.push({ kind: 'copy', text: piece.sql, rows: Buffer.concat(rows).toString() });
    }
  }
  return { pieces, facts: reader.facts };
}

const statements = async (dump: string, sizes?: number[]) => (await read(dump, sizes)).pieces.map(({ text }) => text);

test('statements end at their semicolons, and not at those in strings, comments, parentheses and bodies', async () => {
  const all = [
    `select 'a;b', 'it''s; \\';`,
    `select E'it\\'s; ''', U&'x;';`,
    `comment on table "odd;""name" is $$ ; $$;`,
    `do $tag$ begin; $$ ; $$ end; $tag$;`,
    `/* ; /* nested ; */ */ select 1 -- ; not here\n;`,
    `create rule r as on insert to t do also (select 1; select 2);`,
    `CREATE FUNCTION public.f() RETURNS integer\n    LANGUAGE sql\n    BEGIN ATOMIC\n SELECT CASE WHEN true THEN 1 ELSE 2 END;\n SELECT 2;\nEND;`,
    `create or replace procedure public.p() begin atomic; select 1; end;`,
    `begin;`,
    `select 'ünï — 日本 ; 🔥' as "größe;";`,
    `end;`,
  ];
  expect(await statements(all.join('\n'))).toEqual(all.map((text) => text.replace(/^\/\*.*\*\/ /, '')));
});

test('rows are passed on as they are; a line of \\. ends them, and nothing that only looks like it', async () => {
  const rows = 'a\\\\.\tb\n\\N\tx\\.\n;\t--\n';
  const { pieces } = await read(`COPY public.t (a, b) FROM stdin;\n${rows}\\.\n\nselect 1;\n\\unrestrict x\n`, [1]);
  expect(pieces).toEqual([
    { kind: 'copy', text: 'COPY public.t (a, b) FROM stdin;', rows },
    { kind: 'statement', text: 'select 1;' },
    { kind: 'command', text: '\\unrestrict x' },
  ]);
});

test('a table without rows is read, and rows that are not read are skipped', async () => {
  const reader = new DumpReader(
    (async function* () {
      yield Buffer.from('COPY a (b) FROM stdin;\n\\.\nCOPY c (d) FROM stdin;\n1\n2\n\\.\nselect 1;');
    })(),
  );
  const kinds: string[] = [];
  for await (const { kind } of reader.pieces()) kinds.push(kind);
  expect(kinds).toEqual(['copy', 'copy', 'statement']);
});

test('rows follow a COPY from stdin, and no other statement that has these words', async () => {
  const all = [
    `copy (select 'from stdin') to stdout;`,
    `copy t from '/tmp/from stdin';`,
    `insert into t values ('copy t from stdin;');`,
    `comment on table t is 'copy t from stdin';`,
  ];
  expect(await statements(all.join('\n'))).toEqual(all);
  const { pieces } = await read(`copy "from" ("stdin") from stdin with (freeze);\n1\n\\.\n`);
  expect(pieces).toEqual([{ kind: 'copy', text: 'copy "from" ("stdin") from stdin with (freeze);', rows: '1\n' }]);
});

test('the versions and the end of a dump are read from its comments', async () => {
  const { facts } = await read(await plainDump());
  expect(facts).toEqual({
    server: '15.20 (Debian 15.20-0+deb12u1)',
    program: '15.20 (Debian 15.20-0+deb12u1)',
    complete: true,
  });
});

test.each([
  ['between two statements', (dump: string) => dump.slice(0, dump.indexOf('-- Name: idx_')), false],
  [
    'within its rows',
    (dump: string) => dump.slice(0, dump.indexOf('\\.\n', dump.indexOf('COPY public.videos')) - 40),
    true,
  ],
  ['within a statement', (dump: string) => dump.slice(0, dump.indexOf('CREATE TABLE public.videos') + 60), true],
])('a dump that ends %s is not complete', async (_, cut, throws) => {
  const reading = read(cut(await plainDump()));
  if (throws) await expect(reading).rejects.toThrow(expect.objectContaining({ name: 'TruncatedDump' }));
  else expect((await reading).facts.complete).toBe(false);
});

test('however the bytes come in, what is read is the same', async () => {
  const dump = (await plainDump()).replace(/COPY public\.transcript_chunks[\s\S]*?\\\.\n/, '');
  const whole = await read(dump);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 6 }), async (sizes) => {
      expect(await read(dump, [...sizes, 300])).toEqual(whole);
    }),
    { numRuns: 15 },
  );
});
