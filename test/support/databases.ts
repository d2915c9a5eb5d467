import { randomUUID } from 'node:crypto';
import { test } from '@jest/globals';
import pg from 'pg';
import { withDatabase } from '../../src/database/urls.ts';

export interface TestDatabase {
  readonly url: string;
  readonly client: pg.Client;
  drop(): Promise<void>;
}

/** The root database of the server under test: the embedded engine, or the server that DATABASE_URL names. */
export const serverUrl: string = process.env.ROLECALL_TEST_SERVER ?? '';

/** The database of this run that has all committed migrations; test/support/migrated.ts makes it when it is first needed. */
export const migratedTemplate: string = process.env.ROLECALL_TEST_TEMPLATE ?? '';

/** Whether that is a server with sessions side by side; the embedded engine has one backend a database. */
export const real: boolean = process.env.ROLECALL_TEST_REAL === '1';

/** A test that needs several sessions at once: skipped, and told as skipped, where the server under test has only one. */
export const onRealServer = real ? test : test.skip;

/** A test of what takes long and goes the same way on both: skipped there too, so that the run that everybody does stays short. */
export const thorough = real ? test : test.skip;

/** An empty database of its own on the server under test, or a copy of `template`. */
export async function freshDatabase(template?: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  await asRoot((root) => root.query(`create database "${name}"${template ? ` template "${template}"` : ''}`));
  const url = withDatabase(serverUrl, name);
  const client = new pg.Client({ connectionString: url });
  // A test that fails leaves its connection open; the server that stops then must not end the whole run.
  client.on('error', () => {});
  await client.connect();
  return {
    url,
    client,
    async drop() {
      await client.end();
      await asRoot((root) => root.query(`drop database if exists "${name}" with (force)`));
    },
  };
}

/** Runs `use` with a connection to the server's root database. */
export async function asRoot<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
