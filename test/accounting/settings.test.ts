import { expect, test } from '@jest/globals';
import { type Accounting, accountingSettings, legacyMistakes } from '../../src/accounting/settings.ts';

const settings: Accounting = {
  mapping: {
    notes: {
      source: 'legacy.notes',
      target: 'public.notes',
      columns: { weight: { target: 't.weight', rule: { name: 'rounded', sql: 'round(o.weight)' } } },
    },
  },
  quarantine: { relation: 'public.set_aside' },
  sourceSchema: 'public',
};

test('settings that name only what the mapping has are right', () => {
  const right = {
    ...settings,
    optional: ['notes', 'notes.weight'],
    expectedNewRows: { notes: [{ rule: 'first note', sql: 'true' }] },
    errors: { rounded: 'abs(was - now)' },
  };
  expect(accountingSettings.parse(right)).toEqual(right);
  expect([...legacyMistakes(right)]).toEqual([]);
});

test('every table, column and rule that the mapping does not have is named with its path', () => {
  const wrong = {
    ...settings,
    optional: ['notes.text', 'people'],
    expectedNewRows: { people: [] },
    errors: { shortened: '0' },
  };
  expect([...legacyMistakes(wrong)].map((mistake) => mistake.split(':')[0])).toEqual([
    'legacy.optional',
    'legacy.optional',
    'legacy.expectedNewRows.people',
    'legacy.errors.shortened',
  ]);
});
