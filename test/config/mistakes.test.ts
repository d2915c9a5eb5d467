import { expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { mistakesIn } from '../../src/config/mistakes.ts';

const line = Object.fromEntries(Object.keys(config.personas).map((persona) => [persona, '—']));

function mistakes(part: object): string[] {
  return mistakesIn({ ...config, ...part });
}

test('the project’s own configuration has no mistake', () => {
  expect(mistakes({})).toEqual([]);
});

test.each(['U(title', 'U()', 'U(title,)', 'U(title, title)', 'D(title)', 'S S', 'SI', 'X'])(
  '%s are no letters',
  (letters) => {
    expect(mistakes({ access: { 'public.notes': { any: { ...line, owner: letters } } } })).toHaveLength(1);
  },
);

test('every mistake in the functions, privileges and calls is told at once', () => {
  const found = mistakes({
    functions: { 'public.f': 'owner, nobody', 'public.g(uuid)': 'owner owner', 'secret.h': '—', 'public.i': '' },
    calls: { 'secret.h': [] },
    privileges: { 'public.notes': { authenticated: 'TRUNCATE, DROP', nobody: 'TRIGGER' } },
  });
  expect(found.map((mistake) => mistake.split(':')[0])).toEqual([
    'functions.secret.h',
    'calls.secret.h',
    'functions.public.f',
    'functions.public.g(uuid)',
    'functions.public.i',
    'privileges.public.notes.authenticated',
    'privileges.public.notes',
  ]);
});

test('what is known must be written as an object is, and needs a reason', () => {
  expect(mistakes({ known: { 'table leak.cards': '' } })).toHaveLength(1);
  expect(mistakes({ known: { 'leak.cards': 'It is public.' } })).toHaveLength(1);
});

test('a function must be written with its schema', () => {
  expect(mistakes({ functions: { f: '—' } })).toHaveLength(1);
});

test('every mistake in the sizes of tables and in what is exempt is told at once', () => {
  const queries = {
    ...config.queries,
    sizes: { tasks: { rows: 1 }, 'public.tasks': { rows: 0, columns: { id: { nulls: 2, range: {} } } } },
    exempt: [{ object: 'idx_tasks_id' }],
    planner: 9,
  };
  expect(mistakes({ queries }).map((mistake) => mistake.split(':')[0])).toEqual([
    'queries.sizes.tasks',
    'queries.sizes.public.tasks.rows',
    'queries.sizes.public.tasks.columns.id.nulls',
    'queries.sizes.public.tasks.columns.id.range',
    'queries.planner',
    'queries.exempt.0.object',
    'queries.exempt.0.reason',
  ]);
});

test('what one room’s settings contradict is told beside what another’s shape lacks', () => {
  const found = mistakes({ api: [], access: { 'public.notes': { any: { ...line, owner: 'X' } } } });
  expect(found.map((mistake) => mistake.split(':')[0])).toEqual(['api', 'access.public.notes.any.owner']);
});

test('what is no configuration at all is said in one line', () => {
  expect(mistakesIn(undefined)).toHaveLength(1);
  expect(mistakesIn('nothing')).toHaveLength(1);
});
