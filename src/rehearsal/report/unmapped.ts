import type { RehearsalResult } from '../result.ts';
import type { RehearsedProject } from '../settings.ts';

/** A table or column that the mapping does not name. */
export interface UnmappedObject {
  readonly what: string;
  /** Where it is after the migrations. */
  readonly where: string;
  readonly rows: number;
}

/** The tables and columns of the source that neither the mapping nor the host's settings name, and where they are now. */
export function unmappedIn(
  { compared }: Pick<RehearsalResult, 'compared'>,
  { mapping, sourceSchema, host }: RehearsedProject['legacy'],
): UnmappedObject[] {
  const mapped = new Map(Object.entries(mapping).map(([table, declared]) => [`${sourceSchema}.${table}`, declared]));
  return compared.flatMap(({ before, after, columns, rows }) => {
    if (host?.tables.includes(before)) return [];
    const where = after ?? 'missing';
    const declared = mapped.get(before);
    if (!declared) return [{ what: `table ${before}`, where, rows }];
    return columns
      .filter((column) => !(column.before in declared.columns))
      .map((column) => ({
        what: `column ${before}.${column.before}`,
        where: `${where}.${column.after ?? 'missing'}`,
        rows,
      }));
  });
}
