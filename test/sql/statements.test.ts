import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseStatements } from '../../src/sql/statements.ts';

const pieces = [
  'select 1',
  "select ';' as semicolon",
  'do $body$ begin perform 1; end $body$',
  'create function f() returns int language sql begin atomic select 1; end',
  "select '\\' as backslash",
  'select "a;b" from t -- ; not the end\n',
  '/* ; /* nested ; */ */ select 2',
  "select 'é – ü 漢字 🙂'",
];

test('a text is cut where PostgreSQL cuts it, whatever holds a semicolon', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 }), async (statements) => {
      const text = statements.join(';\n');
      const parsed = await parseStatements(text);
      expect(parsed).toHaveLength(statements.length);
      for (const { sql, start, end } of parsed) expect(text.slice(start, end)).toBe(sql);
    }),
  );
});

test('a statement has its parse tree', async () => {
  const [first] = await parseStatements('lock table a.b in exclusive mode');
  expect(Object.keys(first?.tree ?? {})).toEqual(['LockStmt']);
});

test('a text that is not SQL is refused', async () => {
  await expect(parseStatements('selec 1')).rejects.toThrow('syntax error');
});
