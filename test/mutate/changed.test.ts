import { expect, test } from '@jest/globals';
import { isOfChanged } from '../../src/mutate/changed.ts';
import { compare } from '../../src/structure/compare.ts';
import { parse } from '../../src/structure/text.ts';
import { mutant } from './support.ts';

const page = (...lines: string[]) =>
  parse(['# Page', '', '## Schema app', '', '```', ...lines, '```', ''].join('\n')) ?? [];
const changes = (before: string[], after: string[]) => isOfChanged(compare(page(...before), page(...after)));

const table = ['table app.notes: row level security', '  column id: uuid'];
const policy = '  policy "Users can view": for select; to public; using (true)';
const ofPolicy = mutant({ object: 'app.notes "Users can view"', sql: 'drop policy "Users can view" on app.notes;' });
const ofOther = mutant({ object: 'app.notes "Others"', sql: 'drop policy "Others" on app.notes;' });
const ofGrant = mutant({ object: 'app.notes', sql: 'grant select on app.notes to anon;' });

test('of a new policy its own mutants are asked for, and not those of its table', () => {
  const isChanged = changes(table, [...table, policy]);
  expect([ofPolicy, ofOther, ofGrant].map(isChanged)).toEqual([true, false, false]);
});

test('of a new table everything is', () => {
  const isChanged = changes([], [...table, policy]);
  expect([ofPolicy, ofOther, ofGrant].map(isChanged)).toEqual([true, true, true]);
});

test('of a changed grant the grants are', () => {
  const isChanged = changes(table, [...table, '  grant to anon: SELECT']);
  expect([ofPolicy, ofOther, ofGrant].map(isChanged)).toEqual([false, false, true]);
});

test('of a changed function its mutants are, and none where nothing changed', () => {
  const ofFunction = mutant({
    object: 'app.me()',
    concerns: ['app.me()', 'app.notes'],
    sql: 'alter function app.me() …',
  });
  const [before, after] = [['function app.me(): language sql; body 1'], ['function app.me(): language sql; body 2']];
  expect([ofFunction, ofPolicy].map(changes(before, after))).toEqual([true, false]);
  expect(changes(before, before)(ofFunction)).toBe(false);
});
