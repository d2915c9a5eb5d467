import { expect, test } from '@jest/globals';
import { compareAccess } from '../../src/access/compare.ts';
import { type AccessSpec, type Cell, COMMANDS, type Outcome } from '../../src/access/model.ts';
import { ALL_COLUMNS, parseLetters } from '../../src/access/spec.ts';
import type { Relation } from '../../src/catalog/relations.ts';

const persona = { name: 'owner', role: 'authenticated', settings: { claim: 'me' } };
const notes = { id: 'app.notes', sql: 'app.notes', kind: 'table', partitionOf: null, rowSecurity: true } as Relation;

function cells(outcomes: Partial<Record<Cell['command'], Outcome>>, row = 'any'): Cell[] {
  return COMMANDS.map((command) => ({
    table: 'app.notes',
    row,
    persona: 'owner',
    command,
    outcome: outcomes[command] ?? 'no grant',
    statement: `${command} something`,
  }));
}

function compare(spec: AccessSpec, proved: Cell[], relations: Relation[] = [notes]) {
  return compareAccess({ cells: proved, missing: [] }, spec, [persona], relations);
}

test('what is declared and proved alike holds', () => {
  expect(compare({ 'app.notes': { any: { owner: 'S' } } }, cells({ select: 'allowed' }))).toEqual({
    deviations: [],
    notEvaluated: [],
  });
});

test('what is allowed and not declared deviates, with the statement that shows it as that persona', () => {
  const { deviations } = compare(
    { 'app.notes': { any: { owner: 'S' } } },
    cells({ select: 'allowed', delete: 'allowed' }),
  );
  expect(deviations).toMatchObject([
    { where: 'owner · delete · app.notes (any)', expected: 'denied', seen: 'allowed' },
  ]);
  expect(deviations[0]?.evidence).toContain('set local role "authenticated";');
  expect(deviations[0]?.evidence).toContain('delete something;');
});

test.each(['filtered', 'no grant', 'policy violation'] as const)('what is declared and %s deviates', (outcome) => {
  const { deviations } = compare({ 'app.notes': { any: { owner: 'S' } } }, cells({ select: outcome }));
  expect(deviations).toMatchObject([{ where: 'owner · select · app.notes (any)', expected: 'allowed', seen: outcome }]);
});

test('an error deviates even where nothing is allowed', () => {
  expect(compare({ 'app.notes': { any: { owner: '—' } } }, cells({ select: 'error' })).deviations).toHaveLength(1);
});

test('what was not evaluated is told apart, and is never a pass', () => {
  const { deviations, notEvaluated } = compare(
    { 'app.notes': { any: { owner: '—' } } },
    cells({ select: 'not evaluated' }),
  );
  expect([deviations.length, notEvaluated.length]).toEqual([0, 1]);
});

test('a table without a line deviates, and says who may do what', () => {
  const { deviations } = compare({}, cells({ select: 'allowed', update: 'allowed' }), [
    { ...notes, rowSecurity: false },
  ]);
  expect(deviations).toMatchObject([
    { where: 'app.notes', seen: 'none, and row level security is off; owner may select, update' },
  ]);
});

test('a line without a table deviates', () => {
  const { deviations } = compare({ 'app.gone': { any: { owner: 'S' } } }, [], []);
  expect(deviations).toMatchObject([{ where: 'app.gone (any)', seen: 'there is no such table' }]);
});

test('a line whose class of rows was never probed deviates', () => {
  const spec = { 'app.notes': { any: { owner: '—' }, public: { owner: '—' } } };
  expect(compare(spec, cells({})).deviations).toMatchObject([
    { where: 'app.notes (public)', seen: 'no row of this class was probed as owner' },
  ]);
});

test('a probed class of rows without a line deviates', () => {
  expect(compare({ 'app.notes': {} }, cells({})).deviations.map(({ expected }) => expected)).toContain(
    'a line in the access spec',
  );
});

test('a row that could not be seeded deviates', () => {
  const missing = [{ table: 'app.notes', row: 'any', reason: 'no such column', statement: 'insert' }];
  const { deviations } = compareAccess({ cells: [], missing }, {}, [persona], []);
  expect(deviations).toMatchObject([{ where: 'app.notes (any)', seen: 'no such column' }]);
});

test('letters are read in any order, and anything else is refused', () => {
  const none = new Map();
  expect(parseLetters('S D I U')).toEqual({
    commands: new Map(COMMANDS.map((command) => [command, ALL_COLUMNS])),
    refusals: none,
  });
  expect(parseLetters('—')).toEqual({ commands: none, refusals: none });
  expect(parseLetters('S !D(P0001)')).toEqual({
    commands: new Map([['select', ALL_COLUMNS]]),
    refusals: new Map([['delete', 'P0001']]),
  });
  expect(parseLetters('D !D(P0001)')).toBeUndefined();
  expect(parseLetters('!D')).toBeUndefined();
  expect(parseLetters('S X')).toBeUndefined();
  expect(parseLetters('')).toBeUndefined();
});
