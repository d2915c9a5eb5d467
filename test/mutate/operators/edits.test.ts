import { beforeAll, expect, test } from '@jest/globals';
import { editsOf } from '../../../src/mutate/operators/edits/all.ts';
import {
  CONDITION,
  fromBytes,
  parsedCode,
  STATEMENT,
  toBytes,
  VALUE,
} from '../../../src/mutate/operators/edits/code.ts';
import { described } from '../../../src/mutate/operators/edits/described.ts';
import { applied } from '../../../src/mutate/operators/edits/edit.ts';
import { loadParser } from '../../../src/sql/references.ts';

beforeAll(loadParser);

/** The texts that one operator makes of a text. */
function made(operator: string, text: string, prefix: string = CONDITION): string[] {
  const code = parsedCode(toBytes(text), prefix);
  return editsOf(code, new Map([['open', 'closed']]))
    .filter((edit) => edit.operator === operator)
    .map((edit) => fromBytes(applied(code.text, edit)));
}

test.each([
  ['a condition', CONDITION, 'a = 1', ['true']],
  ['one in parentheses', CONDITION, '((a = 1))', ['true']],
  ['WHERE', STATEMENT, 'delete from t where a and (b or c)', ['delete from t where true']],
  ['WHERE before ORDER BY', STATEMENT, 'select 1 from t where a order by b', ['select 1 from t where true order by b']],
  [
    'WHERE of a CTE',
    STATEMENT,
    'with s as (select 1 from t where a) select 2',
    ['with s as (select 1 from t where true) select 2'],
  ],
  ['ON', STATEMENT, 'select 1 from t join u on t.a = u.a and b', ['select 1 from t join u on true']],
  [
    'each ON of several joins',
    STATEMENT,
    'select 1 from t join u on t.a = u.a left join v on v.a',
    ['select 1 from t join u on true left join v on v.a', 'select 1 from t join u on t.a = u.a left join v on true'],
  ],
  [
    'WHERE on both sides of UNION',
    STATEMENT,
    'select 1 from t where a union select 2 from u where b',
    [
      'select 1 from t where true union select 2 from u where b',
      'select 1 from t where a union select 2 from u where true',
    ],
  ],
  ['HAVING', STATEMENT, 'select 1 from t having count(*) > 1', ['select 1 from t having true']],
  ['FILTER', STATEMENT, 'select count(*) filter (where a) from t', ['select count(*) filter (where true) from t']],
  ['WHEN', VALUE, 'case when a is distinct from b then 1 else 2 end', ['case when true then 1 else 2 end']],
  ['no WHEN of a CASE with an operand', VALUE, 'case a when 1 then 1 end', []],
  ['no constant', CONDITION, 'true', []],
  [
    'ON CONFLICT DO UPDATE',
    STATEMENT,
    'insert into t values (1) on conflict (a) where b do update set a = 1 where t.a',
    ['insert into t values (1) on conflict (a) where b do update set a = 1 where true'],
  ],
])('%s is made true', (_, prefix, text, expected) => {
  expect(made('condition-true', text, prefix)).toEqual(expected);
});

test.each([
  ['AND', 'a = 1 and b', ['true and b', 'a = 1 and true']],
  ['OR', 'a or (b)', ['false or (b)', 'a or (false)']],
  ['behind a letter of two bytes', "é = 'é' and b", ['true and b', "é = 'é' and true"]],
  ['with BETWEEN', 'a between 1 and 2 and b', ['true and b', 'a between 1 and 2 and true']],
  [
    'with parentheses of its own',
    '(a and b) and c',
    ['(true and b) and c', '(a and true) and c', '(a and b) and true'],
  ],
  [
    'with IS NOT DISTINCT FROM',
    'a is not distinct from b or f(a, b)',
    ['false or f(a, b)', 'a is not distinct from b or false'],
  ],
  [
    'with a subquery',
    'exists (select from t where c) or d::text = any (array[1])',
    ['false or d::text = any (array[1])', 'exists (select from t where c) or false'],
  ],
  ['with CASE', 'case when a then b end and c', ['true and c', 'case when a then b end and true']],
  ['with a comment', 'a /* and */ and b', ['true /* and */ and b', 'a /* and */ and true']],
])('each arm of %s is taken away', (_, text, expected) => {
  expect(made('arm-dropped', text)).toEqual(expected);
});

test.each([
  ['a = 1', ['a <> 1']],
  ['a <> 1', ['a = 1']],
  ['a != 1', ['a = 1']],
  ['a < 1', ['a <= 1']],
  ['a >= 1', ['a > 1']],
  ["a ~ 'x'", ["a !~ 'x'"]],
  ["a like 'x'", ["a not like 'x'"]],
  ['a in (1, 2)', ['a not in (1, 2)']],
  ['a = any ($1)', ['a <> any ($1)']],
  ['a is null', ['a is not null']],
  ['a is distinct from b', ['a is not distinct from b']],
  ['a between 1 and 2', ['a not between 1 and 2']],
  ['a + 1 is not null', []],
])('%s is compared otherwise', (text, expected) => {
  expect(made('comparison', text)).toEqual(expected);
});

test.each([
  ['and-to-or', 'a and b', ['a or b']],
  ['and-to-or', 'a between 1 and 2', []],
  ['or-to-and', 'a or b', ['a and b']],
  ['not-removed', 'not a', ['a']],
  ['not-removed', 'a is not null', ['a is null']],
  ['not-removed', 'a not in (1)', ['a in (1)']],
  ['not-removed', "a = 'not'", []],
])('%s in %s', (operator, text, expected) => {
  expect(made(operator, text)).toEqual(expected);
});

test.each([
  ['a number', 'a = 1', ['a = 2']],
  ['a number with a fraction', 'a = 2.5', ['a = (2.5 + 1)']],
  ['a text', "a = 'x'", ["a = 'x_'"]],
  ['a text with a quote', "a = 'x''y'", ["a = 'x''y_'"]],
  ['a label', "a = 'open'", ["a = 'closed'"]],
  ['true', 'a = true', ['a = false']],
  ['an interval', "a < '1 day'::interval", ["a < '1 day 1 second'::interval"]],
  ['an interval of hours', "a < interval '24:00:00'", ["a < interval '24:00:01'"]],
  ['a uuid', "a = '00000000-0000-0000-0000-000000000000'::uuid", ["a = '00000000-0000-0000-0000-000000000001'::uuid"]],
  ['no modifier of a type', 'a::numeric(4, 2) > b', []],
  ['no name of an object', "a = 'app.t'::regclass", []],
  ['nothing that EXISTS reads', 'exists (select 1 from t)', []],
])('of constants, %s is moved', (_, text, expected) => {
  expect(made('constant', text)).toEqual(expected);
});

test('a description is of the line, so that other lines do not change it', () => {
  const line = "where é = 'é' and b";
  const told = ['', '-- another\n'].map((before) => {
    const text = toBytes(`${before}select 1 from t\n${line}\norder by c`);
    const [edit] = editsOf(parsedCode(text, STATEMENT), new Map()).filter(({ operator }) => operator === 'comparison');
    return edit && described(text, edit);
  });
  expect(told).toEqual(Array(2).fill("where é = 'é' and b → where é <> 'é' and b"));
});
