import { createHash } from 'node:crypto';
import type { Column } from '../catalog/columns.ts';
import type { Relation } from '../catalog/relations.ts';
import { quoteIdentifier } from '../sql/quote.ts';
import { literal } from './statements.ts';

/**
 * An insert of some row into a table about which the world says nothing, so that a table that was just created can still be
 * probed: columns that need a value get a plain one of their type, foreign keys that of the first parent there is. No value
 * differs from one run to the next.
 */
export const anyRow = (relation: Relation): string =>
  insertOf(relation, (column) => needsValue(column) || isUuidKey(relation, column) || isVolatile(column));

/** The same, with whatever the columns' defaults give: for a table that refuses the plain values. */
export const anyRowByDefaults = (relation: Relation): string =>
  insertOf(relation, (column) => needsValue(column) || isUuidKey(relation, column));

function insertOf(relation: Relation, isNeeded: (column: Column) => boolean): string {
  const needed = relation.columns.filter((column) => !column.generated && isNeeded(column));
  const values = needed.map((column) => anyValue(relation, column));
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

/** Types whose defaults are a random value, or the time. */
const VOLATILE = /^(uuid|timestamp|date$|time)/;

const isVolatile = ({ hasDefault, references, type }: Column): boolean =>
  hasDefault && !references && VOLATILE.test(type);

function anyValue({ id }: Relation, column: Column): string {
  if (column.references) {
    const { relation, column: key } = column.references;
    return `(select ${quoteIdentifier(key)} from ${relation} order by 1 limit 1)`;
  }
  if (column.type === 'uuid') return `${literal(uuidFor(`${id}.${column.name}`))}::uuid`;
  const [label] = column.labels ?? [];
  if (label !== undefined) return `${literal(label)}::${column.type}`;
  if (column.type.endsWith('[]')) return "'{}'";
  // Of a type that is not known here, null is refused by the column itself, and the probe then says why.
  return PLAIN_VALUES.find(([type]) => type.test(column.type))?.[1] ?? 'null';
}

const PLAIN_VALUES: readonly (readonly [RegExp, string])[] = [
  [/^(text|character varying|character|name)|(^|\.)citext$/, "'a'"],
  [/^(smallint|integer|bigint|numeric|real|double precision)/, '1'],
  [/^boolean$/, 'true'],
  [/^timestamp|^date$/, "'2000-01-01'"],
  [/^time/, "'12:00'"],
  [/^interval$/, "'1 day'"],
  [/^jsonb?$/, "'{}'"],
  [/^bytea$/, "''"],
  [/^(inet|cidr)$/, "'127.0.0.1'"],
];

/** A valid uuid of version 8 (RFC 9562: of the maker's own) that is always the same for a text. */
export function uuidFor(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const part = (from: number, to: number): string => hex.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-8${part(13, 16)}-8${part(17, 20)}-${part(20, 32)}`;
}
