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
 * The trigger before updates of a row that a table had before the migration and whose function names a column, where the
 * migration sets no column of that name: it may have changed the column.
 */
export function triggerOf(
  { triggers }: Pick<TableChange, 'triggers'>,
  column: string,
  { columns, executing }: ColumnsSet,
): string | undefined {
  if (columns.has(column) || executing.some((text) => text.includes(column))) return undefined;
  return triggers.find(({ text }) => text.includes(column))?.name;
}

/**
 * The trigger that alone changed a column, to keep the time of the last change in it: it may have changed the column, and
 * every new value is a time within the migration's run. Undefined where there is none.
 */
export function movedByTrigger(
  change: TableChange,
  { column, values }: ChangedColumn,
  set: ColumnsSet,
  run: { readonly began: Date; readonly ended: Date },
): string | undefined {
  const isWithin = values.every((value) => {
    const time = timeOf(value);
    return time !== undefined && time >= run.began.getTime() - 1 && time <= run.ended.getTime() + 1;
  });
  return isWithin ? triggerOf(change, column, set) : undefined;
}

/** PostgreSQL's text of a timestamp, in the time zone UTC, as milliseconds since 1970. */
function timeOf(value: string | null): number | undefined {
  const [, date, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*(?:\+00)?$/.exec(value ?? '') ?? [];
  return date && time ? Date.parse(`${date}T${time}Z`) : undefined;
}
