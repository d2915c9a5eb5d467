/** Whose a row is, as seen by who changes it: of the caller alone, of the caller and of others too, of others, of nobody. */
export const WHOSE = ['own', 'shared', 'others', 'nobody'] as const;
export type Whose = (typeof WHOSE)[number];

/** Rows of a table that a call may change. */
export interface DeclaredChange {
  readonly table: string;
  readonly whose: Whose;
}

/**
 * Reads "app.members of others, app.log of nobody".
 * @returns undefined when something in it is not a table with whose rows, or is there twice
 */
export function parseChanges(text: string): readonly DeclaredChange[] | undefined {
  const changes = text.split(',').map((part) => {
    const [table = '', of, written, ...more] = part.trim().split(/\s+/);
    const whose = WHOSE.find((candidate) => candidate === written);
    return of === 'of' && whose && more.length === 0 && table.includes('.') ? { table, whose } : undefined;
  });
  const known = changes.filter((change) => change !== undefined);
  const distinct = new Set(known.map(({ table, whose }) => `${table} ${whose}`));
  return known.length === changes.length && distinct.size === known.length ? known : undefined;
}
