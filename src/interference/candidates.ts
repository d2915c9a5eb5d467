import { variantsOf } from '../access/sets/variants.ts';
import type { Column } from '../catalog/columns.ts';
import type { Table } from '../catalog/table.ts';

/**
 * The ways in which hidden values are changed. `other`: each becomes another of the same kind, a moment one of today.
 * `empty`: it becomes NULL where it can, or else the next value that a condition could tell apart, a moment one long ago.
 */
export const MODES = ['other', 'empty'] as const;
export type Mode = (typeof MODES)[number];

/**
 * The values that a hidden column can take instead of its own, as SQL of a row `s`, best first. The first ones differ
 * from row to row as the column does, so that unique keys hold.
 */
export function candidatesFor(table: Table, column: Column, mode: Mode): string[] {
  const named = variantsOf({ table, ids: [], owners: new Set() })
    .flatMap(({ changes }) => changes[column.sql] ?? [])
    .filter((value) => value !== 'null');
  const own = othersOf(column);
  const cast = own.map((value) => `(${value})::${column.type}`);
  const empty = column.notNull ? [] : ['null'];
  const last = cast.toReversed();
  const emptied = isMoment(column) ? [...empty, ...last, ...named.reverse()] : [...empty, ...named.reverse(), ...last];
  return [...new Set(mode === 'other' ? [...cast, ...named, ...empty] : emptied)];
}

const isMoment = ({ typeName }: Column): boolean => typeName === 'date' || typeName.startsWith('timestamp');

function othersOf({ typeName, sql, isText, labels }: Column): string[] {
  const value = `s.${sql}`;
  if (labels) return labels.map((label) => `'${label.replaceAll("'", "''")}'`);
  if (typeName === 'boolean') return [`not coalesce(${value}, false)`];
  if (isText)
    return [
      `coalesce(${value}, '') || '~'`,
      `coalesce(${value}, '') || 'a'`,
      `'~' || substr(${value}, 2)`,
      `'b' || substr(${value}, 2)`,
    ];
  if (typeName === 'uuid') return [`md5('rolecall' || coalesce(${value}::text, ''))`];
  if (typeName === 'date')
    return [
      `(now() at time zone 'UTC')::date`,
      `coalesce(${value}, current_date) + 1`,
      `(coalesce(${value}, current_date) - interval '40 years')::date`,
    ];
  if (typeName.startsWith('timestamp'))
    return [
      `now() - interval '1 minute' - make_interval(secs => extract(second from coalesce(${value}, now()))::double precision / 2)`,
      `coalesce(${value}, now()) + interval '400 days'`,
      `coalesce(${value}, now()) - interval '40 years'`,
    ];
  if (typeName.startsWith('time')) return [`${value} + interval '61 minutes'`, `'12:34:56'`];
  if (typeName === 'interval') return [`coalesce(${value}, '0') + interval '1 day'`];
  if (NUMBER.test(typeName))
    return [`coalesce(${value}, 0) + 1000`, `coalesce(${value}, 0) + 1`, `coalesce(${value}, 0) - 1`];
  if (typeName === 'jsonb' || typeName === 'json')
    return [
      `case jsonb_typeof(${value}::jsonb) when 'object' then ${value}::jsonb || '{"rolecall": 1}' when 'array' then ${value}::jsonb || '["rolecall"]' else '{"rolecall": 1}' end`,
      `'{}'`,
      `'[]'`,
    ];
  if (typeName === 'bytea') return [`coalesce(${value}, '') || '\\x00'`];
  if (/^bit/.test(typeName)) return [`~ ${value}`];
  if (/(^|\.)(vector|halfvec)$/.test(typeName))
    return [`(select array_agg(-e order by place) from unnest(${value}::real[]) with ordinality u (e, place))`];
  if (typeName.endsWith('[]')) return [`coalesce(${value}, '{}') || ${value}`, `'{}'`];
  return [];
}

const NUMBER = /^(smallint|integer|bigint|numeric|real|double precision)/;
