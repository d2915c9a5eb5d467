import type pg from 'pg';

/** How a value of a type is written as text, so that two values are written alike only if they are the same. */
export interface CanonicalText {
  readonly oid: number;
  /** SQL of the text of an expression; NULL for NULL. */
  readonly exact: (expression: string) => string;
  /** Whether the text is the binary form in hexadecimal digits, which says nothing to people. */
  readonly binary: boolean;
}

/** How values of one type are selected and compared; of different types, their text is. */
export interface ValueComparison {
  /** SQL of what is selected of a value. */
  readonly value: (expression: string) => string;
  /** SQL of whether two selected values are the same, or both NULL. */
  readonly same: (one: string, other: string) => string;
  /** SQL of the canonical text of an expression. */
  readonly exact: CanonicalText['exact'];
  /** SQL of the canonical text of a selected value. */
  readonly written: (value: string) => string;
}

/** Types whose text says all there is, and can be read by people. */
const READABLE = new Set(
  'bool int2 int4 int8 numeric text varchar uuid date time timetz timestamp timestamptz interval json jsonb bytea name oid'.split(
    ' ',
  ),
);

/** Up to here ids of types are PostgreSQL's own, the same on every server (FirstNormalObjectId - 1). */
const LAST_BUILT_IN = 16_383;

interface WrittenType {
  oid: number;
  name: string;
  kind: string;
  element: number;
  send: string | null;
}

/**
 * The canonical texts of SQL expressions over `from`, by the type that the server gives each: text where it is exact; the
 * binary form for floats (-0 and every NaN are themselves), padded text, vectors and other types of extensions. The text is
 * the same on every server in a session with SESSION_SETTINGS.
 */
export async function canonicalTextsOf(
  client: pg.Client,
  expressions: readonly string[],
  from: string,
): Promise<CanonicalText[]> {
  if (expressions.length === 0) return [];
  const { fields } = await client.query(`select ${expressions.join(', ')} from ${from} limit 0`);
  const oids = fields.map(({ dataTypeID }) => dataTypeID);
  const { rows } = await client.query<WrittenType>(
    `select t.oid::int8::float8 as oid, t.typname::text as name, t.typtype::text as kind, t.typelem::int8::float8 as element,
            case when t.typsend <> 0 then p.pronamespace::regnamespace || '.' || quote_ident(p.proname) end as send
       from pg_type t left join pg_proc p on p.oid = t.typsend where t.oid = any ($1::oid[])`,
    [oids],
  );
  const known = new Map(rows.map((row) => [row.oid, row]));
  return oids.map((oid) => ({ oid, ...writer(known.get(oid)) }));
}

/**
 * How values with these canonical texts are compared: in the form of their common type, or else as text. A binary form is
 * not written only to be compared: `*=` compares two records byte for byte, and writing a vector takes longer than
 * everything else.
 */
export function comparisonOf(texts: readonly CanonicalText[]): ValueComparison {
  const [first, ...others] = texts;
  const common = first && others.every(({ oid }) => oid === first.oid) ? first : TEXT;
  return common.binary
    ? {
        value: (expression) => expression,
        // As records, and not as rows, whose columns would be compared one by one.
        same: (one, other) => `row(${one})::record operator(pg_catalog.*=) row(${other})::record`,
        exact: common.exact,
        written: common.exact,
      }
    : {
        value: common.exact,
        same: (one, other) => `${one} is not distinct from ${other}`,
        exact: common.exact,
        written: (value) => value,
      };
}

/** SQL of a number of 64 bits that stands for one value of one row: the hash of the text, seeded with the row's key. */
export function digest(key: string, written: string): string {
  return `hashtextextended(${written}, hashtextextended(${key}, 0))`;
}

/** Settings of a session in which the text of a value is the same as in every other session, on every server. */
export const SESSION_SETTINGS = `
  set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set extra_float_digits = 1;
  set bytea_output = 'hex'; set work_mem = '128MB'`;

type TextWriter = Omit<CanonicalText, 'oid'>;

const TEXT: TextWriter = { exact: (expression) => `(${expression})::text`, binary: false };

function writer(type: WrittenType | undefined): TextWriter {
  if (!type?.send || READABLE.has(type.name) || type.kind !== 'b') return TEXT;
  // The binary form of an array names the type of its elements, which is the same everywhere only for built-in ones.
  const portable = type.element === 0 || !type.name.startsWith('_') || type.element <= LAST_BUILT_IN;
  return portable ? { exact: (expression) => `encode(${type.send}(${expression}), 'hex')`, binary: true } : TEXT;
}
