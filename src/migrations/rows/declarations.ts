import { tokensIn } from '../../sql/tokens.ts';

/** A comment in a migration that says what it does to rows, on purpose. */
export interface RowsDeclaration {
  readonly kind: 'deletes rows of' | 'overwrites' | 'drops';
  /** `schema.table`. */
  readonly table: string;
  /** Empty for a table's rows. */
  readonly columns: readonly string[];
  readonly reason: string;
  /** The comment. */
  readonly written: string;
}

const DECLARATION = /^--\s*(deletes rows of|overwrites|drops) ([^\s():]+)(?: \(([^)]+)\))?:\s*(\S.*)$/;

/**
 * The declarations in a migration, a comment each: `-- deletes rows of public.notes: <reason>`, `-- overwrites
 * public.notes (text, title): <reason>`, `-- drops public.notes: <reason>`, `-- drops public.notes (title): <reason>`.
 */
export function declarationsIn(sql: string): RowsDeclaration[] {
  return [...tokensIn(sql)].flatMap(({ kind, start, end }) => {
    const written = sql.slice(start, end).trim();
    const [, says, table = '', columns = '', reason = ''] = (kind === 'blank' && DECLARATION.exec(written)) || [];
    if (!says) return [];
    return [
      {
        kind: says as RowsDeclaration['kind'],
        table,
        columns: columns.split(',').flatMap((column) => column.trim() || []),
        reason,
        written,
      },
    ];
  });
}
