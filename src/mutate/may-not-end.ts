import { parsePlPgSQLSync } from 'libpg-query';
import { loadParser } from '../sql/references.ts';
import { parseStatements } from '../sql/statements.ts';
import { nodesOfType, stringOf } from '../sql/tree.ts';
import { unqualifiedNames } from './unqualified-names.ts';

/** Loops that only their own condition ends: a changed one may never end. */
const LOOPS = ['PLpgSQL_stmt_loop', 'PLpgSQL_stmt_while'];

/**
 * Whether SQL defines code that may never end: a PL/pgSQL function with such a loop, or a recursive query. Where no
 * statement can be stopped, such a change can't be tried.
 */
export async function mayNotEnd(sql: string): Promise<boolean> {
  await loadParser();
  const statements = await parseStatements(sql).catch(() => []);
  return statements.some(({ sql: text, tree }) => {
    const definitions = [...nodesOfType(tree, 'CreateFunctionStmt'), ...nodesOfType(tree, 'ViewStmt')];
    return definitions.length > 0 && (unqualifiedNamesWithin(text, tree).has('recursive') || hasLoop(text, tree));
  });
}

/** The names in a statement, and those in the bodies of functions in it. */
function unqualifiedNamesWithin(text: string, tree: unknown): ReadonlySet<string> {
  const bodies = [...nodesOfType(tree, 'List')].flatMap(({ items }) => items as unknown[]).map(stringOf);
  return new Set([text, ...bodies].flatMap((one) => [...unqualifiedNames(one ?? '')]));
}

function hasLoop(text: string, tree: unknown): boolean {
  const language = [...nodesOfType(tree, 'DefElem')].find(({ defname }) => defname === 'language');
  if (stringOf(language?.arg) !== 'plpgsql') return false;
  try {
    const body = parsePlPgSQLSync(text);
    return LOOPS.some((type) => [...nodesOfType(body, type)].length > 0);
  } catch {
    // What the parser does not understand may be anything.
    return true;
  }
}
