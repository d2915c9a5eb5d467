import { afterEach, expect, test } from '@jest/globals';
import { type Population, population } from './support.ts';

let app: Population | undefined;

afterEach(async () => {
  await app?.drop();
  app = undefined;
});

async function operatorsOf(sql: string, object: string): Promise<string[]> {
  app = await population(sql);
  const mutants = await app.mutants();
  return mutants.filter((mutant) => mutant.object === object).map(({ id }) => id.replace(` ${object}`, ''));
}

const TABLE = 'create table t (id uuid, other uuid); alter table t enable row level security;';

test.each([
  [
    'a privilege that the role has by PUBLIC',
    'create table t (id uuid); grant select on t to public',
    'app.t',
    ['table-privilege-granted SELECT reader', 'table-privilege-granted SELECT writer'],
  ],
  [
    'the revoke of what the role has by PUBLIC as well',
    'create table t (id uuid); grant select on t to public, reader',
    'app.t',
    ['table-privilege-revoked SELECT reader'],
  ],
  [
    'a privilege that the role inherits',
    'create table t (id uuid); grant select on t to writer; grant writer to reader',
    'app.t',
    ['table-privilege-granted SELECT reader'],
  ],
  [
    'the privilege on a column where the role has it on the table',
    'create table t (id uuid); grant select on t to reader',
    'app.t.id',
    ['column-privilege-granted SELECT reader', 'column-privilege-revoked SELECT reader'],
  ],
  [
    'a policy for a role without the privilege',
    `${TABLE} grant select on t to reader; create policy own on t for select to reader using (id = other)`,
    'app.t own',
    ['policy-to-widened writer', 'policy-to-widened public', 'policy-for-all'],
  ],
  [
    'any change of a policy that lets nobody in',
    `${TABLE} create policy own on t for select to reader using (id = other)`,
    'app.t own',
    ['policy-dropped', 'policy-restrictive', 'policy-using-true (id = other) → (true)'],
  ],
  [
    'a policy that is there already',
    `${TABLE} grant select on t to reader; create policy own on t using (true)`,
    'app.t',
    ['policy-added select', 'policy-added insert'],
  ],
  [
    'WITH CHECK as USING has it',
    `${TABLE} grant update on t to reader; create policy own on t for update using (id = other) with check (id = other)`,
    'app.t own',
    ['policy-check-removed'],
  ],
  ['FORCE for an owner who bypasses row security', `${TABLE} grant select on t to reader`, 'app.t', ['force-on']],
  [
    'what no planner asks of a function of triggers',
    "create function f() returns trigger language plpgsql as 'begin return null; end'",
    'app.f()',
    [
      'function-leakproof',
      'function-strict',
      'function-privilege-revoked EXECUTE public',
      'function-privilege-granted EXECUTE reader',
    ],
  ],
  [
    'STRICT of a function without arguments',
    "create function f() returns int language sql as 'select 1'",
    'app.f()',
    ['function-strict'],
  ],
  [
    'a guard that is all of an IF, which is never true then',
    "create function f() returns void language plpgsql as 'begin if now() is null then raise exception ''no''; end if; end'",
    'app.f()',
    [
      `body-raise-removed begin if now() is null then raise exception 'no'; end if; end → begin if now() is null then null; end if; end`,
    ],
  ],
])('%s is no mutant', async (_, sql, object, absent) => {
  const ids = await operatorsOf(sql, object);
  expect(ids.filter((id) => absent.includes(id))).toEqual([]);
});

test('an id does not depend on objects that are nothing to it', async () => {
  const sql = `${TABLE} grant select, update on t to reader; create policy own on t using (id = other);
    create function f(a int) returns boolean language sql as 'select a > 1';`;
  app = await population(sql);
  const before = (await app.mutants()).map(({ id }) => id);
  await app.client.query(`
    create table app.a (id uuid primary key);
    create function app.a() returns boolean language sql as 'select 1 > 2';
    alter table app.t add constraint later check (id <> other);
  `);
  const after = new Set((await app.mutants()).map(({ id }) => id));
  expect(before.filter((id) => !after.has(id))).toEqual([]);
});

test('what a change concerns is what uses the object, nearest first', async () => {
  app = await population(`${TABLE} grant select on t to reader; create policy own on t using (id = other);
    create view v as select id from t;
    create function f() returns bigint language sql as 'select count(*) from app.v';
    create table apart (id uuid);`);
  const [dropped] = (await app.mutants()).filter(({ operator }) => operator === 'policy-dropped');
  expect(dropped?.concerns).toEqual(['app.t', 'app.v', 'app.f()']);
});

test('what only a superuser may do says so', async () => {
  app = await population('create function f() returns int language sql as $$select 1$$');
  const needing = (await app.mutants()).filter(({ needs }) => needs === 'superuser').map(({ operator }) => operator);
  expect([...new Set(needing)].sort()).toEqual([
    'function-leakproof',
    'function-owner',
    'membership-granted',
    'owner',
    'role-attribute',
  ]);
});
