import { expect, test } from '@jest/globals';
import type { FunctionOutcome } from '../../src/access/model.ts';
import { renderAccess } from '../../src/access/render.ts';

const personas = ['owner', 'stranger'].map((name) => ({ name, role: 'authenticated', settings: {} }));
const call = (persona: string, outcome: FunctionOutcome) => ({
  signature: 'app.f(uuid)',
  persona,
  outcome,
  statement: '',
});
const nothing = { cells: [], columns: [], functions: [], privileges: [] };
const grant = {
  role: 'authenticated',
  table: 'app.notes',
  command: 'update' as const,
  columns: ['id', 'title', 'body'],
};
const privilege = { object: 'app.notes', role: 'authenticated', before: [], statement: '' };

test('columns are shown where some and not all are granted', () => {
  const partly = renderAccess({ ...nothing, columns: [{ ...grant, granted: ['title', 'body'] }] }, personas);
  expect(partly).toContain('| app.notes | authenticated | update  | title, body |');
  for (const granted of [[], grant.columns])
    expect(renderAccess({ ...nothing, columns: [{ ...grant, granted }] }, personas)).not.toContain('app.notes');
});

test('a function has a line, with a mark for each persona', () => {
  const functions = [call('owner', 'allowed'), call('stranger', 'refused')];
  expect(renderAccess({ ...nothing, functions }, personas)).toContain('| app.f(uuid) | X     | ×        |');
});

test('a privilege has a line when it is had, and what was tried is told in any case', () => {
  const shut = [{ ...privilege, privilege: 'TRUNCATE' as const, outcome: 'no grant' as const }];
  const open = [...shut, { ...privilege, privilege: 'TRIGGER' as const, outcome: 'allowed' as const }];
  const text = renderAccess({ ...nothing, privileges: shut }, personas);
  expect(text).toContain('No role has any of them.');
  expect(text).toContain('Tried as authenticated: TRUNCATE, REFERENCES, TRIGGER');
  expect(renderAccess({ ...nothing, privileges: open }, personas)).toContain(
    '| app.notes | authenticated | TRIGGER    |',
  );
});
