import pg from 'pg';

/** How a value of a type is written so that two are written alike only if they are the same. */
export interface Form {
  readonly oid: number;
  /** SQL of the written value, as text; null for NULL. */
  readonly exact: (expression: string) => string;
  /** Whether it is written in the binary form, which nobody reads. */
  readonly binary: boolean;
}

/** How two values of one type, or of types of which only the text is common, are carried along and compared. */
export interface Comparing {
  /** SQL of what is carried along of a value. */
  readonly value: (expression: string) => string;
  /** SQL of whether two such are the same value, or both NULL. */
  readonly same: (one: string, other: string) => string;
  /** The form, and SQL of the written value of what is carried along. */
  readonly exact: Form['exact'];
  readonly written: (value: string) => string;
}

/** Types whose text says all there is, and can be read by people. */
const READABLE = new Set(
  'bool int2 int4 int8 numeric text varchar uuid date time timetz timestamp timestamptz interval json jsonb bytea name oid'.split(
    ' ',
  ),
);

/** Up to here ids of types are PostgreSQL's own, the same on every server. */
const LAST_BUILT_IN = 16_383;

interface TypeRow {
  oid: number;
  name: string;
  kind: string;
  element: number;
  send: string | null;
}

/**
 * The forms of SQL expressions over `from`, by the type that the server gives each. Text where it is exact; the binary
 * form for floats (-0 and every NaN are themselves), padded text, vectors and whatever else an extension brings.
 */
export async function formsOf(client: pg.Client, expressions: readonly string[], from: string): Promise<Form[]> {
  if (expressions.length === 0) return [];
  const { fields } = await client.query(`select ${expressions.join(', ')} from ${from} limit 0`);
  const oids = fields.map(({ dataTypeID }) => dataTypeID);
  const { rows } = await client.query<TypeRow>(
    `select t.oid::int8::float8 as oid, t.typname::text as name, t.typtype::text as kind, t.typelem::int8::float8 as element,
            case when t.typsend <> 0 then p.pronamespace::regnamespace || '.' || quote_ident(p.proname) end as send
       from pg_type t left join pg_proc p on p.oid = t.typsend where t.oid = any ($1::oid[])`,
    [oids],
  );
  const known = new Map(rows.map((row) => [row.oid, row]));
  return oids.map((oid) => ({ oid, ...writer(known.get(oid)) }));
}

/**
 * How two or more values can be compared: in their common type's form, or else as text. What nobody reads is not written
 * for it: `*=` compares two records byte for byte, and writing a vector takes longer than all else.
 */
export function comparing(forms: readonly Form[]): Comparing {
  const [first, ...others] = forms;
  const form = first && others.every(({ oid }) => oid === first.oid) ? first : TEXT;
  return form.binary
    ? {
        value: (expression) => expression,
        // As records, and not as rows, whose columns would be compared one by one.
        same: (one, other) => `row(${one})::record operator(pg_catalog.*=) row(${other})::record`,
        exact: form.exact,
        written: form.exact,
      }
    : {
        value: form.exact,
        same: (one, other) => `${one} is not distinct from ${other}`,
        exact: form.exact,
        written: (value) => value,
      };
}

/** A number of 64 bits that stands for one value of one row. */
export function digest(key: string, written: string): string {
  return `hashtextextended(${written}, hashtextextended(${key}, 0))`;
}

/** What makes the text of a value the same in every session, on every server. */
export const SETTINGS = `
  set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set extra_float_digits = 1;
  set bytea_output = 'hex'; set work_mem = '128MB'`;

export const quote: (name: string) => string = pg.escapeIdentifier;

type Writer = Omit<Form, 'oid'>;

const TEXT: Writer = { exact: (expression) => `(${expression})::text`, binary: false };

function writer(type: TypeRow | undefined): Writer {
  if (!type?.send || READABLE.has(type.name) || type.kind !== 'b') return TEXT;
  // The binary form of an array names the type of its elements, which is the same everywhere only for built-in ones.
  const portable = type.element === 0 || !type.name.startsWith('_') || type.element <= LAST_BUILT_IN;
  return portable ? { exact: (expression) => `encode(${type.send}(${expression}), 'hex')`, binary: true } : TEXT;
}
