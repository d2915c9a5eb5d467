import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeOtherWorlds, type OtherWorlds } from './support.ts';

let worlds: OtherWorlds;
beforeAll(async () => {
  worlds = await makeOtherWorlds();
});
afterAll(() => worlds.drop());

const COUNTS = `
  create function app.how_many() returns bigint language sql stable security definer as $$ select count(*) from app.notes $$;
  create function app.how_many_users() returns bigint language sql stable security definer
  as $$ select count(*) from app.users $$;`;
const why = 'Everybody may know how many there are.';

test('what is declared is no finding', async () => {
  const { findings } = await worlds.look(COUNTS, {
    dependencies: [
      { of: ['app.how_many'], on: ['app.notes'], why },
      { of: ['app.how_many_users()'], on: ['app.users'], why },
    ],
  });
  expect(findings).toEqual({ deviations: [], notEvaluated: [] });
});

test('what is declared for one persona is a finding for another', async () => {
  const { findings } = await worlds.look(COUNTS, {
    dependencies: [
      { of: ['app.how_many'], on: ['app.notes'], for: 'ann', why },
      { of: ['app.how_many_users'], on: ['app.users'], why },
    ],
  });
  expect(findings.deviations.map(({ where }) => where)).toEqual([expect.stringMatching(/^bob.* · app\.how_many\(\)/)]);
});

test('a table may be declared for every answer', async () => {
  const { findings } = await worlds.look(COUNTS, { dependencies: [{ on: ['app.notes', 'app.users'], why }] });
  expect(findings.deviations).toEqual([]);
});

test('what depends on another table than the declared one is a finding', async () => {
  const { leaks } = await worlds.look(
    `create function app.sums() returns bigint language sql stable security definer
     as $$ select (select count(*) from app.notes) + (select sum(length(email)) from app.users) $$;`,
    { dependencies: [{ of: ['app.sums'], on: ['app.notes'], why }] },
  );
  expect(leaks).toContain('bob · app.sums() · app.users');
  expect(leaks).not.toContain('bob · app.sums() · app.notes');
});

test('a line deviates that no answer needs, and so does each needless part of one', async () => {
  const { findings } = await worlds.look(COUNTS, {
    dependencies: [
      { of: ['app.how_many', 'app.gone'], on: ['app.notes', 'app.users'], for: 'ann, bob, cy', why },
      { of: ['app.how_many_users'], on: ['app.users'], why },
      { of: ['app.me'], on: ['app.users'], why },
    ],
  });
  expect(findings.deviations.filter(({ fix }) => fix.startsWith('Take it out')).map(({ seen }) => seen)).toEqual([
    'No answer was seen that depends as declared: on app.users, of app.gone, for cy.',
    'No answer was seen that depends as declared: on app.users, of app.me.',
  ]);
});

test('an answer that has other rows each time is not evaluated', async () => {
  const { findings } = await worlds.look(`
    create function app.some_of_all() returns setof int language sql volatile security definer
    as $$ select g from generate_series(1, (select count(*) from app.notes)::int * 1000) g where random() < 0.5 $$;`);
  expect(findings.notEvaluated).toEqual([
    expect.objectContaining({ check: 'interference', where: expect.stringContaining('app.some_of_all()') }),
  ]);
});
