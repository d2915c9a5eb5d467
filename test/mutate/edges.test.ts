import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { edgesProbe } from '../../src/mutate/probes/edges.ts';
import type { MutantResult } from '../../src/mutate/result.ts';
import { mutant, type SmallProject, smallProject } from './support.ts';

/** A range of numbers, a length of a text, a key of JSON, and what a trigger makes of a column; nobody may call the functions. */
const BODIES = {
  'app.in_range(integer)': (limit: number) =>
    `create or replace function app.in_range(p_count integer) returns boolean language sql as 'select p_count between 1 and ${limit}'`,
  'app.fits(text)': (limit: number) =>
    `create or replace function app.fits(p_text text) returns boolean language sql as 'select length(p_text) <= ${limit}'`,
  'app.name_of(jsonb)': (place: number) =>
    `create or replace function app.name_of(p_claims jsonb) returns text language sql as $f$ select p_claims ->> 'name${place}' $f$`,
  'app.shorten()': (length: number) =>
    `create or replace function app.shorten() returns trigger language plpgsql as
       $f$ begin new.text := coalesce(left(new.text, ${length}), 'none'); return new; end $f$`,
};
type Body = keyof typeof BODIES;

let project: SmallProject;

beforeAll(async () => {
  project = await smallProject(`
    ${Object.values(BODIES)
      .map((body) => `${body(6)};`)
      .join('\n')}
    create trigger shorten before insert or update on app.notes for each row execute function app.shorten();
    `);
});
afterAll(() => project.drop());

async function ended(name: Body, sql: string): Promise<MutantResult | undefined> {
  const concerns = name.includes('shorten') ? [name, 'app.notes'] : [name];
  const changed = mutant({ sql, operator: 'body-constant', object: name, concerns });
  return (await project.run([changed], [edgesProbe(project.settings)])).results[0];
}

test.each(Object.keys(BODIES) as Body[])('%s with a constant moved by one is noticed', async (name) => {
  expect(await ended(name, BODIES[name](7))).toMatchObject({ outcome: 'killed', by: 'edges' });
});

test.each(Object.keys(BODIES) as Body[])('%s as it is gives the same answers', async (name) => {
  expect(await ended(name, BODIES[name](6))).toMatchObject({
    outcome: 'survived',
    looked: [expect.stringContaining('edges')],
  });
});

test('it says nothing of the unchanged database, and is not asked about privileges', async () => {
  const grant = mutant({ sql: 'grant truncate on app.notes to public', operator: 'table-privilege-granted' });
  const { baseline, results } = await project.run([grant], [edgesProbe(project.settings)]);
  expect(baseline).toEqual({ deviations: [], notEvaluated: [] });
  expect(results).toMatchObject([{ outcome: 'survived', looked: [] }]);
});
