import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { account } from '../../src/accounting/account.ts';
import type { Accounting } from '../../src/accounting/settings.ts';
import { freshDatabase, type TestDatabase } from '../support/databases.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await database.client.query(`
    create schema legacy;
    create table legacy.arrows (id int primary key, length float8, direction float8[]);
    create table public.arrows (id int primary key, length float8, direction float8[]);
    create table public.set_aside (source_table text, source_id int, row_data jsonb);`);
});
afterAll(() => database.drop());

/** Each value is what the rule gave: the account finds nothing altered, however far the rule went. */
beforeEach(async () => {
  await database.client.query(`
    truncate legacy.arrows, public.arrows;
    insert into legacy.arrows values (1, 10, '{1, 0}'), (2, 20, '{0, 2}'), (3, null, null), (4, 40, '{0, 0}'), (5, 50, '{3, 4}');
    insert into public.arrows select id, length, direction from legacy.arrows;`);
});

const cosine = `(was[1] * now[1] + was[2] * now[2]) / nullif(sqrt(was[1] ^ 2 + was[2] ^ 2) * sqrt(now[1] ^ 2 + now[2] ^ 2), 0)`;
const angle = `case when was = '{0, 0}' then 0 else 1 - ${cosine} end`;

async function accountAfter(sql: string, errors: Accounting['errors']) {
  await database.client.query(sql);
  const { accounts, findings } = await account(database.client, {
    mapping: {
      arrows: {
        source: 'legacy.arrows',
        target: 'public.arrows',
        columns: {
          id: { target: 't.id' },
          length: {
            target: 't.length',
            rule: { name: 'rounded', sql: '(select t.length from public.arrows t where t.id = o.id)' },
          },
          direction: {
            target: 't.direction',
            rule: { name: 'turned', sql: '(select t.direction from public.arrows t where t.id = o.id)' },
          },
        },
      },
    },
    quarantine: { relation: 'public.set_aside' },
    sourceSchema: 'public',
    ...(errors ? { errors } : {}),
  });
  const largest = Object.fromEntries((accounts[0]?.columns ?? []).map(({ column, largest: most }) => [column, most]));
  return { largest, deviations: findings.deviations };
}

const FURTHER =
  'update public.arrows set length = length + 0.5 where id = 1; update public.arrows set length = length - 3 where id = 2';

test('the largest distance is measured; without a limit it may be any', async () => {
  const { largest, deviations } = await accountAfter(FURTHER, { rounded: 'abs(was - now)' });
  expect(largest).toMatchObject({ length: { distance: 3, beyond: [] } });
  expect(deviations).toEqual([]);
});

test('what is further away than the limit deviates, the farthest first, with its values', async () => {
  const { deviations } = await accountAfter(FURTHER, { rounded: { distance: 'abs(was - now)', largestDistance: 0.1 } });
  expect(deviations).toEqual([
    expect.objectContaining({
      where: 'arrows.length',
      expected: 'every value within 0.1 of what it was, by distance, after the rule rounded',
      seen: '2 further from it, the farthest by 3.00',
      evidence:
        `select * from legacy.arrows where id = '2'; -- before: "20"; after: "17"\n` +
        `select * from legacy.arrows where id = '1'; -- before: "10"; after: "10.5"`,
    }),
  ]);
});

test('at the limit nothing deviates', async () => {
  expect(
    (await accountAfter(FURTHER, { rounded: { distance: 'abs(was - now)', largestDistance: 3 } })).deviations,
  ).toEqual([]);
});

test('the largest angle is measured, and may be small without being declared', async () => {
  const { largest, deviations } = await accountAfter("update public.arrows set direction = '{1, 0.01}' where id = 1", {
    turned: { angle },
  });
  expect(largest.direction?.angle).toBeCloseTo(0.00005, 6);
  expect(deviations).toEqual([]);
});

test('a vector that is turned further deviates by default, and with a larger limit does not', async () => {
  const turn = "update public.arrows set direction = '{1, 0.1}' where id = 1";
  expect((await accountAfter(turn, { turned: { angle } })).deviations).toEqual([
    expect.objectContaining({
      where: 'arrows.direction',
      expected: 'every value within 0.0001 of what it was, by angle (1 - cosine), after the rule turned',
      seen: '1 further from it, the farthest by 0.00496',
    }),
  ]);
  expect((await accountAfter(turn, { turned: { angle, largestAngle: 0.01 } })).deviations).toEqual([]);
});

test('a vector that became nothing is turned by a right angle; one that was nothing is not', async () => {
  const { largest, deviations } = await accountAfter("update public.arrows set direction = '{0, 0}' where id = 5", {
    turned: { angle },
  });
  expect(largest.direction?.angle).toBe(1);
  expect(deviations).toHaveLength(1);
  expect(deviations[0]?.evidence).toMatch(/id = '5'/);
});

test('a vector that is left behind is not measured', async () => {
  const { largest, deviations } = await accountAfter('update public.arrows set direction = null where id = 5', {
    turned: { angle },
  });
  expect(largest.direction?.angle).toBe(0);
  expect(deviations).toEqual([]);
});
