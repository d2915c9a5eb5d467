import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Mutant } from '../../../src/mutate/mutant.ts';
import { type Population, population } from './support.ts';

const table = (name: string): string =>
  `create table ${name} (id uuid, other uuid); alter table ${name} enable row level security;`;

const SQL = `
  create table to_all (id uuid); grant select on to_all to public, reader;
  create table whole (id uuid); grant select on whole to reader;
  ${table('shut')} grant select on shut to reader; create policy own on shut for select to reader using (id = other);
  ${table('closed')} create policy own on closed for select to reader using (id = other);
  ${table('open')} grant select on open to reader; create policy own on open using (true);
  ${table('same')} grant update on same to reader; create policy own on same for update using (id = other) with check (id = other);
  ${table('settled')} grant update (id) on settled to reader;
  create policy own on settled for update to reader using (other is null) with check (other is null);
  ${table('callers')} grant update on callers to reader;
  create policy own on callers for update to reader using (current_user = 'x') with check (current_user = 'x');
  ${table('unsettled')} grant update (id) on unsettled to reader;
  create policy own on unsettled for update to reader using (other is null) with check (other is null);
  create policy more on unsettled for all to reader using (id is null);
  ${table('triggered')} grant update (id) on triggered to reader;
  create policy own on triggered for update to reader using (other is null) with check (other is null);
  create function moves() returns trigger language plpgsql as 'begin new.other := new.id; return new; end';
  create trigger moves before update on triggered for each row execute function moves();
  ${table('hosted')} grant select on hosted to pg_monitor;
  create function twice() returns int language sql as 'select 1'; grant execute on function twice() to reader, writer;
  create view asked with (security_invoker) as select id from closed;
  ${table('base')} grant select on base to reader;
  create view inserted with (security_invoker) as select id, other from base;
  create function inserts() returns trigger language plpgsql as 'begin return new; end';
  create trigger inserts instead of insert on inserted for each row execute function inserts();
  create function fired() returns trigger language plpgsql as 'begin return null; end';
  create function plain() returns int language sql as 'select 1';
  create function guarded() returns void language plpgsql as 'begin if now() is null then raise exception ''no''; end if; end';
`;

let app: Population;
let mutants: readonly Mutant[];
/** Those of the same schema once a client role may enter it. */
let entered: readonly Mutant[];

beforeAll(async () => {
  app = await population(SQL);
  mutants = await app.mutants();
  await app.client.query('begin');
  await app.client.query(`grant usage on schema app to ${app.named('writer')}`);
  entered = await app.mutants();
  await app.client.query('rollback');
});
afterAll(() => app.drop());

test.each([
  ['a privilege that the role has by PUBLIC', 'app.to_all', /^table-privilege-granted SELECT/],
  ['the revoke of what the role has by PUBLIC as well', 'app.to_all', /^table-privilege-revoked SELECT reader/],
  [
    'the privilege on a column where the role has it on the table',
    'app.whole.id',
    /^column-privilege-.* SELECT reader/,
  ],
  ['a policy for a role without the privilege', 'app.shut own', /^policy-to-widened/],
  ['a policy for commands that nobody has the privilege for', 'app.shut own', /^policy-for-all/],
  ['any change of a policy that lets nobody in', 'app.closed own', /./],
  ['row security where nobody has a privilege whom it holds for', 'app.closed', /^row-security/],
  ['a policy that is there already', 'app.open', /^policy-added/],
  ['WITH CHECK as USING has it', 'app.same own', /^policy-check-removed/],
  ['a wider WITH CHECK of columns that nobody may update', 'app.settled own', /^policy-check-true/],
  ['a wider WITH CHECK that reads no column', 'app.callers own', /^policy-check-true/],
  [
    'the revoke from PUBLIC of what every client role has besides',
    'app.twice()',
    /^function-privilege-revoked .*public/,
  ],
  ['row security for a role that is no client and owns no function', 'app.hosted', /^row-security/],
  ['FORCE for an owner who bypasses row security', 'app.shut', /^force/],
  ['reading an invoker view of what the role may not read', 'app.asked', /(?:SELECT|UPDATE|DELETE) reader/],
  ['UPDATE on a view whose trigger inserts alone', 'app.inserted', /privilege-granted UPDATE reader/],
  ['UPDATE on a column of such a view', 'app.inserted.id', /privilege-granted UPDATE reader/],
  ['LEAKPROOF of a function of triggers', 'app.fired()', /^function-leakproof/],
  ['EXECUTE on a function of triggers', 'app.fired()', /^function-privilege/],
  ['STRICT of a function without arguments', 'app.plain()', /^function-strict/],
  ['a guard that is all of an IF, which is never true in another', 'app.guarded()', /^body-raise-removed/],
])('%s is no mutant', (_, object, pattern) => {
  const ids = entered.filter((mutant) => mutant.object === object).map(({ id }) => id.replace(` ${object}`, ''));
  expect(ids.filter((id) => pattern.test(id))).toEqual([]);
});

test('a grant in a schema that no client role may enter is no mutant, and opening the schema is one', () => {
  const open = entered.map(({ id }) => id);
  const closed = mutants.map(({ id }) => id);
  expect(closed.filter((id) => /^(?:table|column)-privilege-granted app\.shut/.test(id))).toEqual([]);
  expect(closed).toContain('schema-opened schema app tables reader');
  expect(closed).toContain('schema-opened schema app functions reader');
  expect(open).toContain('table-privilege-granted app.shut UPDATE reader');
  expect(open).not.toContain('schema-opened schema app tables reader');
});

test('the code and the modes of a function are none where no client can come to it, and its owner is one', () => {
  const ofPlain = (all: readonly Mutant[]): string[] => [
    ...new Set(all.filter(({ object }) => object === 'app.plain()').map(({ operator }) => operator)),
  ];
  expect(ofPlain(mutants)).toEqual(['function-privilege-revoked', 'function-owner']);
  expect(ofPlain(entered)).toEqual(
    expect.arrayContaining(['function-owner', 'function-security-definer', 'function-volatility', 'body-constant']),
  );
});

test('a privilege that the role inherits is no mutant', async () => {
  await app.client.query('begin');
  const [reader, writer] = [app.named('reader'), app.named('writer')];
  await app.client.query(`grant select on app.closed to ${writer}; grant ${writer} to ${reader}`);
  const ids = (await app.mutants()).map(({ id }) => id);
  await app.client.query('rollback');
  expect(ids).not.toContain('table-privilege-granted app.closed SELECT reader');
  expect(ids).toContain('table-privilege-revoked app.closed SELECT writer');
});

test('an id does not depend on objects that are nothing to it', async () => {
  const before = mutants.map(({ id }) => id);
  await app.client.query('begin');
  await app.client.query(`
    create table app.a (id uuid primary key);
    create function app.a() returns boolean language sql as 'select 1 > 2';
    alter table app.shut add constraint later check (id <> other);
  `);
  const after = new Set((await app.mutants()).map(({ id }) => id));
  await app.client.query('rollback');
  expect(before.filter((id) => !after.has(id))).toEqual([]);
});

test.each([
  ['where another policy is for updates too', 'policy-check-true app.unsettled own'],
  ['where a trigger may change what it reads', 'policy-check-true app.triggered own'],
  ['where a role may update what it reads', 'policy-check-true app.same own'],
])('a wider WITH CHECK is a mutant %s', (_, id) => {
  expect(entered.map((one) => one.id)).toContain(id);
});

test('INSERT on a view whose trigger inserts is one', () => {
  expect(entered.map((one) => one.id)).toContain('table-privilege-granted app.inserted INSERT reader');
});

test('what a change concerns is what uses the object, nearest first', async () => {
  await app.client.query('begin');
  await app.client.query(`
    create view app.v as select id from app.shut;
    create function app.f() returns bigint language sql as 'select count(*) from app.v';
  `);
  const dropped = (await app.mutants()).find(({ id }) => id === 'policy-dropped app.shut own');
  await app.client.query('rollback');
  expect(dropped?.concerns).toEqual(['app.shut', 'app.v', 'app.f()']);
});

test('what only a superuser may do says so', () => {
  const needing = entered.filter(({ needs }) => needs === 'superuser').map(({ operator }) => operator);
  expect([...new Set(needing)].sort()).toEqual([
    'function-leakproof',
    'function-owner',
    'membership-granted',
    'owner',
    'role-attribute',
  ]);
});
