import { type Node, parse } from 'libpg-query';

/** One statement of a text of SQL. */
export interface SqlStatement {
  /** As it is written, without the semicolon and the blanks around it; comments before it belong to it. */
  readonly sql: string;
  /** Where it begins and ends in the text, in characters (UTF-16 code units, as strings count them). */
  readonly start: number;
  readonly end: number;
  /** Its parse tree, as libpg-query gives it: an object whose one key is the type of the statement. */
  readonly tree: Node;
}

/**
 * Takes a text apart into statements as PostgreSQL does: libpg-query is PostgreSQL's own parser, so dollar quotes,
 * nested comments and functions with a body of SQL are what they are on the server. A DO block is one statement.
 * @throws SqlError of libpg-query when the text is not SQL
 */
export async function parseStatements(text: string): Promise<SqlStatement[]> {
  const { stmts = [] } = await parse(text);
  // The parser counts bytes of UTF-8.
  const bytes = Buffer.from(text);
  return stmts.map(({ stmt, stmt_location: from = 0, stmt_len: length }) => {
    const raw = bytes.subarray(from, length ? from + length : undefined).toString();
    const start = bytes.subarray(0, from).toString().length + (raw.length - raw.trimStart().length);
    const sql = raw.trim();
    return { sql, start, end: start + sql.length, tree: stmt as Node };
  });
}
