import { quoteLiteral } from '../sql/quote.ts';
import type { LegacyTable, Quarantine } from './settings.ts';

/** The rows that are still in quarantine, for a FROM clause. */
export function setAsideIn({ relation, waiting }: Quarantine): string {
  return waiting ? `(select * from ${relation} where ${waiting})` : relation;
}

/**
 * SQL of the condition that a row of the quarantine, `q`, is of a legacy table. The migrations may name the table alone,
 * with the schema that it was in before them, or with the one where its originals are kept.
 */
export function isFrom(table: string, { source }: LegacyTable, sourceSchema: string): string {
  return `q.source_table in (${[table, `${sourceSchema}.${table}`, source].map(quoteLiteral).join(', ')})`;
}
