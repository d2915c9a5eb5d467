import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inclusionsOf, readCommitted } from '../../src/migrations/committed.ts';
import { flattened, type IncludedSection, includedSections } from '../../src/migrations/included.ts';

const HEADER = '--! Previous: -\n--! Hash: sha1:0\n--! Message: x\n\n';
const included = (name: string, text: string): string => `--! Included ${name}\n${text}\n--! EndIncluded ${name}\n`;

test('a section has the name of its file, its text, and where that is, whatever the text holds', () => {
  const body = "do $any$\nbegin raise notice '--! Included b.sql'; end\n$any$;";
  const sql = `${HEADER}select 1;\n${included('a/b.sql', body)}select 2;\n${included('c.sql', 'select 3;')}`;
  const sections = includedSections(sql, 'x.sql');
  expect(sections.map(({ name, text }) => [name, text])).toEqual([
    ['a/b.sql', `${body}\n`],
    ['c.sql', 'select 3;\n'],
  ]);
  for (const { text, start, end } of sections) expect(sql.slice(start, end)).toBe(text);
});

test.each([
  [
    'one without an end',
    '--! Included a.sql\nselect 1;',
    'x.sql: a.sql is included, and the end of the include is missing',
  ],
  [
    'an end without a beginning',
    'select 1;\n--! EndIncluded a.sql',
    'x.sql, line 2: this ends an include that was not opened',
  ],
  [
    'one that ends after the one around it',
    '--! Included a.sql\n--! Included b.sql\n--! EndIncluded a.sql\n--! EndIncluded b.sql',
    'x.sql, line 3: this is inside of b.sql, whose include has to end first',
  ],
  [
    'an include that is not written out',
    '--!include a.sql',
    'graphile-migrate does not write such a mark: --!include a.sql',
  ],
  ['a mark that nobody knows', '--! Includes a.sql', 'graphile-migrate does not write such a mark: '],
])('marks are refused by name: %s', (_, sql, message) => {
  expect(() => includedSections(sql, 'x.sql')).toThrow(message);
});

test('whatever includes what, the sections are read as they were put together', () => {
  interface Tree {
    readonly name: string;
    readonly inner: readonly Tree[];
  }
  const name = fc.stringMatching(/^[a-z]{1,3}\/[a-z]{1,3}\.sql$/);
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      fc.record({ name, inner: fc.constant([]) }),
      fc.record({ name, inner: fc.array(tie('tree'), { maxLength: 3 }) }),
    ),
  }));
  const write = ({ name, inner }: Tree): string =>
    included(name, ['select 1;', ...inner.map(write), 'select 2;'].join('\n'));
  const shape = (sections: readonly IncludedSection[]): Tree[] =>
    sections.map(({ name, sections: inner }) => ({ name, inner: shape(inner) }));
  fc.assert(
    fc.property(fc.array(tree, { maxLength: 4 }), (trees) => {
      const sql = HEADER + trees.map(write).join('\n');
      const sections = includedSections(sql, 'x.sql');
      expect(shape(sections)).toEqual(trees);
      for (const { text, start, end } of flattened(sections)) expect(sql.slice(start, end)).toBe(text);
    }),
  );
});

test('the committed migrations of this repository are read, and say where a fixture is included', async () => {
  const migrations = await readCommitted();
  expect(migrations.map(({ name }) => name)).toEqual(migrations.map((_, at) => `00000${at + 1}.sql`));
  expect(migrations.every(({ previous }, at) => previous === (migrations[at - 1]?.hash ?? null))).toBe(true);
  expect(inclusionsOf('carry/videos.sql', migrations)).toHaveLength(1);
});
