import { expect, test } from '@jest/globals';
import { exportedName, versionIn, wordsIn } from '../../src/supabase/names.ts';
import { nextTime, timesOf, versionOf } from '../../src/supabase/times.ts';

const NOON = Date.UTC(2026, 10, 29, 12);

test.each([
  ['000001-legacy-baseline.sql', 'legacy_baseline'],
  ['000007.sql', 'migration_000007'],
  ['000008-.sql', 'migration_000008'],
  ['000009-Übersicht, neu & "schön"; drop.sql', 'ubersicht_neu_schon_drop'],
  ['000010-日本語.sql', 'migration_000010'],
  ['000011-../../etc.sql', 'etc'],
  ['000012---a--b--.sql', 'a_b'],
  [`000013-${'long-'.repeat(100)}end.sql`, 'long_'.repeat(20).slice(0, -1)],
])('%s becomes a name that every file system and shell takes', (file, name) => {
  expect(exportedName(file, NOON)).toBe(`20261129120000_${name}.sql`);
});

test("Supabase's command line reads version and words out of an exported name", () => {
  const name = exportedName('000001-legacy-baseline.sql', NOON);
  expect([versionIn(name), wordsIn(name)]).toEqual(['20261129120000', 'legacy_baseline']);
});

test.each(['README.md', '.gitkeep', 'notes.sql', '2026-01-01_x.sql'])('%s is no migration to it', (name) => {
  expect(versionIn(name)).toBeUndefined();
});

const versions = (...times: (string | undefined)[]): string[] =>
  timesOf(times.map((time, index) => ({ file: `00000${index + 1}.sql`, time }))).map(versionOf);

test('a migration has the time of its header, and one without has a second more than the one before', () => {
  expect(versions('2026-11-29T12:00:00Z', undefined, '2026-11-30T00:00:00Z')).toEqual([
    '20261129120000',
    '20261129120001',
    '20261130000000',
  ]);
});

test('without any time in a header the names are the same in every run, and in order', () => {
  expect(versions(undefined, undefined)).toEqual(['20000101000000', '20000101000001']);
});

test('a time that is not later than the one before does not change the order', () => {
  expect(versions('2026-11-29T12:00:59Z', '2026-11-29T12:00:59Z', '2020-01-01T00:00:00Z')).toEqual([
    '20261129120059',
    '20261129120100',
    '20261129120101',
  ]);
});

test.each(['2026-02-30T00:00:00Z', '2026-11-29', 'yesterday', '2026-11-29T12:00:00+02:00', ''])(
  'the header %j is refused, with the file and an example',
  (time) => {
    expect(() => versions(time)).toThrow(/^000001\.sql: the header `--! Time: .*` is no time\. Write it as/);
  },
);

test('a new migration gets the time of now, and never one that is taken', () => {
  expect(nextTime(NOON + 999, undefined)).toBe(NOON);
  expect(nextTime(NOON, NOON)).toBe(NOON + 1000);
  expect(nextTime(NOON, NOON + 60_000)).toBe(NOON + 61_000);
});
