import { expect, test } from '@jest/globals';
import { wayBackFindings, wayBackLine } from '../../src/rehearsal/way-back.ts';

const trial = { failure: null, warnings: [], objects: 3, unlike: [] };
const files = { conditions: 'conditions.sql', script: 'back.sql' };
const where = (went: Parameters<typeof wayBackFindings>[0]) =>
  wayBackFindings(went, files).deviations.map((deviation) => deviation.where);

test('a copy that went back and is as before deviates in nothing', () => {
  expect(where({ notes: [], trial })).toEqual([]);
  expect(where(null)).toEqual([]);
});

test('a way back that is closed, or that failed, deviates', () => {
  const note = { subject: 'schema redesign', note: 'It exists already.', closes: true };
  expect(where({ notes: [note], trial })).toEqual(['schema redesign']);
  expect(where({ notes: [], trial: { ...trial, failure: 'There is no way back.' } })).toEqual(['back.sql']);
});

test('an object that is not as before deviates, unless a note or a warning names it', () => {
  const unlike = ['policy "A" on public.a', 'trigger b of public.b', 'index public.c'];
  const note = { subject: 'trigger b of public.b', note: 'It is disabled.', closes: false };
  const warnings = ['index public.c: It was not made again.'];
  const went = { notes: [note], trial: { ...trial, warnings, unlike } };
  expect(where(went)).toEqual(['policy "A" on public.a']);
  expect(wayBackLine(went)).toMatch(
    /^open: the copy went back, and 0 of 3 objects were as before; not as before: policy/,
  );
});
