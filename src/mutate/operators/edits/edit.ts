/** A change of a piece of SQL. */
export interface Edit {
  /** Which kind of change it is, such as `comparison`. */
  readonly operator: string;
  /** What is replaced, in bytes of the text, and by which text (as bytes). */
  readonly from: number;
  readonly to: number;
  readonly by: string;
  /** In words. */
  readonly what: string;
  /** Whether it changes a condition, rather than a value. */
  readonly condition: boolean;
}

export const applied = (text: string, { from, to, by }: Pick<Edit, 'from' | 'to' | 'by'>): string =>
  text.slice(0, from) + by + text.slice(to);
