import pg from 'pg';

/** Something in the catalogs that a check does not allow. */
export interface Offence {
  /** The object as SQL names it, such as `public.tasks`: also what an exemption names. */
  readonly object: string;
  readonly seen: string;
  /** A query that shows it, ready to paste into psql. */
  readonly evidence: string;
}

/** One rule that the catalogs can be held against. Its id is also the name of its page and of its test cases. */
export interface Check {
  readonly id: string;
  /** What holds where nothing offends. */
  readonly expected: string;
  /** Read with what scope.ts names: `schemas`, `relations`, `tables`, `keys`, `functions`, `policies`. */
  readonly query: string;
  readonly offences: (rows: readonly never[]) => Offence[];
}

/** Something found, and by which check. */
export interface Found extends Offence {
  readonly check: Check;
}

/** Defines a check whose query gives rows of type `Row`. */
export function defineCheck<Row>(
  check: Omit<Check, 'offences'> & { offences(rows: readonly Row[]): Offence[] },
): Check {
  return check;
}

/** A text as an SQL literal. */
export const literal = (text: string): string => pg.escapeLiteral(text);

/** SQL that shows the constraints of a table that are of one type (p, u, f, c). */
export const constraintsOf = (table: string, type: string): string =>
  `select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = ${literal(table)}::regclass and contype = '${type}';`;

/** SQL that shows the indexes of a table. */
export const indexesOf = (table: string): string =>
  `select indexrelid::regclass, pg_get_indexdef(indexrelid) from pg_index where indrelid = ${literal(table)}::regclass;`;

/** SQL that shows one column of a table. */
export const columnOf = (table: string, column: string): string =>
  [
    'select format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)',
    '  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum',
    ` where a.attrelid = ${literal(table)}::regclass and a.attname = ${literal(column)};`,
  ].join('\n');

/** SQL that shows the policies of a table. */
export const policiesOf = (table: string): string =>
  [
    'select polname, polcmd, polpermissive, polroles::regrole[], pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)',
    `  from pg_policy where polrelid = ${literal(table)}::regclass;`,
  ].join('\n');

/** SQL that shows how a function runs, and who may execute it. */
export const functionOf = (id: string): string =>
  `select prosecdef, proconfig, proacl from pg_proc where oid = ${literal(id)}::regprocedure;`;
