import type { Column } from '../catalog/columns.ts';
import type { Index } from '../catalog/indexes.ts';
import { isTable, type Relation } from '../catalog/relations.ts';

/** The columns of one table that a foreign key can refer to, in the key's order. */
export type ReferableKey = readonly Column[];

/** For each table that a foreign key can refer to: one key, the primary one where there is one. By the table's id. */
export function referableKeys(relations: readonly Relation[], indexes: readonly Index[]): Map<string, ReferableKey> {
  const byTable = Map.groupBy(indexes.filter(isReferable), ({ table }) => table);
  return new Map(
    relations.filter(isTable).flatMap(({ id, columns }) => {
      const own = byTable.get(id) ?? [];
      const index = own.find(({ constraint }) => constraint === 'primary key') ?? own[0];
      const key = index?.keys.flatMap(({ column }) => columns.find(({ name }) => name === column) ?? []);
      return key ? [[id, key] as const] : [];
    }),
  );
}

/** Whatever is unique among all rows, checked at once, by columns alone. */
const isReferable = ({ unique, immediate, predicate, keys, included }: Index): boolean =>
  unique && immediate && predicate === null && included.length === 0 && keys.every(({ column }) => column !== null);
