import type { Column } from '../../catalog/columns.ts';
import type { Table } from '../../catalog/table.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { type Token, tokenAt } from '../../sql/tokens.ts';

/** A row that the world does not have: one of its rows, with another value in some columns. */
export interface Variant {
  /** Column → SQL of its value. */
  readonly changes: Readonly<Record<string, string>>;
}

/** The source of the values of variants. */
export interface VariantSource {
  readonly table: Table;
  /** Texts by which personas are known. */
  readonly ids: readonly string[];
  /** The columns, quoted where SQL needs it, that hold one in a row of the world. */
  readonly owners: ReadonlySet<string>;
}

/**
 * The values that a column can have and that a condition could tell apart: NULL, each label of an enum, both booleans,
 * moments before and after now, the ids of personas, and the constants that the table's policies and checks name. Each
 * gives a variant of a row in which nothing else is changed; a value that the row has already is among them.
 */
export function variantsOf({ table, ids, owners }: VariantSource): Variant[] {
  const texts = conditionsOf(table);
  const constants = [...new Set(texts.flatMap(constantsIn))];
  return table.columns
    .filter((column) => !column.generated && !isBareKey(table, column, owners, texts))
    .flatMap((column) => {
      const named = texts.some((text) => mentions(text, column.name));
      const values = [
        ...(column.notNull ? [] : ['null']),
        // A row belongs to somebody or to nobody; one of an empty name is no row that an application has.
        ...(owners.has(column.sql) ? [] : plainValues(column)),
        ...(owners.has(column.sql) || mayHoldId(column, named)
          ? ids.map(quoteLiteral).filter((id) => canBe(column, id))
          : []),
        ...(named ? constants.flatMap((constant) => constantFor(column, constant)) : []),
        ...(named && isJson(column) ? jsonValues(constants) : []),
      ];
      return [...new Set(values)].map((value): Variant => ({ changes: { [column.sql]: cast(value, column) } }));
    });
}

/**
 * Those variants, each once, that change nothing but columns of which a condition speaks that new rows are held to, and not
 * whose the row is.
 */
export function checkedVariants(
  { columns, policies }: Table,
  variants: readonly Variant[],
  owners: ReadonlySet<string>,
): Variant[] {
  const checks = policies
    .filter(({ command }) => command !== 'select' && command !== 'delete')
    .flatMap(({ using, check }) => check ?? using ?? []);
  const named = columns.filter(({ name }) => checks.some((text) => mentions(text, name)));
  const telling = new Set(named.map(({ sql }) => sql).filter((sql) => !owners.has(sql)));
  const fitting = variants.filter(({ changes }) => Object.keys(changes).every((column) => telling.has(column)));
  return [...new Map(fitting.map((variant) => [JSON.stringify(variant), variant])).values()];
}

/** A key that no condition speaks of only tells which row it is. */
function isBareKey(
  { primaryKey }: Table,
  { name, sql }: Column,
  owners: ReadonlySet<string>,
  conditions: readonly string[],
): boolean {
  const isKey = primaryKey.length === 1 && primaryKey[0] === name;
  return isKey && !owners.has(sql) && !conditions.some((text) => mentions(text, name));
}

/** Every value is written with its type, so that it means the same in an insert, an update and a comparison. */
const cast = (value: string, { type }: Column): string => (value === 'null' ? 'null' : `${value}::${type}`);

function plainValues(column: Column): string[] {
  if (column.labels) return column.labels.map(quoteLiteral);
  const type = column.typeName;
  if (type === 'boolean') return ['true', 'false'];
  if (/^(timestamp|date)/.test(type)) return ["'1999-12-31 23:59:59'", "'2999-12-31 23:59:59'"];
  if (/^(smallint|integer|bigint|numeric|real|double precision)/.test(type)) return ['0', '1', '-1'];
  if (column.isText) return ["''"];
  if (type === 'uuid') return [quoteLiteral(UNKNOWN)];
  if (type.endsWith('[]')) return ["'{}'"];
  return isJson(column) ? ["'{}'"] : [];
}

/** An id of nothing. */
const UNKNOWN = '00000000-0000-4000-8000-fffffffffffd';

const isJson = ({ typeName }: Column): boolean => typeName === 'json' || typeName === 'jsonb';

const mayHoldId = (column: Column, named: boolean): boolean =>
  column.typeName === 'uuid' || (named && column.isText && !column.labels);

function constantFor(column: Column, constant: Constant): string[] {
  if (constant.kind === 'number') return NUMERIC.test(column.typeName) ? [constant.sql] : [];
  const isTaken = column.isText || column.labels || FORMS.some(([type]) => type.test(column.typeName));
  return isTaken && canBe(column, constant.sql) ? [constant.sql] : [];
}

/** Whether a literal can be a value of the column, as far as its type tells: the server refuses the others in any case. */
function canBe({ labels, typeName }: Column, literal: string): boolean {
  if (labels) return labels.map(quoteLiteral).includes(literal);
  return FORMS.every(([type, form]) => !type.test(typeName) || form.test(literal));
}

const NUMERIC = /^(smallint|integer|bigint|numeric|real|double precision)/;

/**
 * The form of the literals that PostgreSQL may take for a type: of a uuid hexadecimal digits with or without hyphens and
 * braces, of a number a digit or the names of those that have none, of a moment a digit or its special words.
 */
const FORMS: readonly (readonly [RegExp, RegExp])[] = [
  [/^uuid/, /^'\{?([0-9a-f]-?){32}\}?'$/i],
  [NUMERIC, /^'\s*[+-]?(\.?\d|nan|inf)/i],
  [/^boolean/, /^'\s*([tfyn01]|on|off)/i],
  [/^(timestamp|date)/, /\d|infinity|epoch|now|today|tomorrow|yesterday/i],
];

/** Objects in which one of the texts is a key and another its value. */
function jsonValues(constants: readonly Constant[]): string[] {
  const texts = constants.filter(({ kind }) => kind === 'text').slice(0, MOST_TEXTS);
  return texts.flatMap((key) => [
    `jsonb_build_object(${key.sql}, true)`,
    `jsonb_build_object(${key.sql}, 'x')`,
    ...texts.filter((value) => value !== key).map((value) => `jsonb_build_object(${key.sql}, ${value.sql})`),
  ]);
}

const MOST_TEXTS = 6;

interface Constant {
  readonly kind: 'text' | 'number';
  readonly sql: string;
}

function conditionsOf({ policies, checks }: Table): string[] {
  return [
    ...policies.flatMap(({ using, check }) => [using, check]),
    ...checks.map(({ definition }) => definition),
  ].filter((text) => text !== null);
}

function constantsIn(condition: string): Constant[] {
  return tokensOf(condition).flatMap(({ kind, text }): Constant[] => {
    if (kind === 'string' && text.startsWith("'")) return [{ kind: 'text', sql: text }];
    return kind === 'word' && /^\d+(\.\d+)?$/.test(text) ? [{ kind: 'number', sql: text }] : [];
  });
}

/** Whether an expression names a column. */
export function mentions(condition: string, name: string): boolean {
  return tokensOf(condition).some(
    ({ kind, text }) =>
      (kind === 'word' && text.toLowerCase() === name) ||
      (kind === 'name' && text.slice(1, -1).replaceAll('""', '"') === name),
  );
}

function tokensOf(text: string): { readonly kind: Token['kind']; readonly text: string }[] {
  const tokens: { kind: Token['kind']; text: string }[] = [];
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at);
    if (!token) break;
    if (token.kind !== 'blank') tokens.push({ kind: token.kind, text: text.slice(at, token.end) });
    at = token.end;
  }
  return tokens;
}
