/** A row in which a difference shows. */
export interface DifferentRow {
  readonly id: string;
  /** The values, shortened; null where there is none, or none is known. */
  readonly before: string | null;
  readonly after: string | null;
}

/** How many rows a report names. */
export const FIRST = 3;

/** Longer values are cut, in characters: they are shown to be recognised. */
const SHOWN = 120;

/** SQL of a value as a report shows it. */
export const shortened = (expression: string): string =>
  `case when length((${expression})::text) > ${SHOWN} then left((${expression})::text, ${SHOWN}) || '…' else (${expression})::text end`;
