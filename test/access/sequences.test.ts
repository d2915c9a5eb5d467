import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { prepareTransaction } from '../../src/access/seeded.ts';
import { holdSequences } from '../../src/access/sequences.ts';
import { rolledBack } from '../../src/database/connect.ts';
import { freshDatabase, onRealServer, type TestDatabase } from '../support/databases.ts';

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
  await rolledBack(database.client, async () => {
    const role = `keeper_${database.url.slice(-12)}`;
    await database.client.query(`
      create role "${role}"; grant usage on schema app to "${role}"; grant select on all sequences in schema app to "${role}";
      alter table app.notes owner to "${role}"; set local role "${role}"`);
    expect(await holdSequences(database.client)).toEqual([
      { sql: 'app."a.b"', why: expect.stringMatching(/^the connection’s user may not restart it\./) },
    ]);
  });
});

onRealServer('a sequence that another session has locked is named with the server’s own words', async () => {
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  try {
    await other.query(`begin; select nextval('app."a.b"')`);
    await rolledBack(database.client, async () => {
      await database.client.query("set local lock_timeout = '10ms'");
      expect(await holdSequences(database.client)).toEqual([
        { sql: 'app."a.b"', why: expect.stringMatching(/^it could not be locked \(.*lock timeout\)\. Run it again/) },
      ]);
    });
  } finally {
    await other.end();
  }
});

onRealServer('of two proofs at once, one waits for the other, and both hold every sequence', async () => {
  const prepare = (client: pg.Client): Promise<unknown> => rolledBack(client, () => prepareTransaction(client));
  const others = Array.from({ length: 5 }, () => new pg.Client({ connectionString: database.url }));
  await Promise.all(others.map((client) => client.connect()));
  try {
    for (let round = 0; round < 10; round++)
      expect(await Promise.all(others.map(prepare))).toEqual(others.map(() => []));
  } finally {
    await Promise.all(others.map((client) => client.end()));
  }
});

onRealServer('a proof that waits for another in vain says so, and how to find that', async () => {
  const [first, second] = [0, 1].map(() => new pg.Client({ connectionString: database.url })) as [pg.Client, pg.Client];
  await Promise.all([first.connect(), second.connect()]);
  try {
    await first.query('begin');
    await prepareTransaction(first);
    await second.query("set lock_timeout = '50ms'");
    const waiting = rolledBack(second, () => prepareTransaction(second));
    await expect(waiting).rejects.toThrow(
      /^Another proof of this database, .* within 50ms\. This finds it: select pid/,
    );
    const finder = await waiting.catch(({ message }: Error) => message.slice(message.indexOf('select pid')));
    expect((await second.query(String(finder))).rows).toHaveLength(1);
  } finally {
    await Promise.all([first.end(), second.end()]);
  }
});
