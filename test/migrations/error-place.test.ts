import { expect, test } from '@jest/globals';
import { placeIn } from '../../src/migrations/error-place.ts';

const HEADER = '--! Previous: -\n--! Hash: sha1:0\n--! Message: example\n\n';
const BODY = `-- A table.
create table a ();

-- A block that fails.
do $$
begin
  raise exception 'no';
end $$;

select 1;
`;
const file = { name: '000001-example.sql', text: HEADER + BODY };

test('the statement that failed is the one after those that ended, and its line counts the header', async () => {
  expect(await placeIn(file, BODY, 1, {})).toBe('000001-example.sql, line 9');
});

test('the position that the server sends is exact', async () => {
  const position = String(BODY.indexOf('select 1') + 1);
  expect(await placeIn(file, BODY, 2, { position })).toBe('000001-example.sql, line 14');
});

test('where the text does not parse and no position was sent, the file alone is named', async () => {
  expect(await placeIn(file, 'selec 1', 0, {})).toBe('000001-example.sql');
});
