/** A value as PostgreSQL reads it from text; null is NULL. */
export type LegacyValue = string | null;

/** One row, in the order of the table's columns. */
export type LegacyRow = readonly LegacyValue[];

/** A table of the legacy database and the rows made for it. */
export interface LegacyRows {
  readonly table: string;
  readonly columns: readonly string[];
  /** Makes the rows, one at a time, from the first, each time it is called. */
  rows(): Iterable<LegacyRow>;
}

/** The row as a line of COPY's text format, with its line end. */
export function copyLine(row: LegacyRow): string {
  let line = '';
  for (let at = 0; at < row.length; at++) {
    const value = row[at] as LegacyValue;
    line += `${at > 0 ? '\t' : ''}${value === null ? '\\N' : escaped(value)}`;
  }
  return `${line}\n`;
}

const special = /[\\\t\n\r]/g;
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(value: string): string {
  return value.replace(special, (character) => escapes[character] as string);
}
