import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BLANKS, trimmed } from '../../../spec/legacy/blanks.ts';
import type { TestDatabase } from '../../support/databases.ts';
import { migratedDatabase } from '../../support/migrated.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await migratedDatabase();
});
afterAll(() => database?.drop());

/** Every character that PostgreSQL can hold. */
const CHARACTERS = `
  select code, chr(code) as it from generate_series(1, 1114111) code where code not between 55296 and 57343`;

test('of all characters, the migrations trim white space and what has no width, and the declared rule the same', async () => {
  const { rows } = await database.client.query<{ code: number }>(
    `select code from (${CHARACTERS}) characters
     where private.trimmed(it || 'x' || it) = 'x' or ${trimmed("it || 'x' || it")} = 'x' order by 1`,
  );
  const found = rows.map(({ code }) => String.fromCodePoint(code));
  expect(found).toEqual([...BLANKS].sort());
  expect(found.filter((blank) => !/\p{White_Space}/u.test(blank))).toEqual([...'\u180e\u200b\u200c\u200d\u2060\ufeff']);
  for (let code = 1; code <= 0x10ffff; code++)
    if (/\p{White_Space}/u.test(String.fromCodePoint(code))) expect(BLANKS).toContain(String.fromCodePoint(code));
}, 60_000);

test('a text loses blanks at its ends only, and one of blanks is empty', async () => {
  const { rows } = await database.client.query<Record<string, string | null>>(
    `select private.trimmed(chr(160) || E'a\\tb' || E'\\n\\r\\n ') as ends, private.trimmed(chr(8195) || chr(65279)) as nothing,
            private.trimmed(null) as missing`,
  );
  expect(rows[0]).toEqual({ ends: 'a\tb', nothing: '', missing: null });
});
