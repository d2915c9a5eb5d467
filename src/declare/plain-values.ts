import type { Value } from '../access/model.ts';
import { uuidFor } from '../access/synthesize.ts';
import type { Column } from '../catalog/columns.ts';

/** Two values of a column's type that differ: the first for a row that exists, the second for one to be added or written. */
export type TwoValues = readonly [Value, Value];

/** @returns undefined for a type of which nothing is known */
export function plainValues(table: string, column: Column): TwoValues | undefined {
  const { name, type, typeName, labels } = column;
  if (labels) return labels[0] === undefined ? undefined : [labels[0], labels[1] ?? labels[0]];
  if (type === 'uuid') return [uuidFor(`${table}.${name}`), uuidFor(`${table}.${name}, another`)];
  if (type.endsWith('[]')) return [[], []];
  if (column.isText) return texts(column);
  if (typeName === 'vector' || typeName.endsWith('.vector')) return vectors(type);
  return PLAIN.find(([pattern]) => pattern.test(type))?.[1];
}

/** `A title` and `Another title`, as far as the column's length goes. */
function texts({ name, type }: Column): TwoValues {
  const words = name.replaceAll('_', ' ');
  const limit = Number(/\((\d+)\)/.exec(type)?.[1] ?? Number.POSITIVE_INFINITY);
  const fits = (long: string, short: string): string => (long.length <= limit ? long : short.slice(0, limit));
  return [fits(`A ${words}`, 'a'), fits(`Another ${words}`, 'b')];
}

function vectors(type: string): TwoValues {
  const dimensions = Number(/\((\d+)\)/.exec(type)?.[1] ?? 3);
  const vector = (value: number): string => `[${Array<number>(dimensions).fill(value).join(',')}]`;
  return [vector(0.5), vector(0.25)];
}

const PLAIN: readonly (readonly [RegExp, TwoValues])[] = [
  [/^(smallint|integer|bigint|numeric|real|double precision)/, [1, 2]],
  [/^boolean$/, [true, false]],
  [/^timestamp/, ['2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z']],
  [/^date$/, ['2020-01-01', '2020-01-02']],
  [/^time/, ['12:00', '13:00']],
  [/^interval$/, ['1 day', '2 days']],
  [/^jsonb?$/, [{}, { changed: true }]],
  [/^bytea$/, ['\\x00', '\\x01']],
  [/^(inet|cidr)$/, ['192.0.2.1', '192.0.2.2']],
];
