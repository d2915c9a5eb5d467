import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nestedStatementIn } from '../../../src/rehearsal/locks/nested-statements.ts';
import { headOf } from '../../../src/rehearsal/locks/split-migration.ts';
import { migration } from './support.ts';

const texts = async (sql: string): Promise<string[]> => (await migration(sql)).statements.map((one) => one.sql);

test('semicolons in quotes, dollar quotes, nested comments and bodies of SQL end no statement', async () => {
  const sql = `
    -- one; comment
    select 'a;\\'; /* two /* nested; */ ; */
    do $x$ begin perform 1; perform 'é;'; end $x$;;
    create function f() returns int language sql begin atomic select 1; select 2; end;
    select ";" from (values (1)) v (";")`;
  expect(await texts(sql)).toEqual([
    `select 'a;\\'`,
    `do $x$ begin perform 1; perform 'é;'; end $x$`,
    'create function f() returns int language sql begin atomic select 1; select 2; end',
    'select ";" from (values (1)) v (";")',
  ]);
});

test('statements are given as they are written, in their order, whatever is between them', async () => {
  const literal = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
  const statement = literal.map((text) => `select '${text.replaceAll("'", "''")}' as "ü"`);
  const between = fc.constantFrom(';', ';;\n', '; -- ; é\n', ';/* ; /* ; */ ü */');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(statement, between), { minLength: 1 }), async (pieces) => {
      expect(await texts(pieces.flat().join(''))).toEqual(pieces.map(([sql]) => sql));
    }),
  );
});

test('statements are numbered from one', async () => {
  expect((await migration('select 1; select 2')).statements.map(({ number }) => number)).toEqual([1, 2]);
});

test('text that is not SQL is refused with the name of the migration', async () => {
  await expect(migration('selec 1')).rejects.toThrow('000001-tested.sql cannot be split into statements: syntax');
});

test('a head is one line of at most 90 characters', () => {
  expect(headOf('alter table a\n  add b int')).toBe('alter table a add b int');
  expect(headOf('x'.repeat(1_000))).toHaveLength(90);
});

test('a notice of auto_explain is read as a statement, and no other notice is', () => {
  expect(nestedStatementIn('relation "a" does not exist, skipping')).toBeUndefined();
  expect(nestedStatementIn('duration: 12.5 ms  plan:\n{ "Query Text": "select 1", "Plan": {} }')).toEqual({
    sql: 'select 1',
    head: 'select 1',
    ms: 12.5,
  });
});
