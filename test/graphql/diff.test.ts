// Changes of a schema are told by what they mean, those that break clients first.
import { expect, test } from '@jest/globals';
import { diffSchemas } from '../../src/graphql/diff.ts';

const BEFORE = 'type Query { a: Int b(x: Int): Int kind: Kind } enum Kind { OLD }';

test('breaking, dangerous and harmless changes, in this order', async () => {
  const after = '"Now described" type Query { b(x: Int, y: Int): Int c: Int kind: Kind } enum Kind { NEW OLD }';
  const changes = await diffSchemas(BEFORE, after);
  expect(changes.map(({ criticality, path }) => [criticality, path])).toEqual([
    ['BREAKING', 'Query.a'],
    ['DANGEROUS', 'Kind.NEW'],
    ['DANGEROUS', 'Query.b.y'],
    ['NON_BREAKING', 'Query'],
    ['NON_BREAKING', 'Query.c'],
  ]);
  expect(changes[0]?.message).toBe("Field 'a' was removed from object type 'Query'");
});

test('no schema before, the same text, and another order of the same things are no change', async () => {
  expect(await diffSchemas(undefined, BEFORE)).toEqual([]);
  expect(await diffSchemas(BEFORE, BEFORE)).toEqual([]);
  expect(await diffSchemas(BEFORE, 'enum Kind { OLD } type Query { kind: Kind b(x: Int): Int a: Int }')).toEqual([]);
});

test('a text that is no schema says which of the two', async () => {
  await expect(diffSchemas('type {', BEFORE)).rejects.toThrow('The schema before the change cannot be parsed');
});
