import { expect, test } from '@jest/globals';
import { knownMistakes } from '../../../src/access/reach/known.ts';

const mistakes = (...lines: string[]): string[] => [
  ...knownMistakes(Object.fromEntries(lines.map((line) => [line, 'Because.']))),
];

test('each kind of object is written in its own way', () => {
  const lines = [
    'schema storage',
    'table leak.cards',
    'view leak.all cards',
    'materialized view leak.numbers',
    'foreign table leak.lines',
    'sequence leak.numbers',
    'type leak.color',
    'function leak.secret()',
    'function leak.secret(uuid, text)',
    'function leak.secret(uuid, text) setting request.jwt.claims',
    'extension vector',
    'language plperl',
    'foreign server elsewhere',
    'foreign-data wrapper nowhere',
    'tablespace fast',
    'parameter log_statement',
    'database',
    'large objects',
    'role service superuser',
    'role service createrole',
    'role service createdb',
    'role service replication',
    'role service bypassrls',
    'role service member of staff',
    'role service admin of staff',
    'role service setting row_security',
    'role service owner in app',
    'role service without a persona',
    'database setting search_path',
    'default privileges of admin',
    'default privileges of admin in public',
  ];
  expect(mistakes(...lines, ...lines.map((line) => `host ${line}`))).toEqual([]);
});

test('a line that is written like none of them is a mistake, and the message says where to look', () => {
  const wrong = [
    'leak.cards',
    'table cards',
    'function leak.secret',
    'role service',
    'schema ',
    'hosts schema storage',
  ];
  expect(mistakes(...wrong).map((mistake) => mistake.split(':')[0])).toEqual(wrong.map((line) => `known.${line}`));
  expect(mistakes('leak.cards')[0]).toContain('docs/known.md');
});
