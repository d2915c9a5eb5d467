import type { Column, Relation } from '../catalog/relations.ts';
import { literal } from './statements.ts';

/**
 * An insert of some row into a table about which the world says nothing, so that a table that was just made can still be
 * probed: columns that need a value get a plain one of their type, foreign keys that of any parent there is.
 * @returns undefined when a column's type has no plain value
 */
export function anyRow(relation: Relation): string | undefined {
  const needed = relation.columns.filter(
    (column) => !column.generated && (needsValue(column) || isUuidKey(relation, column)),
  );
  const values = needed.map(anyValue);
  if (values.some((value) => value === undefined)) return undefined;
  // As text, so that a literal of each value finds the row again.
  const returning = relation.columns.map((column) => `${column.sql}::text as ${column.sql}`).join(', ');
  if (needed.length === 0) return `insert into ${relation.sql} default values returning ${returning}`;
  return `insert into ${relation.sql} (${needed.map((column) => column.sql).join(', ')}) select ${values.join(', ')} returning ${returning}`;
}

const needsValue = (column: Column): boolean => column.notNull && !column.hasDefault;

const isUuidKey = (relation: Relation, column: Column): boolean =>
  relation.primaryKey.includes(column.name) && column.type === 'uuid' && !column.references;

function anyValue(column: Column): string | undefined {
  if (column.references) {
    const { relation, column: key } = column.references;
    return `(select "${key.replaceAll('"', '""')}" from ${relation} limit 1)`;
  }
  const [label] = column.labels ?? [];
  if (label !== undefined) return `${literal(label)}::${column.type}`;
  if (column.type.endsWith('[]')) return "'{}'";
  return PLAIN_VALUES.find(([type]) => type.test(column.type))?.[1];
}

const PLAIN_VALUES: readonly (readonly [RegExp, string])[] = [
  [/^uuid$/, 'gen_random_uuid()'],
  [/^(text|character varying|character|citext|name)/, "'a'"],
  [/^(smallint|integer|bigint|numeric|real|double precision)/, '1'],
  [/^boolean$/, 'true'],
  [/^timestamp/, 'now()'],
  [/^date$/, 'current_date'],
  [/^time/, 'localtime'],
  [/^interval$/, "'1 day'"],
  [/^jsonb?$/, "'{}'"],
  [/^bytea$/, "''"],
  [/^(inet|cidr)$/, "'127.0.0.1'"],
];
