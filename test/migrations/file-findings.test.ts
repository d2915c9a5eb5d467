import { expect, test } from '@jest/globals';
import { lineDeviations, sequenceDeviations } from '../../src/migrations/file-findings.ts';

const file = (name: string, previous: string, hash: string) => ({
  name,
  text: `--! Previous: ${previous}\n--! Hash: sha1:${hash}\n\nselect 1;\n`,
});
const first = file('000001-first.sql', '-', 'a');
const second = file('000002-second.sql', 'sha1:a', 'b');
const found = (...files: { name: string; text: string }[]) =>
  sequenceDeviations(files).map(({ where, seen }) => `${where}: ${seen}`);

test('migrations that were committed one after the other are a sequence', () => {
  expect(found()).toEqual([]);
  expect(found(first, second, file('000003.sql', 'sha1:b', 'c'))).toEqual([]);
});

test('two files of one number are named together, and nothing else is said', () => {
  expect(found(first, second, file('000002-other.sql', 'sha1:a', 'c'), file('000003.sql', 'sha1:c', 'd'))).toEqual([
    '000002-second.sql and 000002-other.sql: 2 migrations of number 2: two branches were merged that each had committed one',
  ]);
});

test.each([
  ['on top of a migration that is not there any more', [first, file('000002.sql', 'sha1:gone', 'b')], '000002.sql'],
  ['as the first one, and is not', [first, file('000002.sql', '-', 'b')], '000002.sql'],
  ['after another, and is the first', [file('000001.sql', 'sha1:gone', 'b')], '000001.sql'],
])('a migration that was committed %s is named', (_, files, name) => {
  expect(sequenceDeviations(files).map(({ where }) => where)).toEqual([name]);
});

test('files whose hash another checkout would not find are named, with what is in them', () => {
  const odd = [
    { name: 'crlf.sql', text: 'select 1;\r\n' },
    { name: 'bom.sql', text: '\uFEFFselect 1;\n' },
    { name: 'both.sql', text: '\uFEFFselect 1;\r' },
    first,
  ];
  expect(lineDeviations(odd).map(({ where, seen }) => `${where}: ${seen.split(':')[0]}`)).toEqual([
    'crlf.sql: carriage returns',
    'bom.sql: a byte order mark',
    'both.sql: carriage returns and a byte order mark',
  ]);
});
