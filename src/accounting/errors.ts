import type pg from 'pg';
import { quoteIdentifier } from '../sql/quote.ts';
import { type DifferentRow, FIRST, shortened } from './first-rows.ts';
import type { LegacyTable, RuleErrors } from './settings.ts';

/** How far a rule has moved the values of a column at most, and the values that it has moved further than it may. */
export interface LargestErrors {
  readonly distance?: number;
  /** As 1 - cosine. */
  readonly angle?: number;
  readonly beyond: readonly BeyondLimit[];
}

/** Values that are further from what they were than the limit of a measure allows. */
export interface BeyondLimit {
  readonly measure: 'distance' | 'angle';
  readonly limit: number;
  readonly largest: number;
  readonly count: number;
  readonly rows: readonly DifferentRow[];
}

/** 1 - cosine, where the settings don't say: much more than rounding to half precision turns an embedding (0.0000001). */
const LARGEST_ANGLE = 0.0001;

/**
 * Measures how far a rule has moved the values of a column, over all rows that are carried and have a value before and
 * after. A value that has no direction any more is turned as far as one at a right angle: by 1.
 * @param errors SQL of the measures over `was` and `now`, the values themselves; or only of the distance
 */
export async function measureErrors(
  client: pg.Client,
  legacy: LegacyTable,
  column: string,
  errors: string | RuleErrors,
): Promise<LargestErrors> {
  const {
    distance,
    largestDistance,
    angle,
    largestAngle = LARGEST_ANGLE,
  }: RuleErrors = typeof errors === 'string' ? { distance: errors } : errors;
  const { original, target } = legacy.columns[column] ?? { target: 'null' };
  const was = original ?? `o.${quoteIdentifier(column)}`;
  const measured = `(
    select o.id::text as id, (${distance ?? 'null'})::float8 as distance,
           ${angle === undefined ? 'null::float8' : `coalesce(nullif((${angle})::float8, 'NaN'), 1)`} as angle, was, now
    from ${legacy.source} o join ${legacy.target} t on t.id = o.id
    cross join lateral (select ${was} as was, ${target} as now offset 0) v
    where was is not null and now is not null offset 0)`;
  const limits = { distance: largestDistance, angle: angle === undefined ? undefined : largestAngle };
  const over = (measure: keyof typeof limits): string => `${measure} > ${limits[measure] ?? "'Infinity'"}`;
  const { rows } = await client.query<Record<'distance' | 'angle' | 'far' | 'turned', number | null>>(
    `select max(distance) as distance, max(angle) as angle, (count(*) filter (where ${over('distance')}))::int as far,
            (count(*) filter (where ${over('angle')}))::int as turned from ${measured} m`,
  );
  const [{ distance: farthest, angle: widest, far, turned } = { distance: null, angle: null, far: 0, turned: 0 }] =
    rows;
  const beyond: BeyondLimit[] = [];
  for (const [measure, count, largest] of [['distance', far, farthest] as const, ['angle', turned, widest] as const]) {
    if (!count) continue;
    const { rows: first } = await client.query<DifferentRow>(
      `select id, ${shortened('was')} as before, ${shortened('now')} as after from ${measured} m
       where ${over(measure)} order by ${measure} desc, id limit ${FIRST}`,
    );
    beyond.push({ measure, limit: limits[measure] ?? 0, largest: largest ?? 0, count, rows: first });
  }
  return {
    ...(distance === undefined ? {} : { distance: farthest ?? 0 }),
    ...(angle === undefined ? {} : { angle: widest ?? 0 }),
    beyond,
  };
}
