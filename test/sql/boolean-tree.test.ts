import { expect, test } from '@jest/globals';
import { alternativesIn, type BooleanTree, booleanTree, nodesOf } from '../../src/sql/boolean-tree.ts';

const shape = (tree: BooleanTree): unknown =>
  tree.kind === 'leaf' ? tree.text : { [tree.kind]: tree.arms.map(shape) };

test.each<[string, unknown]>([
  ['true', '(true)'],
  ['(user_id = ( SELECT auth.uid() AS uid))', '(user_id = ( SELECT auth.uid() AS uid))'],
  [
    '((user_id = ( SELECT auth.uid() AS uid)) OR (title IS NULL))',
    { or: ['(user_id = ( SELECT auth.uid() AS uid))', '(title IS NULL)'] },
  ],
  ['(((a = 1) AND (b = 2)) OR (NOT c))', { or: [{ and: ['(a = 1)', '(b = 2)'] }, { not: ['(c)'] }] }],
  ['( SELECT private.is_admin() AS is_admin)', '(( SELECT private.is_admin() AS is_admin))'],
  ["(title = ' OR ''x'' AND (')", "(title = ' OR ''x'' AND (')"],
  ['CASE WHEN (a AND b) THEN c OR d ELSE false END', '(CASE WHEN (a AND b) THEN c OR d ELSE false END)'],
  ['("or" AND "and)")', { and: ['("or")', '("and)")'] }],
  ['(ROW(a, b) = ROW(c, d))', '(ROW(a, b) = ROW(c, d))'],
  [
    '(EXISTS ( SELECT 1\n   FROM t\n  WHERE ((t.a = b) OR (t.c AND t.d))))',
    '(EXISTS ( SELECT 1\n   FROM t\n  WHERE ((t.a = b) OR (t.c AND t.d))))',
  ],
  ['a AND (b OR c) AND d', { and: ['(a)', { or: ['(b)', '(c)'] }, '(d)'] }],
])('%s', (condition, expected) => {
  expect(shape(booleanTree(condition))).toEqual(expected);
});

test('a node stands before the nodes below it', () => {
  expect(nodesOf(booleanTree('a OR (b AND c)')).map(({ kind }) => kind)).toEqual(['or', 'leaf', 'and', 'leaf', 'leaf']);
});

test.each([
  ['no subquery', '((a = 1) OR (b = 2))', []],
  ['a subquery without OR', '(EXISTS ( SELECT 1 FROM t WHERE ((a = 1) AND (b = 2))))', []],
  [
    'an OR in a subquery',
    '(EXISTS ( SELECT 1 FROM t WHERE ((t.a = 1) OR (t.b = 2))))',
    ['(EXISTS ( SELECT 1 FROM t WHERE (t.a = 1)))', '(EXISTS ( SELECT 1 FROM t WHERE (t.b = 2)))'],
  ],
  [
    'an OR below an AND, and words in quotes that are none',
    `(x IN ( SELECT y FROM t WHERE ((c = ' or (') AND ((a) OR (b)))))`,
    [
      `(x IN ( SELECT y FROM t WHERE ((c = ' or (') AND (a))))`,
      `(x IN ( SELECT y FROM t WHERE ((c = ' or (') AND (b))))`,
    ],
  ],
])('of %s, each alternative stands alone in the place of its OR', (_, condition, expected) => {
  expect(alternativesIn(condition).map((text) => text.replaceAll(/\s+/g, ' '))).toEqual(expected);
});
