import { quoteIdentifier } from '../../sql/quote.ts';
import { tokenAt } from '../../sql/tokens.ts';

/** `insert into schema . table`. */
const WORDS_BEFORE_COLUMNS = 5;

/**
 * An INSERT with a list of these columns, where it has none: without one it means the columns of the dump's table in
 * their order, and the table of the copy may have another.
 */
export function withColumns(sql: string, columns: readonly string[]): string {
  let end = 0;
  for (let at = 0, words = 0; at < sql.length; ) {
    const token = tokenAt(sql, at);
    if (!token) return sql;
    if (token.kind !== 'blank' && ++words > WORDS_BEFORE_COLUMNS) {
      const next = sql.slice(at, token.end).toLowerCase();
      if (next !== 'values' && next !== 'overriding') return sql;
      return `${sql.slice(0, end)} (${columns.map(quoteIdentifier).join(', ')}) ${sql.slice(at)}`;
    }
    at = token.end;
    if (words === WORDS_BEFORE_COLUMNS && token.kind !== 'blank') end = at;
  }
  return sql;
}
