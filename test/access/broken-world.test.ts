import { expect, test } from '@jest/globals';
import { compareAccess } from '../../src/access/compare.ts';
import { compareSets } from '../../src/access/compare-sets.ts';
import { missingRows } from '../../src/access/compare-world.ts';
import { AccessError } from '../../src/access/error.ts';
import type { Cell } from '../../src/access/model.ts';
import { insertStatement } from '../../src/access/statements.ts';
import type { Relation } from '../../src/catalog/relations.ts';
import { UserError } from '../../src/errors.ts';

const refused = (row: string) => ({
  table: 'app.people',
  row,
  reason: 'Only staff may sign up.',
  statement: `insert into app.people values ('${row}')`,
  refusedBy: 'function app.check()',
});
const follows = { table: 'app.notes', row: 'own', reason: 'no parent', statement: 'insert', follows: true as const };

test('what refuses rows of the world is told once, with how many are missing for it', () => {
  const [told, ...others] = missingRows([refused('ann'), refused('bob'), follows]);
  expect(others).toEqual([]);
  expect(told).toMatchObject({
    where: 'app.people',
    seen: 'adding one fails for everybody, in function app.check(): Only staff may sign up. (2 rows of the world are missing for it; 1 that follow from such rows are missing, too)',
  });
});

test('a row with a column that its table does not have is an error for people, not a defect', () => {
  const people = { id: 'app.people', sql: 'app.people', columns: [] } as unknown as Relation;
  expect(() => insertStatement(people, { nick: 'ann' })).toThrow(
    new AccessError('app.people has no column "nick". Correct its rows in `world` of the configuration.'),
  );
  expect(new AccessError('')).toBeInstanceOf(UserError);
});

test('two reasons are told apart', () => {
  expect(missingRows([refused('ann'), { ...refused('bob'), reason: 'No room.' }])).toHaveLength(2);
});

test('as long as rows are missing, only what is open is told, and the rest is counted', () => {
  const cell = { table: 'app.notes', row: 'any', persona: 'ann', statement: 'statement' };
  const cells: Cell[] = [
    { ...cell, command: 'select', outcome: 'filtered' },
    { ...cell, command: 'delete', outcome: 'allowed' },
  ];
  const notes = { id: 'app.notes', sql: 'app.notes', kind: 'table', rowSecurity: true } as Relation;
  const spec = { 'app.notes': { any: { ann: 'S' }, own: { ann: 'S' } } };
  const { deviations, notEvaluated } = compareAccess({ cells, missing: [follows] }, spec, [], [notes]);
  expect(deviations.map(({ where }) => where)).toEqual(['app.notes (own)', 'ann · delete · app.notes (any)']);
  expect(notEvaluated.map(({ where }) => where)).toEqual(['cells in which less was allowed than is declared (1)']);
});

test('conditions that the missing rows leave open are counted', () => {
  const node = { table: 'app.notes', policy: 'own', clause: 'using', node: 'mine', concerned: true } as const;
  const coverage = [{ ...node, wasTrue: false, wasFalse: true, wasAlone: undefined }];
  const sets = { holes: [], tellings: [], coverage, failed: [], asked: 1 };
  const whereOf = (missing: (typeof follows)[]): string[] =>
    compareSets(sets, new Set(), {}, missing).notEvaluated.map(({ where }) => where);
  expect(whereOf([])).toEqual(['policy “own” on app.notes, using mine']);
  expect(whereOf([follows])).toEqual(['conditions of policies that were not both true and false (1)']);
});
