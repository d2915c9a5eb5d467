import fc, { type Arbitrary } from 'fast-check';
import { type Extra, extras } from './extras.ts';
import { type Rows, resolve } from './resolve.ts';
import { draftRows } from './rows.ts';

/** The changes of legacy-schema.md that are known by name; see drifts.ts for what each does. */
export const driftNames = [
  ...([
    'transcripts',
    'chunks know their transcript',
    'token_count',
    'channels.user_id',
    'added_at',
    'profiles',
  ] as const),
  ...(['more policies', 'get_user_channels', 'more states'] as const),
];
export type Drift = (typeof driftNames)[number];

/** A legacy database: all that tells it from the one that the baseline makes. */
export interface Shape {
  readonly drifts: readonly Drift[];
  /** Constraints that are gone, by name. What the rows break is gone, or never validated, in any case. */
  readonly lost: readonly string[];
  /** Foreign keys and checks that were never validated, by name. */
  readonly unproven: readonly string[];
  readonly rows: Rows;
  readonly extras: readonly Extra[];
}

/** Any legacy database that drift allows. @param constraints the names of those that there are before any is lost */
export function shapes(constraints: readonly string[]): Arbitrary<Shape> {
  return fc.record({
    drifts: fc.subarray(driftNames),
    lost: sometimes(fc.subarray([...constraints])),
    unproven: sometimes(fc.subarray([...constraints])),
    rows: draftRows.map(resolve),
    extras,
  });
}

const sometimes = <T>(list: Arbitrary<T[]>): Arbitrary<T[]> =>
  fc.oneof({ withCrossShrink: true }, { weight: 2, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: list });
