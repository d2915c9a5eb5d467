import { expect, test } from '@jest/globals';
import { netChanges } from '../../src/functions/changes.ts';
import { parseChanges } from '../../src/functions/declared.ts';
import { functionsMistakes } from '../../src/functions/settings.ts';
import { withoutValues } from '../../src/functions/words.ts';

test('whose rows of which tables are changed is read from words', () => {
  expect(parseChanges('app.notes of own, app.log of nobody')).toEqual([
    { table: 'app.notes', whose: 'own' },
    { table: 'app.log', whose: 'nobody' },
  ]);
  for (const text of [
    '',
    'app.notes',
    'notes of own',
    'app.notes of them',
    'app.notes of own app.log of own',
    'a.b of own, a.b of own',
  ])
    expect(parseChanges(text)).toBeUndefined();
});

test('a line that cannot be read is a mistake of the configuration', () => {
  expect([...functionsMistakes({ effects: { 'app.f': { changes: 'app.notes', why: 'So.' } } })]).toEqual([
    'effects.app.f.changes: "app.notes" is not a list such as "app.members of others, app.log of nobody"',
  ]);
});

test('messages lose what differs from run to run', () => {
  const id = '00000000-0000-4000-8000-0000000000a1';
  expect(withoutValues(`No note "a b" (${id}) at 2026-01-02 10:00 for a-slug`, ['a-slug'])).toBe(
    'No note "…" (…) at … … for …',
  );
});

const tables = new Map([[1, { id: 'app.t', key: ['id'] }]]);
const row = (id: string, note: string) => ({ id, note });
const write = (was: ReturnType<typeof row> | null, now: ReturnType<typeof row> | null) =>
  ({ relation: 1, command: was ? (now ? 'update' : 'delete') : 'insert', was, now }) as const;

test('of several changes of a row what remains is one', () => {
  const net = netChanges(
    [
      write(null, row('1', 'a')),
      write(row('1', 'a'), row('1', 'b')),
      write(row('2', 'a'), row('2', 'b')),
      write(row('2', 'b'), row('2', 'a')),
      write(row('3', 'a'), null),
      write(null, row('3', 'b')),
      write(row('4', 'a'), row('5', 'a')),
      write(row('5', 'a'), null),
    ],
    tables,
  );
  expect(net.map(({ command, was, now, columns }) => [command, was?.id, now?.id, columns])).toEqual([
    ['insert', undefined, '1', []],
    ['update', '3', '3', ['note']],
    ['delete', '4', undefined, []],
  ]);
});
