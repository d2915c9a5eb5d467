import { quoteLiteral } from '../sql/quote.ts';
import type { RuledCatalog } from './ruled.ts';

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
  /** The rule as a sentence that holds where there is no offence. */
  readonly expected: string;
  /** Everything that offends, in the order of the objects' names. It asks the server nothing. */
  readonly offences: (ruled: RuledCatalog) => Offence[];
}

/** Something found, and by which check. */
export interface Found extends Offence {
  readonly check: Check;
}

/** How a finding and an exemption name a constraint or policy. */
export const onTable = ({ sql }: { readonly sql: string }, table: string): string => `${sql} on ${table}`;

/** SQL that shows the constraints of a table that are of one type (p, u, f, c). */
export const constraintsOf = (table: string, type: string): string =>
  `select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = ${quoteLiteral(table)}::regclass and contype = '${type}';`;

/** SQL that shows the indexes of a table. */
export const indexesOf = (table: string): string =>
  `select indexrelid::regclass, pg_get_indexdef(indexrelid) from pg_index where indrelid = ${quoteLiteral(table)}::regclass;`;

/** SQL that shows one column of a table. */
export const columnOf = (table: string, column: string): string =>
  [
    'select format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)',
    '  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum',
    ` where a.attrelid = ${quoteLiteral(table)}::regclass and a.attname = ${quoteLiteral(column)};`,
  ].join('\n');

/** SQL that shows the policies of a table. */
export const policiesOf = (table: string): string =>
  [
    'select polname, polcmd, polpermissive, polroles::regrole[], pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)',
    `  from pg_policy where polrelid = ${quoteLiteral(table)}::regclass;`,
  ].join('\n');

/** SQL that shows how a function runs, and who may execute it. */
export const functionOf = (id: string): string =>
  `select prosecdef, provolatile, proleakproof, proconfig, proacl from pg_proc where oid = ${quoteLiteral(id)}::regprocedure;`;
