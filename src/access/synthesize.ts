import type { Column } from '../catalog/columns.ts';
import type { Relation } from '../catalog/relations.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { literal } from './statements.ts';

/**
 * An insert of some row into a table about which the world says nothing, so that a table that was just created can still be
 * probed: columns that need a value get a plain one of their type, foreign keys that of any parent there is.
 */
export function anyRow(relation: Relation): string {
  const needed = relation.columns.filter(
    (column) => !column.generated && (needsValue(column) || isUuidKey(relation, column)),
  );
  const values = needed.map(anyValue);
  if (needed.length === 0) return `insert into ${relation.sql} default values`;
  return `insert into ${relation.sql} (${needed.map((column) => column.sql).join(', ')}) select ${values.join(', ')}`;
}

/** As text, so that a literal of each value finds the row again. */
export function returningText(relation: Relation): string {
  return `returning ${relation.columns.map((column) => `${column.sql}::text as ${column.sql}`).join(', ')}`;
}

const needsValue = (column: Column): boolean => column.notNull && !column.hasDefault;

const isUuidKey = (relation: Relation, column: Column): boolean =>
  relation.primaryKey.includes(column.name) && column.type === 'uuid' && !column.references;

function anyValue(column: Column): string {
  if (column.references) {
    const { relation, column: key } = column.references;
    return `(select ${quoteIdentifier(key)} from ${relation} limit 1)`;
  }
  const [label] = column.labels ?? [];
  if (label !== undefined) return `${literal(label)}::${column.type}`;
  if (column.type.endsWith('[]')) return "'{}'";
  // Of a type that is not known here, null is refused by the column itself, and the probe then says why.
  return PLAIN_VALUES.find(([type]) => type.test(column.type))?.[1] ?? 'null';
}

const PLAIN_VALUES: readonly (readonly [RegExp, string])[] = [
  [/^uuid$/, 'gen_random_uuid()'],
  [/^(text|character varying|character|name)|(^|\.)citext$/, "'a'"],
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
