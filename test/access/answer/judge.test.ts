import { expect, test } from '@jest/globals';
import { judgeCells } from '../../../src/access/answer/judge.ts';
import type { Cell, ColumnGrants, Outcome } from '../../../src/access/model.ts';

const persona = { name: 'me', role: 'user', settings: {} };
const cell = (outcome: Outcome, changes: Partial<Cell> = {}): Cell => ({
  table: 'app.notes',
  row: 'any',
  persona: 'me',
  command: 'select',
  outcome,
  statement: 'select 1',
  ...changes,
});
const grant = (granted: readonly string[]): ColumnGrants => ({
  role: 'user',
  table: 'app.notes',
  command: 'select',
  columns: ['id', 'text'],
  granted,
});

function judged(letters: string, one: Cell, columns: readonly ColumnGrants[] = [grant(['id', 'text'])], missing = 0) {
  const rows = Array.from({ length: missing }, () => ({ table: 'app.notes', row: '', reason: '', statement: '' }));
  const spec = { 'app.notes': { any: { me: letters } } };
  const [only] = judgeCells({ cells: [one], columns, missing: rows }, spec, [persona]);
  return { expected: only?.expected, verdict: only?.verdict };
}

test('a cell holds when the server did what is declared', () => {
  expect(judged('S', cell('allowed'))).toEqual({ expected: 'allowed', verdict: 'holds' });
  expect(judged('—', cell('filtered'))).toEqual({ expected: 'denied', verdict: 'holds' });
  expect(judged('—', cell('no grant'))).toEqual({ expected: 'denied', verdict: 'holds' });
  expect(judged('!S(P0001)', cell('refused', { state: 'P0001' }))).toEqual({
    expected: 'refused with P0001',
    verdict: 'holds',
  });
});

test('a cell deviates when more or less was allowed, when it failed, and when nobody declared it', () => {
  expect(judged('—', cell('allowed')).verdict).toBe('deviates');
  expect(judged('S', cell('filtered')).verdict).toBe('deviates');
  expect(judged('—', cell('error')).verdict).toBe('deviates');
  expect(judged('!S(P0001)', cell('refused', { state: 'P0002' })).verdict).toBe('deviates');
  expect(judged('S', cell('allowed', { row: 'other' }))).toEqual({ expected: 'not declared', verdict: 'deviates' });
});

test('a cell deviates when its role may name other columns than those that are declared', () => {
  expect(judged('S(id)', cell('allowed'), [grant(['id'])])).toEqual({ expected: 'allowed on id', verdict: 'holds' });
  expect(judged('S(id)', cell('allowed'), [grant(['id', 'text'])]).verdict).toBe('deviates');
  expect(judged('S', cell('allowed'), [grant(['id'])]).verdict).toBe('deviates');
});

test('a cell that was not probed is not evaluated, and so is one whose columns nobody knows', () => {
  expect(judged('S', cell('not evaluated')).verdict).toBe('not evaluated');
  expect(judged('S', cell('allowed'), []).verdict).toBe('not evaluated');
});

test('that somebody stays out says nothing while rows of the world are missing; that somebody gets in does', () => {
  expect(judged('S', cell('filtered'), undefined, 1).verdict).toBe('not evaluated');
  expect(judged('—', cell('allowed'), undefined, 1).verdict).toBe('deviates');
});
