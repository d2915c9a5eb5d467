import { expect, test } from '@jest/globals';
import { parse } from 'libpg-query';
import { nameAt } from '../../src/sql/qualified-names.ts';
import { quoteIdentifier, quoteLiteral, unquoteIdentifier } from '../../src/sql/quote.ts';
import { heading, tokensIn } from '../../src/sql/tokens.ts';
import { nodesOfType, stringOf } from '../../src/sql/tree.ts';

const TEXTS = [
  'plain',
  'Upper',
  'a"b',
  '""',
  "it's",
  "''",
  'a.b',
  '\\',
  "\\'",
  'a\\b\'"',
  '$$',
  '--',
  '/*',
  'ä',
  'select',
];

test.each(TEXTS)('%s as an identifier is one name, for the tokenizer and for PostgreSQL’s parser', async (text) => {
  const written = quoteIdentifier(text);
  const tokens = [...tokensIn(written)];
  expect(tokens).toEqual([{ kind: 'name', start: 0, end: written.length }]);
  expect(unquoteIdentifier(written)).toBe(text);
  expect(tokens.map((token) => nameAt(written, token))).toEqual([text]);
  expect(heading(written, 2)).toEqual([{ kind: 'name', text }]);
  const columns = [...nodesOfType(await parse(`select ${written}`), 'ColumnRef')];
  expect(columns.map(({ fields }) => (fields as unknown[]).map(stringOf))).toEqual([[text]]);
});

test.each(TEXTS)('%s as a literal is one string, for the tokenizer and for PostgreSQL’s parser', async (text) => {
  const written = quoteLiteral(text);
  expect([...tokensIn(written)].filter(({ kind }) => kind !== 'blank')).toMatchObject([
    { kind: 'string', end: written.length },
  ]);
  const constants = [...nodesOfType(await parse(`select ${written}`), 'A_Const')];
  expect(constants).toMatchObject([{ sval: { sval: text } }]);
});

test('a backslash ends no string but in one that begins with E', () => {
  const strings = (sql: string): string[] =>
    [...tokensIn(sql)].filter(({ kind }) => kind === 'string').map(({ start, end }) => sql.slice(start, end));
  expect(strings(String.raw`select '\' as a; delete from x where b = ''`)).toEqual([String.raw`'\'`, "''"]);
  expect(strings(String.raw`select E'\' as a' , 'c'`)).toEqual([String.raw`E'\' as a'`, "'c'"]);
});
