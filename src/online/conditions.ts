import { quoteLiteral } from '../sql/quote.ts';
import { FULL, STATE_SCHEMA, tableIn } from './names.ts';

/** For conditions: whether `column`, a text, is among the keys of a unit in the batch. Evaluated once a statement; an index serves it. */
export function inBatch(column: string, unit: string): string {
  return `${column} = any ((select ${STATE_SCHEMA}.keys(${quoteLiteral(unit)}))::text[])`;
}

/** The same for a column of uuids. */
export function uuidInBatch(column: string, unit: string): string {
  return `${column} = any ((select ${uuidsInBatch(unit)})::uuid[])`;
}

/** The keys of a unit in the batch, a uuid[]. */
export function uuidsInBatch(unit: string): string {
  return `${STATE_SCHEMA}.uuids(${quoteLiteral(unit)})`;
}

/** An old table with all of its rows, and the columns that it will have after the move: also where a database lacks it. */
export function allRowsOf(table: string): string {
  return tableIn(FULL, table);
}
