import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WorldAnswer } from '../../src/interference/questions.ts';
import { steadyAnswers } from '../../src/mutate/answers.ts';
import { functionsProbe } from '../../src/mutate/probes/functions.ts';
import type { MutantResult } from '../../src/mutate/result.ts';
import { mutant, type SmallProject, smallProject } from './support.ts';

const heard = (...rows: object[]): Map<string, WorldAnswer> =>
  new Map([['ann · select 1', { rows: rows.map((row) => JSON.stringify(row)), count: rows.length }]]);

describe('answers of the changed database', () => {
  test('that say the same are no difference, in whatever order', () => {
    expect(steadyAnswers(heard({ n: 1 }, { n: 2 })).difference(heard({ n: 2 }, { n: 1 }))).toBeUndefined();
  });

  test('that say another value are one, with the call and both values', () => {
    expect(steadyAnswers(heard({ n: 1 })).difference(heard({ n: 2 }))).toMatch(/^ann · select 1: was .*1.* is .*2/);
  });

  test('are compared without the values that differ from run to run, and with the others', () => {
    const steady = steadyAnswers(heard({ n: 1, at: 10 }));
    steady.repeat(heard({ n: 1, at: 11 }));
    expect(steady.difference(heard({ n: 1, at: 12 }))).toBeUndefined();
    expect(steady.difference(heard({ n: 2, at: 12 }))).toContain('ann · select 1');
  });

  test('are not compared where the rows themselves differ from run to run', () => {
    const steady = steadyAnswers(heard({ n: 1 }));
    steady.repeat(heard());
    expect(steady.difference(heard({ n: 5 }))).toBeUndefined();
  });
});

describe('a body dies by what its calls answer', () => {
  let project: SmallProject;

  beforeAll(async () => {
    project = await smallProject();
  });

  afterAll(() => project.drop());

  const ended = async (body: string): Promise<MutantResult | undefined> => {
    const sql = `create or replace function app.count_notes() returns bigint language sql stable as $$ ${body} $$`;
    const changed = mutant({ sql, operator: 'body-constant', concerns: ['app.count_notes()'] });
    return (await project.run([changed], [functionsProbe(project.settings)])).results[0];
  };

  test('when it gives another number to the same people', async () => {
    expect(await ended('select count(*) + 1 from app.notes')).toMatchObject({
      outcome: 'killed',
      by: 'functions',
      seen: expect.stringMatching(/ann · select \* from app\.count_notes\(\): was .*1.* is .*2/),
    });
  });

  test('and lives when it gives the same', async () => {
    expect(await ended('select 0 + count(*) from app.notes')).toMatchObject({ outcome: 'survived' });
  });

  describe('and by what an error says besides its message', () => {
    const refusing = (rest: string): string =>
      `create or replace function app.count_notes() returns bigint language plpgsql stable as
         $f$ begin raise exception using message = 'No.', ${rest}; end $f$`;

    test.each([
      ['its detail', `detail = '{"error": "none", "of": 2}'`],
      ['its hint', `hint = 'Ask somebody else.'`],
      ['its constraint', `constraint = 'another'`],
    ])('%s', async (_, rest) => {
      await project.session.close();
      await project.client.query(refusing(`detail = '{"error": "none", "of": 1}', hint = 'Ask.', constraint = 'one'`));
      const given = ['detail', 'hint', 'constraint'].filter((name) => !rest.startsWith(name));
      const same = {
        detail: `detail = '{"error": "none", "of": 1}'`,
        hint: `hint = 'Ask.'`,
        constraint: `constraint = 'one'`,
      };
      const sql = refusing([rest, ...given.map((name) => same[name as keyof typeof same])].join(', '));
      const changed = mutant({ sql, operator: 'body-constant', concerns: ['app.count_notes()'] });
      const [seen] = (await project.run([changed], [functionsProbe(project.settings)])).results;
      expect(seen).toMatchObject({ outcome: 'killed', by: 'functions' });
    });
  });
});
