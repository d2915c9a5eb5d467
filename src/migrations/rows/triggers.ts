import { readPlPgSql } from '../../sql/plpgsql-block.ts';
import { parseStatements } from '../../sql/statements.ts';
import { nodesOfType } from '../../sql/tree.ts';
import type { ChangedColumn, TableChange } from './compare.ts';

/** The columns that a migration's own statements set, by name. */
export interface ColumnsSet {
  readonly columns: ReadonlySet<string>;
  /** The DO blocks that execute a text: those columns may be set whose names are in them. */
  readonly executing: readonly string[];
}

/**
 * The columns that UPDATE, MERGE and ON CONFLICT DO UPDATE set in a migration and its DO blocks.
 * @throws SqlError of libpg-query when it is not SQL
 */
export async function columnsSetBy(sql: string): Promise<ColumnsSet> {
  const columns = new Set<string>();
  const executing: string[] = [];
  for (const { tree, sql: statement } of await parseStatements(sql)) {
    const block = 'DoStmt' in tree ? await readPlPgSql(statement) : undefined;
    if ((block?.executed.length ?? 0) > 0) executing.push(statement);
    for (const type of ['UpdateStmt', 'OnConflictClause', 'MergeWhenClause']) {
      for (const { targetList } of nodesOfType(block?.queries ?? tree, type)) {
        for (const { name } of (targetList as { ResTarget?: { name?: string } }[] | undefined)?.map(
          ({ ResTarget }) => ResTarget ?? {},
        ) ?? [])
          columns.add(name ?? '');
      }
    }
  }
  return { columns, executing };
}

/**
 * Whether a column changed only because a trigger keeps the time of the last change in it: before the migration, the table
 * had a trigger before updates of a row whose function names the column, the migration sets no such column, and every new
 * value is a time within its run.
 */
export function movedByTrigger(
  { triggers }: TableChange,
  { column, values }: ChangedColumn,
  { columns, executing }: ColumnsSet,
  run: { readonly began: Date; readonly ended: Date },
): boolean {
  if (!triggers.some((text) => text.includes(column))) return false;
  if (columns.has(column) || executing.some((text) => text.includes(column))) return false;
  return values.every((value) => {
    const time = timeOf(value);
    return time !== undefined && time >= run.began.getTime() - 1 && time <= run.ended.getTime() + 1;
  });
}

/** PostgreSQL's text of a timestamp, in the time zone UTC, as milliseconds since 1970. */
function timeOf(value: string | null): number | undefined {
  const [, date, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*(?:\+00)?$/.exec(value ?? '') ?? [];
  return date && time ? Date.parse(`${date}T${time}Z`) : undefined;
}
