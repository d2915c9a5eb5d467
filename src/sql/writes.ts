import { readPlPgSql } from './plpgsql-block.ts';
import { parseStatements } from './statements.ts';
import { nodesOfType } from './tree.ts';

/** Rows that a text writes when it runs. */
export interface RowsWritten {
  /** Where the statement that writes them begins in the text, in characters. */
  readonly at: number;
  /** As written: without a schema where there is none. */
  readonly schema?: string;
  readonly table: string;
}

const WRITING = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];

/**
 * The tables whose rows a text of SQL writes: its statements, those within their WITH, and those in its DO blocks. What a
 * function does that is called, or a text that a DO block executes, can't be seen here.
 * @throws SqlError of libpg-query when the text is not SQL
 */
export async function rowsWrittenBy(sql: string): Promise<RowsWritten[]> {
  const statements = await parseStatements(sql);
  const written = await Promise.all(
    statements.map(async ({ tree, sql: statement, start }) => {
      // A function or rule that is created writes nothing yet.
      const later = 'CreateFunctionStmt' in tree || 'RuleStmt' in tree;
      const trees = 'DoStmt' in tree ? (await readPlPgSql(statement)).queries : later ? [] : [tree];
      return trees.flatMap(relationsWritten).map((relation) => ({ at: start, ...relation }));
    }),
  );
  return written.flat();
}

function relationsWritten(tree: unknown): Omit<RowsWritten, 'at'>[] {
  const relations = [
    ...WRITING.flatMap((type) => [...nodesOfType(tree, type)].map(({ relation }) => relation)),
    ...[...nodesOfType(tree, 'CopyStmt')].flatMap(({ is_from, relation }) => (is_from ? [relation] : [])),
    ...[...nodesOfType(tree, 'TruncateStmt')].flatMap(({ relations }) => [...nodesOfType(relations, 'RangeVar')]),
  ] as { readonly schemaname?: string; readonly relname?: string }[];
  return relations.map(({ schemaname, relname = '' }) => ({
    ...(schemaname === undefined ? {} : { schema: schemaname }),
    table: relname,
  }));
}
