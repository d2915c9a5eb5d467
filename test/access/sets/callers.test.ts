import { expect, test } from '@jest/globals';
import { callersOf } from '../../../src/access/sets/callers.ts';

const claims = (sub: string): Record<string, string> => ({ 'request.jwt.claims': JSON.stringify({ sub }) });
const ID = '00000000-0000-4000-8000-00000000000';
const personas = [
  { name: 'ann', role: 'user', settings: claims(`${ID}1`) },
  { name: 'bob', role: 'user', settings: claims(`${ID}2`) },
  { name: 'service', role: 'service', settings: {} },
];

test('beside the personas of a role there are callers without claims, of nobody, and with metadata that claims all', () => {
  const names = callersOf(personas, new Set()).map(({ name }) => name);
  expect(names).toEqual([
    'ann',
    'bob',
    'service',
    'user without settings',
    'user with an id of nobody',
    "user with request.jwt.claims = ''",
    "user with request.jwt.claims = 'nobody'",
    'user with no claims',
    'user with sub = null',
    "user with sub = ''",
    "user with sub = 'nobody'",
    'user with user_metadata that claims everything',
  ]);
});

test('a role that bypasses row security has its personas alone', () => {
  const callers = callersOf(personas, new Set(['user'])).filter(({ role }) => role === 'user');
  expect(callers.map(({ name }) => name)).toEqual(['ann', 'bob']);
});
