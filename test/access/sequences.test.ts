import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { holdSequences } from '../../src/access/sequences.ts';
import { rolledBack } from '../../src/database/connect.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await database.client.query(`
    create schema app; create table app.notes (id int generated always as identity, number serial);
    insert into app.notes default values; create sequence app."a.b" start 7;`);
});
afterAll(() => database.drop());

async function values(): Promise<unknown[]> {
  const { rows } = await database.client.query('select sequencename, last_value from pg_sequences order by 1');
  return rows;
}

test('what a transaction takes from sequences goes back with it', async () => {
  const before = await values();
  await rolledBack(database.client, async () => {
    expect(await holdSequences(database.client)).toEqual([]);
    const { rows } = await database.client.query('insert into app.notes default values returning id, number');
    expect(rows).toEqual([{ id: 2, number: 2 }]);
    await database.client.query(`select nextval('app."a.b"')`);
  });
  expect(await values()).toEqual(before);
});

test('without it they would have moved', async () => {
  const before = await values();
  await rolledBack(database.client, () => database.client.query('insert into app.notes default values'));
  expect(await values()).not.toEqual(before);
});

test('a sequence that the connection’s user may not restart is named, and the others are held', async () => {
  const sent: string[] = [];
  const client = {
    query: async (sql: string) => {
      sent.push(sql);
      if (sql.includes('alter sequence app.other')) throw new Error('must be owner of sequence other');
      return { rows: ['app.other', 'app.own'].map((name) => ({ sql: name, next: '1' })) };
    },
  };
  expect(await holdSequences(client as unknown as pg.Client)).toEqual(['app.other']);
  expect(sent.at(-1)).toContain('alter sequence app.own restart with 1');
});
