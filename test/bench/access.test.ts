import { expect, test } from '@jest/globals';
import type { ServerResults } from '../../bench/access/measure.ts';
import { readTap, scriptOf } from '../../bench/access/pgtap.ts';
import { pageWith, type Results, rateOf, textOf } from '../../bench/access/text.ts';
import type { Cell } from '../../src/access/model.ts';
import type { Relation } from '../../src/catalog/relations.ts';

const notes = {
  id: 'public.notes',
  sql: 'public.notes',
  columns: [
    { name: 'id', sql: 'id', type: 'integer' },
    { name: 'title', sql: 'title', type: 'text' },
  ],
} as unknown as Relation;

const cell = (own: Partial<Cell>): Cell => ({
  table: 'public.notes',
  row: 'any',
  persona: 'owner',
  command: 'select',
  outcome: 'allowed',
  statement: 'select 1 from public.notes where id = 1',
  ...own,
});

const matrix = (cells: readonly Cell[]) => ({
  personas: [
    { name: 'owner', role: 'member', settings: { 'request.sub': "o'neill" } },
    { name: 'anon', role: 'anon', settings: {} },
  ],
  world: [
    { table: 'public.notes', row: 'any', values: { id: 1, title: "it's" } },
    { table: 'public.notes', existing: true as const, values: { id: 2 } },
    { table: 'public.notes', existing: 'removed' as const, values: { id: 3 } },
  ],
  relations: [notes],
  cells,
});

test('the script inserts the world, becomes each persona in a savepoint, and is rolled back', () => {
  const { sql, tests } = scriptOf(matrix([cell({})]));
  expect(tests).toBe(1);
  expect(sql.trim().split('\n')).toEqual([
    'begin;',
    'set local search_path = tap, public, extensions;',
    'select plan(1);',
    "insert into public.notes (id, title) values (1, 'it''s');",
    'delete from public.notes where id = 3;',
    'savepoint persona;',
    'set local role "member";',
    "select set_config('request.sub', 'o''neill', true);",
    "select is((select count(*)::int from (select 1 from public.notes where id = 1) seen), 1, 'owner select public.notes (any): allowed');",
    'rollback to savepoint persona;',
    'rollback;',
  ]);
});

const testOf = (own: Partial<Cell>): string =>
  scriptOf(matrix([cell(own)]))
    .sql.split('\n')
    .find((line) => line.includes(': ')) ?? '';

test('a filtered read gives no row', () => {
  expect(testOf({ outcome: 'filtered' })).toContain(' seen), 0, ');
});

test('a refusal is a test of its SQLSTATE, and changes nothing', () => {
  const statement = "insert into public.notes (title) values ('a')";
  expect(testOf({ command: 'insert', outcome: 'policy violation', state: '42501', statement })).toBe(
    "select throws_ok('insert into public.notes (title) values (''a'')', '42501', null, 'owner insert public.notes (any): policy violation');",
  );
  expect(testOf({ command: 'insert', outcome: 'refused', state: 'P0001', statement })).toContain(", 'P0001', null, ");
});

test('a constraint that refuses an allowed write is tested as what it raises', () => {
  expect(testOf({ command: 'insert', state: '23505', afterAccess: true })).toContain(", '23505', null, ");
});

test('a write is counted, and undone', () => {
  const statement = 'delete from public.notes where id = 1';
  expect(testOf({ command: 'delete', statement })).toBe(
    "savepoint written; select is(rows_of('delete from public.notes where id = 1'), 1, 'owner delete public.notes (any): allowed'); rollback to savepoint written;",
  );
  expect(testOf({ command: 'delete', outcome: 'filtered', statement })).toContain("'), 0, ");
});

test('a write without WHERE may write other rows too, and only has to run', () => {
  expect(testOf({ command: 'delete', statement: 'delete from public.notes' })).toContain('select lives_ok(');
});

test('a row that the world does not have is tested only where no row is needed', () => {
  const other = { table: 'public.others' };
  const { tests } = scriptOf(
    matrix([
      cell({ ...other, outcome: 'no grant' }),
      cell({ ...other, outcome: 'policy violation' }),
      cell({ ...other }),
      cell({ outcome: 'not evaluated', statement: '' }),
    ]),
  );
  expect(tests).toBe(1);
});

test('what psql printed is counted by its results, and failures are kept', () => {
  const output = ['1..4', 'ok 1 - a', 'ok 2 - b', 'not ok 3 - c', '# Failed test 3', 'psql:x.sql:4: ERROR:  no'].join(
    '\n',
  );
  expect(readTap(output)).toEqual({ passed: 2, failed: ['not ok 3 - c', 'psql:x.sql:4: ERROR:  no'] });
});

const server: ServerResults = {
  server: '15.9',
  total: 2,
  steps: {
    reading: 0.1,
    seeding: 0.05,
    columns: 0.1,
    cells: 0.2,
    'sets of rows': 1.2,
    functions: 0.1,
    privileges: 0.1,
    reach: 0.05,
  },
  cells: 5_000,
  matrix: 1_000,
  deviations: 0,
  pgtap: { tests: 500, seconds: 1 },
  behaviour: {
    total: 9,
    steps: { preparing: 1, 'calling functions': 2, 'asking in other worlds': 5.5 },
    calls: 3_000,
    answers: 2_000,
  },
};

const results: Results = {
  machine: { cores: 2, node: '24.0.0', loadBefore: 0.1, loadAfter: 1.26 },
  runs: 5,
  real: server,
  embedded: { ...server, server: '18.6', total: 4, pgtap: { unavailable: 'the server has no pgTAP' } },
};

const rowOf = (text: string, start: string): string[] =>
  (text.split('\n').find((line) => line.startsWith(`| ${start}`)) ?? '').split('|').map((each) => each.trim());

test('the text has the seconds and the share of each step, and of what is no step', () => {
  const text = textOf(results);
  expect(text).toContain('2 cores, Node 24.0.0; load 0.1 before, 1.3 after; median of 5 runs');
  expect(rowOf(text, 'sets of rows')).toEqual(['', 'sets of rows', '1.20 s', '60 %', '1.20 s', '30 %', '']);
  expect(rowOf(text, 'comparing')).toEqual(['', 'comparing, and the rest', '0.100 s', '5 %', '2.10 s', '52 %', '']);
});

test('the text holds the figures against the goals', () => {
  const text = textOf(results);
  expect(rateOf(server)).toBe(2_500);
  expect(rowOf(text, 'cells a second, real')).toEqual([
    '',
    'cells a second, real server',
    '2,500',
    '2,000 or more',
    'reached',
    '',
  ]);
  expect(rowOf(text, 'the proof, embedded')).toEqual([
    '',
    'the proof, embedded engine',
    '4.00 s',
    '3 s or less',
    'missed',
    '',
  ]);
});

test('asking in other worlds is held against its goal on each server', () => {
  const text = textOf(results);
  expect(rowOf(text, 'asking in other worlds').slice(2, 4)).toEqual(['5.50 s', '5.50 s']);
  expect(rowOf(text, 'calls, answers').slice(2, 4)).toEqual(['3,000, 2,000', '3,000, 2,000']);
  expect(rowOf(text, 'goal of asking').slice(2, 4)).toEqual(['5 s or less: missed', '10 s or less: reached']);
});

test('cells a second are compared with those of pgTAP', () => {
  const text = textOf(results);
  expect(rowOf(text, 'pgTAP')).toEqual(['', 'pgTAP, the matrix', '500', '1.00 s', '500', '1.0', '']);
  expect(rowOf(text, 'rolecall, the matrix').slice(2, 6)).toEqual(['1,000', '0.250 s', '4,000', '8.0']);
  expect(rowOf(text, 'rolecall, the proof').slice(2, 6)).toEqual(['5,000', '2.00 s', '2,500', '5.0']);
});

test('what could not be measured is named, with the reason', () => {
  const without = textOf({ ...results, real: { ...server, pgtap: { unavailable: 'the server has no pgTAP' } } });
  expect(without).toContain('pgTAP: not evaluated, since the server has no pgTAP');
  const alone = textOf({ ...results, real: undefined });
  expect(alone).toContain('not evaluated: DATABASE_URL is not set');
  expect(alone).toContain('pgTAP: not evaluated, since DATABASE_URL is not set');
});

test('a page keeps what is outside of its marks', () => {
  const begin = '<!-- Written by `npm run bench:access -- --write`, down to the next mark. -->';
  const end = '<!-- The end of what `npm run bench:access -- --write` writes. -->';
  const page = pageWith(`# Head\n\n${begin}\nold\n${end}\n\ntail\n`, results);
  expect(page).toContain('# Head\n\n<!-- Written');
  expect(page).toContain('tail\n');
  expect(page).not.toContain('old');
  expect(pageWith(page, results)).toBe(page);
  expect(() => pageWith('# Head\n', results)).toThrow('needs the lines');
});
