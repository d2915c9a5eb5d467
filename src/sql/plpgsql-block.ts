import { parse, parsePlPgSQL } from 'libpg-query';
import { type PlPgSqlExpression, statementOf } from './plpgsql.ts';
import { nodesOfType } from './tree.ts';

/** The contents of a PL/pgSQL body. */
export interface PlPgSql {
  /** The parse trees of its queries and expressions. */
  readonly queries: readonly unknown[];
  /** The parse trees of the expressions whose text is executed. */
  readonly executed: readonly unknown[];
  /** Names before a dot that are no schemas: variables and labels. */
  readonly variables: ReadonlySet<string>;
}

const VARIABLES = ['PLpgSQL_var', 'PLpgSQL_rec', 'PLpgSQL_row'];
const LABELLED = ['block', 'loop', 'while', 'fori', 'fors', 'forc', 'dynfors', 'foreach_a'];
/** The statements that execute a text, and where they have it. */
const EXECUTING = {
  PLpgSQL_stmt_dynexecute: 'query',
  PLpgSQL_stmt_dynfors: 'query',
  PLpgSQL_stmt_return_query: 'dynquery',
  PLpgSQL_stmt_open: 'dynquery',
};

/**
 * Reads a DO block or a CREATE FUNCTION in PL/pgSQL.
 * @throws SqlError of libpg-query when it is none, or one of its queries is not SQL
 */
export async function readPlPgSql(statement: string): Promise<PlPgSql> {
  const block = (await parsePlPgSQL(statement)) as unknown;
  const every = (types: readonly string[]) => types.flatMap((type) => [...nodesOfType(block, type)]);
  const executed = Object.entries(EXECUTING).flatMap(([type, key]) => every([type]).map((statement) => statement[key]));
  return {
    queries: await treesOf(block),
    executed: await treesOf(executed),
    variables: new Set([
      ...every(VARIABLES).map(({ refname }) => String(refname)),
      ...every(LABELLED.map((kind) => `PLpgSQL_stmt_${kind}`)).map(({ label }) => String(label)),
    ]),
  };
}

async function treesOf(node: unknown): Promise<unknown[]> {
  const expressions = [...nodesOfType(node, 'PLpgSQL_expr')] as unknown as PlPgSqlExpression[];
  return Promise.all(expressions.map((expression) => parse(statementOf(expression))));
}
