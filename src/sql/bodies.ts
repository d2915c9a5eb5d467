import { UserError } from '../errors.ts';
import { parseStatements, type SqlStatement } from './statements.ts';
import { tokenAt } from './tokens.ts';
import { nodesOfType, stringOf } from './tree.ts';

/** A text of code: SQL, or the body of a PL/pgSQL block, which is read as part of its statement. */
export interface Code {
  readonly text: string;
  /** Where it begins in the text that it was found in, in characters. */
  readonly start: number;
  /** Of PL/pgSQL: the rest of its statement. */
  readonly within?: { readonly before: string; readonly after: string };
}

/** A body is in a string that is not its own text: one with doubled quotes or escapes. */
export class BodyError extends UserError {
  override readonly name = 'BodyError';
}

/**
 * The code in a text of SQL: the text itself, and the bodies of DO blocks and functions in SQL or PL/pgSQL. Strings
 * of any other kind are data, and so are bodies in other languages.
 * @throws SqlError of libpg-query when the text is not SQL
 * @throws BodyError when a body can't be read in its place
 */
export async function codeIn(sql: string, start = 0): Promise<Code[]> {
  const bodies = await Promise.all(
    (await parseStatements(sql)).map(async (statement): Promise<Code[]> => {
      const found = bodyOf(sql, statement);
      if (!found) return [];
      const { language, from, to } = found;
      const text = sql.slice(from, to);
      if (language === 'sql') return codeIn(text, start + from);
      const within = { before: sql.slice(statement.start, from), after: sql.slice(to, statement.end) };
      return [{ text, start: start + from, within }];
    }),
  );
  return [{ text: sql, start }, ...bodies.flat()];
}

/** Where the body of a DO block or a function is, without its quotes. */
function bodyOf(text: string, { tree, start, end }: SqlStatement) {
  const written = (tree as { DoStmt?: { args?: unknown }; CreateFunctionStmt?: { options?: unknown } }) ?? {};
  const options = [...nodesOfType(written.DoStmt?.args ?? written.CreateFunctionStmt?.options, 'DefElem')];
  const option = (name: string) => options.find(({ defname }) => defname === name);
  const body = option('as');
  if (!body) return null;
  const language = stringOf(option('language')?.arg) ?? (written.DoStmt ? 'plpgsql' : 'sql');
  if (language !== 'sql' && language !== 'plpgsql') return null;
  // The parser counts bytes of UTF-8.
  let at = Buffer.from(text)
    .subarray(0, Number(body.location ?? 0))
    .toString().length;
  for (let token = tokenAt(text, at); token && token.kind !== 'string'; token = tokenAt(text, at)) at = token.end;
  const string = text.slice(at, tokenAt(text, at)?.end ?? end);
  const quote = /^(?:'|\$[^$]*\$)/.exec(string)?.[0] ?? '';
  const inner = string.slice(quote.length, -quote.length);
  if (quote === '' || (quote === "'" && inner.includes("'")))
    throw new BodyError(
      `A body of code must be in dollar quotes, so that its names can be rewritten in place: ${text.slice(start, at)}${string.slice(0, 40)}…`,
    );
  return { language, from: at + quote.length, to: at + string.length - quote.length };
}
