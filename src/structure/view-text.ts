import { type Node, parse } from 'libpg-query';

/**
 * The query of a view as every version of PostgreSQL writes it. Since 16 the columns of a query that reads one relation
 * come without its name, before that with it: here without.
 * @param query as pg_get_viewdef() writes it
 */
export async function viewText(query: string): Promise<string> {
  const text = query.trim().replace(/;$/, '');
  const { stmts = [] } = await parse(text);
  const tree = stmts[0]?.stmt as Record<string, unknown> | undefined;
  const select = tree?.SelectStmt as Record<string, unknown> | undefined;
  const from = select?.fromClause as Node[] | undefined;
  if (select?.op !== 'SETOP_NONE' || from?.length !== 1 || (from[0] && 'JoinExpr' in from[0])) return text;
  // Columns within subqueries keep their names: every version writes those.
  const references = columnsIn({ ...select, fromClause: [], withClause: undefined });
  // The parser counts bytes of UTF-8.
  const bytes = Buffer.from(text);
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { location, qualifier } of references.sort((a, b) => a.location - b.location)) {
    pieces.push(bytes.subarray(at, location));
    const end = [`${qualifier}.`, `"${qualifier.replaceAll('"', '""')}".`]
      .map((written) => Buffer.from(written))
      .find((written) => bytes.subarray(location, location + written.length).equals(written));
    at = location + (end?.length ?? 0);
  }
  return Buffer.concat([...pieces, bytes.subarray(at)]).toString();
}

interface QualifiedColumn {
  readonly location: number;
  readonly qualifier: string;
}

function columnsIn(tree: unknown): QualifiedColumn[] {
  if (Array.isArray(tree)) return tree.flatMap(columnsIn);
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([type, below]) => {
    if (type === 'SelectStmt') return [];
    if (type !== 'ColumnRef') return columnsIn(below);
    const { fields, location = 0 } = below as { fields: { String?: { sval: string } }[]; location?: number };
    const [qualifier, column] = fields;
    return fields.length === 2 && qualifier?.String && column?.String
      ? [{ location, qualifier: qualifier.String.sval }]
      : [];
  });
}
