// Whatever GraphQL answers and changes is what SQL answers and changes as the same persona; what is wider is told.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerFindings } from '../../src/graphql/answers/findings.ts';
import type { ComparedAnswers } from '../../src/graphql/answers/prove.ts';
import { graphqlQuestions } from '../../src/graphql/answers/source.ts';
import { type Shop, shop } from './answers.ts';

const RIGHT = (role: string): string => `
  create view app.cities with (security_invoker = true) as select city, count(*)::int as customers from app.customers group by city;
  comment on view app.cities is '@primaryKey city';
  grant select on app.cities to ${role};
  create function app.customers_spent(c app.customers) returns bigint language sql stable as 'select sum(sum) from app.orders where customer = c.name';
  create function app.customers_big(c app.customers, at_least int default 2) returns setof app.orders language sql stable as 'select * from app.orders where customer = c.name and sum >= at_least';
  create function app.orders_above(at_least int default 2) returns setof app.orders language sql stable as 'select * from app.orders where sum >= at_least';
  create function app.refuse() returns int language plpgsql stable as $$ begin raise exception 'no' using errcode = 'P0404'; end $$;
  create function app.place(sum int) returns app.orders language sql as 'insert into app.orders (customer, sum) values (app.me(), sum) returning *';
  create function app.forget() returns void language sql as 'delete from app.orders';
  create table app.log (id uuid primary key default gen_random_uuid(), at timestamptz default clock_timestamp(), what text);
  create function app.note() returns trigger language plpgsql security definer as $$ begin
    insert into app.log (what) values (tg_op || ' ' || coalesce(new.customer, old.customer)); return null; end $$;
  create trigger note after insert or update or delete on app.orders for each row execute function app.note();`;

const WIDER = (role: string): string => `
  create view app.everybody as select name, email from app.customers; grant select on app.everybody to ${role};
  create function app.customers_neighbours(c app.customers) returns setof text language sql stable security definer
    as 'select name from app.customers where city = c.city and name <> c.name';
  create schema private; grant usage on schema private to ${role};
  create function private.all_orders() returns setof app.orders language sql stable security definer as 'select * from app.orders';
  create function app.newest() returns setof app.orders language sql stable as 'select * from private.all_orders()';
  create view app.debts as select o.id, c.name as debtor from app.orders o join app.customers c on c.name <> o.customer;
  comment on view app.debts is E'@primaryKey id\\n@foreignKey (debtor) references app.customers (name)';
  grant select on app.debts to ${role};
  create function app.cancel_all() returns int language sql security definer
    as 'with gone as (delete from app.orders returning 1) select count(*)::int from gone';`;

describe('what is the same', () => {
  let right: Shop;
  beforeAll(async () => {
    right = await shop(RIGHT, { place: [9], orders_above: [1] });
  });
  afterAll(() => right?.drop());

  test('holds: tables, relations, keys, conditions, orders, pages, functions, computed fields, and all that mutations, triggers, cascades and sequences write', async () => {
    const compared = await right.compared();
    expect(answerFindings(compared, {}, true)).toEqual({ deviations: [], notEvaluated: [] });
    expect(compared.answers).toBeGreaterThan(150);
    const needless = answerFindings(compared, { wider: { 'app.orders': 'for no reason' } }, true);
    expect(needless.deviations.map(({ where }) => where)).toEqual(['app.orders']);
  });

  test('is asked again and again of changed rows, without a trace: what a persona may not see changes no answer', async () => {
    const { built, personas, within } = right;
    await within(async (client, world) => {
      const questions = (await graphqlQuestions(client, [built], personas, world)).get('me') ?? [];
      const answers = async (): Promise<string[]> => {
        const all: string[] = [];
        for (const { ask } of questions) all.push(await ask());
        return all;
      };
      const before = await answers();
      expect(questions.map(({ object, role }) => `${object} ${role}`)).toContain(`app.orders ${built.role}`);
      expect(before.join()).toContain('"state":"P0404"');
      await client.query(
        `update app.orders set sum = 70 where customer = 'you'; delete from app.customers where name = 'you'`,
      );
      expect(await answers()).toEqual(before);
      await client.query(`update app.orders set sum = 70 where customer = 'me'`);
      expect(await answers()).not.toEqual(before);
    });
  });
});

describe('what is wider deviates, with the persona and the field', () => {
  let wider: Shop;
  let compared: ComparedAnswers;
  beforeAll(async () => {
    wider = await shop(WIDER);
    compared = await wider.compared();
  });
  afterAll(() => wider?.drop());

  const of = (object: string) =>
    compared.differences.filter((one) => one.object === object).map(({ deviation }) => deviation);

  test('a view with its owner’s rights', () => {
    const [first] = of('app.everybody');
    expect(first).toMatchObject({
      check: 'graphql',
      where: 'me · Query.everybodies',
      expected: 'SQL: totalCount 1, 1 row: ["me","me@example.com"]',
      seen: expect.stringContaining('GraphQL: totalCount 2, 2 rows'),
      evidence: expect.stringMatching(/everybodies[\s\S]*set local role[\s\S]*select/),
    });
  });

  test('a computed field that a definer function gives', () => {
    expect(of('app.customers_neighbours').map(({ where }) => where)).toEqual([
      'me · Customer.neighbours of Query.customer(name: "me")',
      'you · Customer.neighbours of Query.customer(name: "you")',
    ]);
  });

  test('rows of a table that a function hands over from a definer function elsewhere', () => {
    expect(of('app.newest').map(({ where }) => where)).toEqual(
      ['me', 'you', 'nobody'].map((name) => `${name} · Query.newest`),
    );
    expect(of('app.newest')[0]?.expected).toBe('rows that select gives from app.orders');
  });

  test('a relation that a smart comment makes to a view with its owner’s rights', () => {
    expect(of('app.debts').map(({ where }) => where)).toContain(
      'you · Customer.debtsByDebtor of Query.customer(name: "you")',
    );
  });

  test('a mutation whose effect is wider than SQL’s', () => {
    expect(of('app.cancel_all')[0]).toMatchObject({
      where: 'me · Mutation.cancelAll()',
      expected: 'SQL: 1 row: [2]; writes delete app.orders, delete app.orders',
      seen: 'GraphQL: 1 row: [3]; writes delete app.orders, delete app.orders, delete app.orders',
    });
  });

  test('nothing else, and nothing of that when it is declared with a reason', () => {
    const objects = [...new Set(compared.differences.map(({ object }) => object))];
    const known = ['app.everybody', 'app.debts', 'app.newest', 'app.customers_neighbours', 'app.cancel_all'];
    expect(objects.toSorted()).toEqual(known.toSorted());
    const declared = Object.fromEntries(known.map((object) => [object, 'It is meant to.']));
    expect(answerFindings(compared, { wider: declared }, true)).toEqual({ deviations: [], notEvaluated: [] });
  });

  test('in the findings, the first of each object and persona, with how many more there are', () => {
    const { deviations } = answerFindings(compared, {}, true);
    const views = deviations.filter(({ where }) => where.includes('verybod'));
    expect(views.map(({ where }) => where.split(' ')[0])).toEqual(['me', 'you', 'nobody']);
    expect(views[0]?.seen).toMatch(/\(and \d+ more answers about app.everybody that differ\)$/);
  });
});
