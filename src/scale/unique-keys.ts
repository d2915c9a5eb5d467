import type { Table } from '../catalog/table.ts';

/** Something that must be unique among all rows: by a constraint, or by an index alone. */
export interface UniqueKey {
  readonly name: string;
  /** The name, quoted where SQL needs it. */
  readonly sql: string;
  readonly kind: 'primary key' | 'unique' | 'unique index' | 'exclusion';
  /** The columns that it is ordered by; expressions are left out. */
  readonly columns: readonly string[];
  readonly nullsNotDistinct: boolean;
  /** Of the constraint, or of the index where there is none. */
  readonly definition: string;
}

/** Everything in a table that must be unique, by name. */
export function uniqueKeys({ indexes, keys }: Table): UniqueKey[] {
  return indexes
    .filter(({ unique, constraint }) => unique || constraint !== null)
    .map(({ name, nameSql, constraint, keys: ordered, nullsNotDistinct, definition }) => ({
      name,
      sql: nameSql,
      kind: constraint ?? 'unique index',
      columns: ordered.flatMap(({ column }) => column ?? []),
      nullsNotDistinct,
      definition: keys.find((key) => key.name === name)?.definition ?? definition,
    }));
}
