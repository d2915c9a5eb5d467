import { expect, test } from '@jest/globals';
import config from '../../rolecall.config.ts';
import { mistakesIn } from '../../src/config/validate.ts';

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

test('a function must be written with its schema', () => {
  expect(mistakes({ functions: { f: '—' } })).toHaveLength(1);
});
