import type { OnlinePlan } from './plan.ts';

/** The schema of the preparation's own bookkeeping; those that the migrations made wait as prepared_<name>. */
export const BOOKS = 'prepared';

/** Views of the old tables as they will be after the move: all rows, and those of the units in hand. */
export const FULL = 'prepared_full';
export const PART = 'prepared_part';

export const waiting = (schema: string): string => `prepared_${schema}`;

/** SQL whose names are those after the switch, with the names of what waits for it. */
export function asWaiting(
  sql: string,
  { schemas, legacy, extensions }: Pick<OnlinePlan, 'schemas' | 'legacy' | 'extensions'>,
): string {
  return schemas
    .filter((schema) => schema !== legacy && schema !== extensions.schema)
    .reduce((text, schema) => text.replaceAll(new RegExp(`(?<![\\w.])${schema}\\.`, 'g'), `${waiting(schema)}.`), sql);
}

export const splitName = (name: string): [string, string] => {
  const [schema = '', relation = ''] = name.split('.');
  return [schema, relation];
};
