import { quoteIdentifier } from '../../sql/quote.ts';
import type { AnswerTable, Resource } from './model.ts';
import { selectSql } from './select.ts';

/** A relation as PostGraphile's registry has it: which columns of the one equal which of the other. */
export interface TableRelation {
  readonly localAttributes: readonly string[];
  readonly remoteAttributes: readonly string[];
  readonly remoteResource: Resource;
}

/** SQL of the rows of `remote` that a row of `local` is related to. */
export function relationSql(
  local: AnswerTable,
  remote: AnswerTable,
  { localAttributes, remoteAttributes }: TableRelation,
  where: string,
  hasTotal: boolean,
): string {
  const on = localAttributes.map((name, index) => {
    const other = remoteAttributes[index] ?? name;
    return `l.${quoteIdentifier(name)} = t.${quoteIdentifier(other)}`;
  });
  const from = `${local.relation.sql} l join ${remote.relation.sql} t on ${on.join(' and ')} where ${where}`;
  return selectSql(remote.key, 't', from, { hasTotal, order: remote.relation.primaryKey.map(quoteIdentifier) });
}
