import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { quantile } from '../../../src/rehearsal/locks/app-operations.ts';
import { ticks } from '../../../src/rehearsal/locks/axis.ts';
import { lockBarsOf } from '../../../src/rehearsal/locks/lock-bars.ts';
import { MODES } from '../../../src/rehearsal/locks/lock-modes.ts';
import { addSample, type LockSample } from '../../../src/rehearsal/locks/lock-samples.ts';
import type { HeldLock } from '../../../src/rehearsal/locks/observation.ts';
import { counted, duration } from '../../../src/report/format.ts';

test('times and counts read as people write them', () => {
  expect([0, 0.4, 12.4, 999, 1_930, 9_996, 61_250, 99_500, 245_000].map(duration)).toEqual([
    '<1 ms',
    '<1 ms',
    '12 ms',
    '999 ms',
    '1.93 s',
    '10.0 s',
    '61.3 s',
    '1 min 40 s',
    '4 min 5 s',
  ]);
  expect([counted(1, 'row'), counted(2_000, 'row'), counted(0, 'child', 'children')]).toEqual([
    '1 row',
    '2\u202f000 rows',
    '0 children',
  ]);
});

test('a quantile is one of the values, by nearest rank', () => {
  const twenty = Array.from({ length: 20 }, (_, index) => index + 1);
  expect([quantile(twenty, 0.95), quantile(twenty, 1), quantile([7], 0.5), quantile([], 0.95)]).toEqual([19, 20, 7, 0]);
});

test('of successive equal samples the first and the last are kept, whatever comes between', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2)), (kinds) => {
      const all = kinds.map((oid, at): LockSample => ({ at, waiting: [], held: [{ oid, mode: 'ShareLock' }] }));
      const kept: LockSample[] = [];
      for (const sample of all) addSample(kept, sample);
      const edge = (at: number): boolean => kinds[at] !== kinds[at - 1] || kinds[at] !== kinds[at + 1];
      expect(kept).toEqual(all.filter(({ at }) => edge(at)));
    }),
  );
});

const held = fc
  .record({ from: fc.nat(1_000), length: fc.integer({ min: 1, max: 500 }), mode: fc.constantFrom(...MODES) })
  .map(
    ({ from, length, mode }): HeldLock => ({ table: 't', mode, migration: 'm', statement: 1, from, to: from + length }),
  );

test('bars never overlap, and at each moment show the strongest lock that is held', () => {
  fc.assert(
    fc.property(fc.array(held), fc.nat(1_500), (locks, whole) => {
      const bars = lockBarsOf(locks);
      for (const [index, bar] of bars.entries()) {
        expect(bar.to).toBeGreaterThan(bar.from);
        expect(bar.from).toBeGreaterThanOrEqual(bars[index - 1]?.to ?? 0);
      }
      // Between two whole moments nothing begins or ends.
      const moment = whole + 0.5;
      const holding = locks
        .filter(({ from, to }) => from < moment && moment < to)
        .map(({ mode }) => MODES.indexOf(mode));
      const shown = bars.filter(({ from, to }) => from < moment && moment < to).map(({ mode }) => MODES.indexOf(mode));
      expect(shown).toEqual(holding.length > 0 ? [Math.max(...holding)] : []);
    }),
  );
});

test('an axis of any length has a few round moments', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1e9, noNaN: true }), (until) => {
      const found = ticks(until);
      expect(found.length).toBeGreaterThanOrEqual(3);
      expect(found.length).toBeLessThanOrEqual(10);
      expect(found.at(-1)).toBeLessThanOrEqual(until);
    }),
  );
  expect(ticks(3_400)).toEqual([0, 500, 1_000, 1_500, 2_000, 2_500, 3_000]);
});
