import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rolledBack } from '../../src/database/connect.ts';
import { answerCalls, type Call, type CallAnswer } from '../../src/functions/ask.ts';
import { makeChangesScratch } from '../../src/functions/changes-scratch.ts';
import { type Caller, ids, makeCaller } from './support.ts';

let caller: Caller;
beforeAll(async () => {
  caller = await makeCaller();
  await caller.prove('');
  await caller.database.client.query(`
    create function app.add(p_id uuid) returns uuid language sql security definer as $$ insert into app.people values (p_id) returning id $$;
    create sequence app.runs;
    create function app.busy(p_seconds float) returns int language plpgsql as $$
      declare until constant timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
      begin perform nextval('app.runs'); while clock_timestamp() < until loop null; end loop; return 1; end $$;
    create function app.long(p_length int, p_rows int) returns setof text language sql as $$ select repeat('x', p_length) from generate_series(1, p_rows) $$;
    grant execute on all functions in schema app to ${caller.role};
    grant usage on app.runs to ${caller.role};`);
});
afterAll(() => caller.drop());

/** Runs statements as ann, after others as the connection's own user. */
async function answers(statements: readonly string[], before = '', mostStopped?: number): Promise<CallAnswer[]> {
  const { client } = caller.database;
  return rolledBack(client, async () => {
    await makeChangesScratch(client);
    await client.query(before);
    const calls = statements.map((sql): Call => ({ of: 'a statement', sql, gives: 'rows', callers: [0] }));
    return answerCalls(client, caller.personas, calls, mostStopped);
  });
}

const add = `select * from app.add('${ids.ann}')`;

test('each call finds what was there before the others', async () => {
  const [first, second] = await answers([add, add]);
  expect([first?.error, second?.error]).toEqual([undefined, undefined]);
  expect(second?.rows).toEqual([`{"add": "${ids.ann}"}`]);
  expect(second?.changes).toEqual([
    { relation: expect.any(Number), command: 'insert', was: null, now: { id: ids.ann } },
  ]);
});

test('a table on which no trigger can be made is watched by counters', async () => {
  const [answer, reading] = await answers(
    [add, 'select * from app.notes'],
    `drop trigger "~rolecall" on app.people; insert into rolecall_scratch.unwatched values ('app.people'::regclass)`,
  );
  expect([answer?.changes, answer?.unwatched]).toEqual([[], ['app.people']]);
  expect(reading?.unwatched).toEqual([]);
});

test('a call that takes too long is stopped, and others are not blamed for its time', async () => {
  const all = await answers(
    ['select * from app.busy(0.2)', 'select * from app.busy(0.2)', 'select * from app.busy(30)', add],
    "set local statement_timeout = '350ms'",
  );
  expect(all.map(({ error }) => error?.state)).toEqual([undefined, undefined, '57014', undefined]);
});

test('a call that takes all of the time is not run again, and the others of its kind are given up after as many as is said', async () => {
  const endless = 'select * from app.busy(30)';
  const runs = async (): Promise<number> => {
    const { rows } = await caller.database.client.query('select last_value::int as runs from app.runs');
    return rows[0]?.runs;
  };
  const before = await runs();
  const stopped = await answers([add, endless, endless, endless], "set local statement_timeout = '1s'", 1);
  expect(stopped.map(({ error }) => error?.state)).toEqual([undefined, '57014', '57014', '57014']);
  expect(await runs()).toBe(before + 1);
});

test('rows that are long together are cut, with a hash of each that is too long, and counted all the same', async () => {
  const [short, long, many] = await answers([
    'select * from app.long(10, 2)',
    'select * from app.long(30000, 1)',
    'select * from app.long(200, 300)',
  ]);
  expect(short?.rows).toEqual(['{"long": "xxxxxxxxxx"}', '{"long": "xxxxxxxxxx"}']);
  expect(long?.rows[0]).toMatch(/x… md5 [0-9a-f]{32}$/);
  expect([many?.rows.length, many?.count]).toEqual([200, 300]);
});

test('an error that a function raised is told from one of the server, and from a refusal of the call itself', async () => {
  const [server, denied] = await answers(
    [`select * from app.add('${ids.ann}')`, `select * from app.long(1, 1)`],
    `insert into app.people values ('${ids.ann}'); revoke execute on function app.long(int, int) from public, ${caller.role}`,
  );
  expect(server?.error).toMatchObject({ state: '23505', nested: true, raised: false });
  expect(denied?.error).toMatchObject({ state: '42501', nested: false });
});
