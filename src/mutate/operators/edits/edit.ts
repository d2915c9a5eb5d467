/** A change of a piece of SQL. */
export interface SqlEdit {
  /** Which kind of change it is, such as `comparison`. */
  readonly operator: string;
  /** The piece that is replaced, in bytes of the text, and the text that replaces it (as bytes). */
  readonly from: number;
  readonly to: number;
  readonly by: string;
  /** In words. */
  readonly what: string;
  /** Whether it changes a condition, rather than a value. */
  readonly condition: boolean;
}

export const applied = (text: string, { from, to, by }: Pick<SqlEdit, 'from' | 'to' | 'by'>): string =>
  text.slice(0, from) + by + text.slice(to);
