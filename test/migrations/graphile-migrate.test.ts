// graphile-migrate in a process of its own, as rolecall runs it.
import { expect, test } from '@jest/globals';
import { connectionStringsFrom } from '../../src/database/urls.ts';
import { capture } from '../../src/migrations/graphile-migrate.ts';
import { freshDatabase, serverUrl } from '../support/databases.ts';

test('what graphile-migrate refuses is not done: a reset without --erase leaves the database as it was', async () => {
  const database = await freshDatabase();
  try {
    await database.client.query('create table public.kept ()');
    const urls = connectionStringsFrom({ DATABASE_URL: database.url, ROOT_DATABASE_URL: serverUrl });
    if (!urls) throw new Error('There is no server under test.');
    // Whoever drops a database ends its sessions: this one is still there.
    expect(await capture(['reset'], urls)).toEqual({ code: 2, output: expect.stringMatching(/^DANGER!.*\n$/) });
    const { rows } = await database.client.query("select to_regclass('public.kept') is not null as kept");
    expect(rows).toEqual([{ kept: true }]);
  } finally {
    await database.drop();
  }
});
