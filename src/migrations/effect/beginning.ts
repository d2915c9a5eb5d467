import type { SqlStatement } from '../../sql/statements.ts';

/** The beginning of a statement in one line, without the comments before it. */
export function beginningOf({ sql }: Pick<SqlStatement, 'sql'>): string {
  const text = sql
    .replaceAll(/^(\s*--[^\n]*\n)+/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
