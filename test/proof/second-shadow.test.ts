import { afterEach, expect, test } from '@jest/globals';
import { databaseExists } from '../../src/database/server.ts';
import { databaseOf } from '../../src/database/urls.ts';
import { copyShadow, secondShadow, withSecondShadow } from '../../src/proof/second-shadow.ts';
import { freshDatabase, serverUrl, type TestDatabase } from '../support/databases.ts';

let database: TestDatabase;
afterEach(() => database.drop());

/** Whether there is a second database like one in which `sql` ran, with its name for `$database`. */
async function isCopied(sql: string): Promise<boolean> {
  database = await freshDatabase();
  const name = databaseOf(database.url);
  await database.client.query(sql.replaceAll('$database', `"${name}"`));
  await database.client.end();
  const urls = { main: database.url, shadow: database.url, root: serverUrl };
  return withSecondShadow(
    urls,
    (second) => copyShadow(urls, second),
    async (second) => second !== undefined && (await databaseExists(serverUrl, secondShadow(urls))),
  );
}

test('a database without anything of its own has a second one that is alike', async () => {
  expect(await isCopied('select 1')).toBe(true);
});

test.each([
  ['a setting', `alter database $database set app.open = 'on'`],
  ['a setting for one role', `alter role postgres in database $database set app.open = 'on'`],
  ['a privilege', 'revoke temporary on database $database from public'],
])('a database with %s of its own has none: a copy would lack that', async (_, sql) => {
  expect(await isCopied(sql)).toBe(false);
});
