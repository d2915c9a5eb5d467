import { tokenAt } from '../../sql/tokens.ts';

/** A column as CREATE TABLE writes it: its name, and its type. */
export interface WrittenColumn {
  readonly name: string;
  readonly type: string;
}

/** What follows a type in the definition of a column. */
const AFTER_TYPE =
  /^(not|null|default|collate|generated|constraint|primary|unique|references|check|storage|compression)$/i;
/** What begins an entry that is no column. */
const NO_COLUMN = /^(constraint|primary|unique|check|foreign|exclude|like)$/i;

/** The columns of a CREATE TABLE statement, in order. */
export function columnsIn(sql: string): WrittenColumn[] {
  const columns: WrittenColumn[] = [];
  for (const [first, ...rest] of entries(sql)) {
    if (first === undefined || NO_COLUMN.test(first)) continue;
    const end = rest.findIndex((token) => AFTER_TYPE.test(token));
    const name = first.startsWith('"') ? first.slice(1, -1).replaceAll('""', '"') : first.toLowerCase();
    columns.push({
      name,
      type: rest
        .slice(0, end < 0 ? undefined : end)
        .join(' ')
        .replaceAll(' . ', '.'),
    });
  }
  return columns;
}

/** The tokens of each entry between the outermost parentheses; a nested pair of parentheses is one token. */
function* entries(sql: string): Iterable<string[]> {
  let entry: string[] = [];
  let depth = 0;
  let nested = 0;
  for (let at = 0; at < sql.length; ) {
    const token = tokenAt(sql, at);
    if (!token) return;
    const text = sql.slice(at, token.end);
    if (text === '(' && ++depth === 2) nested = at;
    if (depth === 1 && (text === ',' || text === ')')) {
      yield entry;
      entry = [];
    } else if (depth === 2 && text === ')') entry.push(sql.slice(nested, token.end));
    else if (depth === 1 && text !== '(' && token.kind !== 'blank') entry.push(text);
    if (text === ')' && --depth === 0) return;
    at = token.end;
  }
}
