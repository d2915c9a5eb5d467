import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { databaseExists, dropDatabase, recreateDatabase } from '../../src/database/server.ts';
import { withDatabase } from '../../src/database/urls.ts';
import { onRealServer, serverUrl } from '../support/databases.ts';

onRealServer('databases are created at the same time where the root database is template1', async () => {
  const root = withDatabase(serverUrl, 'template1');
  const urls = [1, 2, 3].map(() => withDatabase(serverUrl, `test_${randomUUID().slice(0, 8)}`));
  try {
    await Promise.all(urls.map((url) => recreateDatabase(root, url)));
    expect(await Promise.all(urls.map((url) => databaseExists(root, url)))).toEqual([true, true, true]);
  } finally {
    for (const url of urls) await dropDatabase(root, url);
  }
});
