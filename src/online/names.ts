import { quoteIdentifier } from '../sql/quote.ts';

/** The schema that holds the state of a preparation. What the migrations create waits in prepared_<schema>. */
export const STATE_SCHEMA = 'prepared';

/** The schemas of views of the old tables as they will be after the move: all rows, and those of the batch. */
export const FULL = 'prepared_full';
export const SCOPED = 'prepared_scoped';

/** Where what the migrations create in a schema waits for the switch. */
export const preparedSchema = (schema: string): string => `prepared_${schema}`;

/** The name of a schema that is in use while the migrations run without it. */
export const asideSchema = (schema: string): string => `kept_${schema}`;

/** `schema.table` in two. */
export function splitName(name: string): [schema: string, table: string] {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}

/** A table of a schema as an SQL identifier. */
export const tableIn = (schema: string, table: string): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;

/** `schema.table` as an SQL identifier. */
export const quoteName = (name: string): string => tableIn(...splitName(name));

/** The table that waits for the switch, of one that is named as after it, as an SQL identifier. */
export function preparedTable(name: string): string {
  const [schema, table] = splitName(name);
  return tableIn(preparedSchema(schema), table);
}

/** A temporary table of the session, as an SQL identifier. */
export const sessionTable = (name: string): string => tableIn('pg_temp', splitName(name)[1]);
