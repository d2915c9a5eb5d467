import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MutantResult } from '../../src/mutate/result.ts';
import { mutant, noCache, result, type SmallProject, smallProject } from './support.ts';

let project: SmallProject;

beforeAll(async () => {
  project = await smallProject();
});

afterAll(() => project.drop());

async function ended(sql: string, concerns = ['app.notes']): Promise<MutantResult | undefined> {
  return (await project.run([mutant({ sql, concerns })])).results[0];
}

describe('a change of who may do what is noticed', () => {
  test.each([
    ['a policy for everybody', 'alter policy own on app.notes using (true)', 'cells'],
    ['a policy for nobody', 'alter policy own on app.notes using (false)', 'cells'],
    ['no policy', 'drop policy own on app.notes', 'cells'],
    ['row level security off', 'alter table app.notes disable row level security', 'cells'],
    [
      'a policy that lets in whoever names a text',
      "alter policy own on app.notes using (owner = (select app.me()) or text = '')",
      'sets',
    ],
    ['a privilege on the table', 'grant truncate on app.notes to public', 'privileges'],
  ])('%s', async (_, sql, by) => {
    expect(await ended(sql)).toMatchObject({ outcome: 'killed', by, seen: expect.stringContaining('app.notes') });
  });

  test('a function that a policy calls is noticed by the table of the policy', async () => {
    const sql = `create or replace function app.me() returns text language sql stable as $$ select 'ann'::text $$`;
    expect(await ended(sql, ['app.me()'])).toMatchObject({ outcome: 'killed', plan: 'cells app.notes' });
  });

  test('EXECUTE for everybody', async () => {
    expect(await ended('grant execute on function app.unused() to public', ['app.unused()'])).toMatchObject({
      outcome: 'killed',
      by: 'calls',
      seen: expect.stringMatching(/ann, bob · execute · app.unused\(\): expected denied, seen allowed/),
    });
  });
});

test('a change that nothing notices survives, with what looked at it', async () => {
  expect(await ended('alter policy own on app.notes rename to mine')).toMatchObject({
    outcome: 'survived',
    looked: ['cells (2)', 'sets (2)', 'privileges (1)', 'calls (1)'],
  });
});

test('a change that the server refuses could not be made, with its words', async () => {
  expect(await ended('drop policy nobodys on app.notes')).toMatchObject({
    outcome: 'not made',
    seen: expect.stringContaining('does not exist'),
  });
});

test('a check that rows of the world do not keep is made before they are there, and noticed by those that are missing', async () => {
  expect(await ended('alter table app.notes add check (length(text) > 50)')).toMatchObject({
    outcome: 'killed',
    seen: expect.stringContaining('violates check constraint'),
  });
});

test('nothing is left of a change, whatever came of it', async () => {
  const changes = [
    'drop policy own on app.notes',
    'no sql',
    'alter table app.notes add check (length(text) > 50)',
    'alter table app.notes rename to others',
  ];
  await project.run(changes.map((sql) => mutant({ sql })));
  const { baseline, results } = await project.run([mutant({ sql: 'alter policy own on app.notes rename to mine' })]);
  expect(baseline).toEqual({ deviations: [], notEvaluated: [] });
  expect(results).toMatchObject([{ outcome: 'survived' }]);
});

test('what a statement that is stopped says is not evaluated, and kills nothing', async () => {
  const sql = `create or replace function app.count_notes() returns bigint language plpgsql stable as $$ begin loop perform 1; end loop; end $$`;
  expect(await ended(sql, ['app.count_notes()'])).toMatchObject({
    outcome: 'survived',
    notEvaluated: expect.arrayContaining([
      expect.objectContaining({ where: 'ann · execute · app.count_notes()', why: expect.stringContaining('57014') }),
    ]),
  });
}, 60_000);

test('while the unchanged database is not as declared, its findings say so', async () => {
  const other = await smallProject();
  try {
    await other.client.query('alter policy own on app.notes using (true)');
    const { baseline } = await other.run([mutant({ sql: 'drop policy own on app.notes' })]);
    expect(baseline.deviations).toContainEqual(expect.objectContaining({ expected: 'denied', seen: 'allowed' }));
  } finally {
    await other.drop();
  }
});

test('a mutant whose result is known is not tried again', async () => {
  const known = mutant({ sql: 'drop policy own on app.notes' });
  const cache = { ...noCache(), get: () => result({ id: known.id, outcome: 'killed' }) };
  expect(await project.run([known], undefined, cache)).toMatchObject({ results: [] });
});
