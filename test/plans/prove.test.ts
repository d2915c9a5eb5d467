import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PlansProof } from '../../src/plans/prove.ts';
import { MINE, MY_LISTS, OF_A_LIST, type Tasks, tasksDatabase } from './tasks.ts';

const QUERIES = { mine: MINE, 'my-lists': MY_LISTS, 'of-a-list': OF_A_LIST };
let tasks: Tasks;

beforeAll(async () => {
  tasks = await tasksDatabase();
});
afterAll(() => tasks.drop());

/** What deviates while a change is there. */
async function seenAfter(change: string, undo: string, queries: Record<string, string> = QUERIES): Promise<string[]> {
  await tasks.client.query(change);
  try {
    return seen(await tasks.prove(queries));
  } finally {
    await tasks.client.query(undo);
  }
}

const seen = ({ findings }: PlansProof): string[] =>
  findings.deviations.map(({ where, expected, seen: what }) => `${where}: ${expected} / ${what}`);

test('what is planned as it should be holds, on 40 rows as on 50 million', async () => {
  const proof = await tasks.prove(QUERIES);
  expect(proof.findings).toEqual({ deviations: [], notEvaluated: [] });
  expect(proof.queries.map(({ runs }) => runs.length)).toEqual([2, 2, 4]);
});

test('an index that is gone is told by the query that names it, the order that it gave, and its foreign key', async () => {
  const told = await seenAfter(
    'drop index app.idx_tasks_user_id_done_at',
    'create index idx_tasks_user_id_done_at on app.tasks (user_id, done_at desc)',
  );
  expect(told).toEqual([
    'mine · somebody: a plan that uses idx_tasks_user_id_done_at / a plan without it',
    'mine · somebody: rows in the order of an index / a sort by tasks.done_at DESC',
    'mine · somebody: a plan that does not read all of app.tasks, which has 50,000,000 rows in production / a sequential scan',
  ]);
  const cascading = await seenAfter(
    'drop index app.idx_tasks_list_id',
    'create index idx_tasks_list_id on app.tasks (list_id)',
    {
      mine: MINE,
      'my-lists': MY_LISTS,
    },
  );
  expect(cascading).toEqual([
    'app.tasks_list_id_fkey: a plan that does not read all of app.tasks, which has 50,000,000 rows in production / a sequential scan',
  ]);
});

test('a policy that calls a function for each row is told', async () => {
  const told = await seenAfter(
    'alter policy "Users can view their own tasks" on app.tasks using (user_id - app.me() = 0)',
    'alter policy "Users can view their own tasks" on app.tasks using (user_id = (select app.me()))',
    { 'my-lists': MY_LISTS, 'of-a-list': OF_A_LIST },
  );
  expect(told).toContainEqual(
    expect.stringMatching(/^of-a-list · somebody: app.me\(\) once for each statement \/ once for each row/),
  );
});

test('a policy that asks another table for each row is told', async () => {
  const told = await seenAfter(
    'alter policy "Users can view their own tasks" on app.tasks using (exists (select from app.lists l where l.id = list_id and l.user_id = tasks.user_id + random() * 0))',
    'alter policy "Users can view their own tasks" on app.tasks using (user_id = (select app.me()))',
    { 'my-lists': MY_LISTS, 'of-a-list': OF_A_LIST },
  );
  expect(told).toContainEqual(expect.stringMatching(/^of-a-list · somebody: a subquery once for each statement/));
});

test('an index that nothing needs is told, and an exemption keeps it until something does', async () => {
  const queries = { 'of-a-list': OF_A_LIST, 'my-lists': MY_LISTS };
  expect(seen(await tasks.prove(queries))).toEqual([
    expect.stringMatching(/^app.idx_tasks_user_id_done_at: a query or a foreign key that needs it/),
  ]);
  const exempt = [{ object: 'app.idx_tasks_user_id_done_at', reason: 'for a report' }];
  expect(seen(await tasks.prove(queries, { exempt }))).toEqual([]);
  expect(seen(await tasks.prove(QUERIES, { exempt }))).toEqual([
    expect.stringMatching(/^app.idx_tasks_user_id_done_at: a deviation that the exemption covers/),
  ]);
});

test('what is inside of a function is held to the same', async () => {
  const told = await seenAfter(
    `create function app.late() returns bigint language plpgsql stable as $$ begin return (select count(*) from app.lists where id % 2 = 0); end $$`,
    'drop function app.late()',
    { ...QUERIES, late: '-- How many are late.\n-- persona: somebody\n-- pages: 5\nselect app.late();\n' },
  );
  expect(told).toEqual([
    expect.stringMatching(/^late · somebody: a plan that does not read all of app.lists.*a sequential scan inside of/),
  ]);
});

test('a statement that fails, and parameters that draw nothing, deviate', async () => {
  const told = seen(
    await tasks.prove({
      ...QUERIES,
      broken: OF_A_LIST.replace('select id from', 'select nothing from'),
      empty: OF_A_LIST.replace('select list_id from app.tasks limit 1', 'select list_id from app.tasks where false'),
      short: OF_A_LIST.replace('select list_id from app.tasks limit 1', 'select 1 as id'),
    }),
  );
  expect(told).toEqual([
    expect.stringMatching(/^broken · somebody · typical: a statement that runs \/ 42703/),
    expect.stringMatching(/^broken · somebody · heavy: a statement that runs \/ 42703/),
    expect.stringMatching(/^empty · somebody · typical: parameters .* no row, so the query has no parameters/),
    expect.stringMatching(/^short · somebody · typical: a column for each parameter .* no list_id/),
  ]);
});

test('an allowance that no plan needs, a table without a size and a size without a table deviate', async () => {
  const sizes = { 'app.lists': { rows: 10, fixed: true as const }, 'app.gone': { rows: 10 } };
  const allowing = OF_A_LIST.replace('-- pages', '-- scan: app.lists, because it is short\n-- pages');
  const told = seen(await tasks.prove({ 'of-a-list': allowing }, { sizes }));
  expect(told).toContainEqual(expect.stringMatching(/^app.tasks: a declared size in production \/ none/));
  expect(told).toContainEqual(expect.stringMatching(/^app.gone: a table of the declared size/));
  expect(told).toContainEqual(expect.stringMatching(/^of-a-list: a plan that needs `scan: app.lists`/));
});

test('the mistakes of all files are told at once', async () => {
  const proving = tasks.prove({ a: 'select 1;', b: MINE.replace('persona: somebody', 'persona: nobody') });
  await expect(proving).rejects.toThrow(/a\.sql: the first line[\s\S]*b\.sql: nobody is not a persona/);
});

test('the snapshot is the same again, and says whether row security changes a plan', async () => {
  const [first, second] = [await tasks.prove(QUERIES), await tasks.prove(QUERIES)];
  expect(second.snapshot).toBe(first.snapshot);
  expect(first.snapshot).toContain('with its conditions written out: the same plan.');
  expect(first.snapshot).not.toMatch(/cost=|\d\d:\d\d|Actual|Plan Rows/);
});

test('nothing of it stays: neither sizes nor rows', async () => {
  const state = () =>
    tasks.client.query(
      `select (select json_agg(c order by oid) from pg_class c where relnamespace = 'app'::regnamespace) as classes,
              (select count(*) from pg_statistic s join pg_class c on c.oid = s.starelid where c.relnamespace = 'app'::regnamespace) as columns,
              (select count(*) from pg_index where not indisvalid) as hidden`,
    );
  const before = (await state()).rows;
  await tasks.prove({ ...QUERIES, clear: '-- All go.\n-- persona: somebody\n-- pages: 9\ndelete from app.tasks;\n' });
  expect((await state()).rows).toEqual(before);
});

test('where another version plans, there is no snapshot, and indexes need not be needed', async () => {
  const proof = await tasks.prove({ mine: MINE }, { planner: 99 });
  expect([proof.snapshot, proof.findings.deviations]).toEqual([undefined, []]);
});

test('who is no superuser is told that nothing was evaluated, and gets no snapshot', async () => {
  const url = new URL(tasks.url);
  url.username = tasks.role;
  const { findings, snapshot } = await tasks.prove(QUERIES, {}, url.toString());
  expect(snapshot).toBeUndefined();
  expect(findings).toEqual({
    deviations: [],
    notEvaluated: [
      {
        check: 'plans',
        where: '3 queries',
        why: expect.stringContaining('Only a superuser can give the planner the table sizes of production.'),
      },
    ],
  });
});
