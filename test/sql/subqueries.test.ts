import { beforeAll, expect, test } from '@jest/globals';
import { loadParser } from '../../src/sql/references.ts';
import { hasSubquery, withoutCallSubqueries } from '../../src/sql/subqueries.ts';

beforeAll(() => loadParser());

test.each([
  ['(user_id = ( SELECT auth.uid() AS uid))', '(user_id = auth.uid())'],
  [
    '(( SELECT a.f() AS f) OR (x = ( SELECT a."G"(\'é)\'::text, b.h(1)) AS "G")))',
    '(a.f() OR (x = a."G"(\'é)\'::text, b.h(1))))',
  ],
  [
    "(( SELECT a.f('AS (') AS f) = ANY (ARRAY['( SELECT a.f() AS f)'::text]))",
    "(a.f('AS (') = ANY (ARRAY['( SELECT a.f() AS f)'::text]))",
  ],
])('%s calls without a subquery', (expression, expected) => {
  expect(withoutCallSubqueries(expression)).toBe(expected);
  expect(hasSubquery(expected)).toBe(false);
});

test.each([
  '(EXISTS ( SELECT 1 FROM a.b WHERE (b.id = c)))',
  '(x = ( SELECT a.f() AS f FROM a.b))',
  '(x = ( SELECT a.f() AS f LIMIT 1))',
  '(x = ( SELECT a.f(( SELECT max(b.id) AS max FROM a.b)) AS f))',
  '(x IN ( SELECT a.f() AS f))',
  '(x = ( SELECT 1))',
])('%s stays as it is, with its subquery', (expression) => {
  expect(withoutCallSubqueries(expression)).toBe(expression);
  expect(hasSubquery(expression)).toBe(true);
});

test('a column or string that is called select is no subquery', () => {
  expect(hasSubquery(`("SELECT" = 'SELECT 1'::text)`)).toBe(false);
});
