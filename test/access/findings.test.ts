// One finding is told once: a role that bypasses row security is not told again for each row that it sees.
import { expect, test } from '@jest/globals';
import { compareAll } from '../../src/access/findings.ts';
import type { Cell, Persona } from '../../src/access/model.ts';
import type { Probes } from '../../src/access/probe.ts';
import type { TableHole } from '../../src/access/sets/probe-sets.ts';
import type { Subject } from '../../src/access/subject.ts';
import type { Relation } from '../../src/catalog/relations.ts';

const personas: Persona[] = [
  { name: 'staff', role: 'open', settings: {} },
  { name: 'bob', role: 'client', settings: {} },
];
const cell = { table: 'app.notes', row: 'any', command: 'select', statement: 'select' } as const;
const cells: Cell[] = personas.map(({ name }) => ({ ...cell, persona: name, outcome: 'allowed' }));
const row = { id: '1 (0,1)', row: 'any', stored: {}, where: 'id = 1', before: [], variant: { changes: { id: '2' } } };
const holes = personas.map(
  (persona): TableHole => ({ ...cell, row, caller: { ...persona, kind: 'persona' }, statement: 'select' }),
);
const probes: Probes = {
  cells,
  columns: [],
  functions: [],
  privileges: [],
  missing: [],
  free: [],
  sets: { holes, tellings: [], coverage: [], failed: [], asked: 2 },
};
const subject = {
  relations: [{ id: 'app.notes', sql: 'app.notes', kind: 'table', rowSecurity: true } as Relation],
  functions: [],
  catalog: { roles: [{ name: 'open', superuser: false, bypassRowSecurity: true }] },
} as unknown as Subject;
const access = { 'app.notes': { any: { staff: '—', bob: '—' } } };
const whereOf = (known: Record<string, string>): string[] =>
  compareAll(probes, subject, { access, functions: {}, known }, personas).deviations.map(({ where }) => where);

test('a role that nobody declared to bypass row security is not told for each row, and others are', () => {
  expect(whereOf({})).toEqual(['bob · select · app.notes (any)', 'bob · select · app.notes (any, with id = 2)']);
});

test.each(['role open bypassrls', 'role open superuser'])(
  'once it is declared as %s, each row that it sees is told',
  (line) => {
    expect(whereOf({ [line]: 'a reason' })).toEqual([
      'staff, bob · select · app.notes (any)',
      'staff, bob · select · app.notes (any, with id = 2)',
    ]);
  },
);
