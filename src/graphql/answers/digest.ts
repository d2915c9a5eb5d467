import { quoteLiteral } from '../../sql/quote.ts';
import { tokensIn } from '../../sql/tokens.ts';
import type { SentStatement } from './execute.ts';

/**
 * SQL that gives how many rows a query has, and a hash of these in their order, in one row: when both are as they were, so is
 * every value.
 * @returns undefined for a statement that cannot stand in FROM, or with a value that no literal says
 */
export function digestSql({ text, values }: SentStatement): string | undefined {
  const query = withLiterals(text, values);
  return query === undefined
    ? undefined
    : `select pg_catalog.count(*) as rows, pg_catalog.md5(pg_catalog.string_agg("!rolecall"::pg_catalog.text, E'\\n')) as hash from (${query}\n) "!rolecall"`;
}

/** A query with its parameters' values in their places, and without what ends it. */
function withLiterals(text: string, values: readonly unknown[]): string | undefined {
  const written: string[] = [];
  const tokens = [...tokensIn(text)];
  for (const [at, { kind, start, end }] of tokens.entries()) {
    const token = text.slice(start, end);
    const before = tokens[at - 1];
    if (kind === 'word' && before && text.slice(before.start, before.end) === '$' && /^\d+$/.test(token)) {
      const value = literalOf(values[Number(token) - 1]);
      if (value === undefined) return undefined;
      written.splice(-1, 1, value);
    } else if (token === ';') {
      if (tokens.slice(at).some((one) => one.kind !== 'blank' && text.slice(one.start, one.end) !== ';'))
        return undefined;
    } else written.push(token);
  }
  return written.join('');
}

function literalOf(value: unknown): string | undefined {
  if (value === null) return 'null';
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? quoteLiteral(String(value))
    : undefined;
}
