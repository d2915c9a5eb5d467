import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rolledBack } from '../../src/database/connect.ts';
import { checkInvariants, findViolations } from '../../src/invariants/check.ts';
import type { Invariant } from '../../src/invariants/model.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';
import { freshRole } from '../support/roles.ts';

let database: TestDatabase;
let role: Awaited<ReturnType<typeof freshRole>>;

beforeAll(async () => {
  database = await freshDatabase();
  role = await freshRole();
  await database.client.query(
    `create table public.accounts (id int primary key, balance int not null);
     insert into public.accounts select n, case when n > 95 then -n else n end from generate_series(1, 100) n;
     alter table public.accounts enable row level security;
     create policy "Some" on public.accounts for select using (id < 10);
     grant usage on schema public to "${role.name}";
     grant select on public.accounts to "${role.name}"`,
  );
});
afterAll(async () => {
  await database?.drop();
  await role?.drop();
});

const invariant = (sql: string): Invariant => ({
  id: 'no-negatives',
  file: 'no-negatives.sql',
  sentence: 'No balance is negative.',
  fix: 'Pay it back.',
  sql,
});
const NEGATIVE = invariant('select id, balance from public.accounts where balance < 0');

test('rows that break a promise are a deviation, with how many there are, the first of them, the query and the fix', async () => {
  const { deviations, notEvaluated } = await checkInvariants(database.client, [NEGATIVE]);
  expect(notEvaluated).toEqual([]);
  expect(deviations).toEqual([
    {
      check: 'invariants',
      where: 'invariant no-negatives',
      expected: 'No balance is negative.',
      seen: '5 rows break it: {"id": 96, "balance": -96}, {"id": 97, "balance": -97}, {"id": 98, "balance": -98}, …',
      evidence: `${NEGATIVE.sql};`,
      fix: 'Pay it back.',
    },
  ]);
});

test('a promise that no row breaks gives nothing', async () => {
  const kept = invariant('select id from public.accounts where balance is null');
  expect(await checkInvariants(database.client, [kept])).toEqual({ deviations: [], notEvaluated: [] });
});

test('a query that fails is not evaluated, and those after it are', async () => {
  const findings = await checkInvariants(database.client, [
    invariant('select id from public.gone'),
    invariant('select 1 / (balance - balance) from public.accounts'),
    NEGATIVE,
  ]);
  expect(findings.notEvaluated.map(({ why }) => why)).toEqual([
    expect.stringContaining('42P01: relation "public.gone" does not exist'),
    expect.stringContaining('22012: division by zero'),
  ]);
  expect(findings.deviations).toHaveLength(1);
});

test('a role from whom row level security hides rows is told so, and nothing is said to hold', async () => {
  const findings = await rolledBack(database.client, async () => {
    await database.client.query(`set local role "${role.name}"`);
    return findViolations(database.client, [NEGATIVE]);
  });
  expect(findings.deviations).toEqual([]);
  expect(findings.notEvaluated).toEqual([
    {
      check: 'invariants',
      where: 'invariant no-negatives',
      why: expect.stringMatching(/may not read every row \(42501: .*row-level security.*BYPASSRLS/),
    },
  ]);
});

test('a query writes nothing', async () => {
  const writing = invariant('with gone as (delete from public.accounts returning id) select id from gone');
  const { notEvaluated } = await checkInvariants(database.client, [writing]);
  expect(notEvaluated).toEqual([expect.objectContaining({ why: expect.stringMatching(/0A000|25006/) })]);
});

test('in an open transaction its rows are seen, and its settings stay', async () => {
  const findings = await rolledBack(database.client, async () => {
    await database.client.query('delete from public.accounts where balance < 0');
    const found = await findViolations(database.client, [NEGATIVE, invariant('select nothing')], 'in a transaction');
    const { rows } = await database.client.query(
      "select current_setting('row_security') as security, current_setting('search_path') as path",
    );
    expect(rows).toEqual([{ security: 'on', path: '"$user", public' }]);
    return found;
  });
  expect(findings.deviations).toEqual([]);
  expect(findings.notEvaluated).toMatchObject([{ where: 'invariant no-negatives, in a transaction' }]);
});
