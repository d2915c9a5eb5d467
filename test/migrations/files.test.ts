import { expect, test } from '@jest/globals';
import { runsInTransaction } from '../../src/migrations/files.ts';

test.each([
  ['select 1;', true],
  ['--! no-transaction\nselect 1;', false],
  ['--!no-transaction\nselect 1;', false],
  ['--! Message: a\n--! Hash: b\n\n--! no-transaction\nselect 1;', false],
  // graphile-migrate reads only the first line below the header, and so runs these in a transaction.
  ['select 1;\n--! no-transaction\ncommit;', true],
  ['-- A comment.\n--! no-transaction\ncommit;', true],
  ['--! Included a.sql\n--! no-transaction\ncommit;\n--! EndIncluded a.sql', true],
])('whether %j runs in a transaction: %s', (text, expected) => {
  expect(runsInTransaction(text)).toBe(expected);
});
