import { UserError } from '../errors.ts';
import { isField, isName, nameAt, solidTokens } from './qualified-names.ts';
import { nodesOfType, stringOf } from './tree.ts';

/** Code that can't be renamed: it executes a text that has the names in it. */
export class RenameError extends UserError {
  override readonly name = 'RenameError';
}

/**
 * Looks into an expression whose text is executed.
 * @param executed its parse tree, as that of a SELECT of it
 * @param changes whether a name would be rewritten
 * @throws RenameError when the text has such a name, or is put together where it can't be read
 */
export function refuseNamesIn(executed: unknown, changes: (schema: string, name: string) => boolean): void {
  const text = textOf(executed);
  const tokens = text === undefined ? null : solidTokens(text);
  if (text === undefined || !tokens)
    throw new RenameError(
      "It executes a text that can't be analysed. Execute a string, or format() of one, so that its names can be read.",
    );
  for (const [at, first] of tokens.entries()) {
    const [dot, object] = [tokens[at + 1], tokens[at + 2]];
    if (!isName(first) || isField(text, tokens, at) || !dot || text[dot.start] !== '.') continue;
    // In a format, a name may be a placeholder such as %I.
    if (changes(nameAt(text, first), object ? nameAt(text, object) : ''))
      throw new RenameError(
        `It executes a text that names ${text.slice(first.start, object?.end)}, and names in strings are not rewritten. Pass the schema by a function or an argument.`,
      );
  }
}

/** The string that is executed, or that the format() of it is called with. */
function textOf(executed: unknown): string | undefined {
  const [target] = nodesOfType(executed, 'ResTarget');
  const expression = target?.val as { FuncCall?: { funcname?: unknown[]; args?: unknown[] } } | undefined;
  const call = expression?.FuncCall;
  const constant = stringOf(call?.funcname?.at(-1)) === 'format' ? call?.args?.[0] : expression;
  return (constant as { A_Const?: { sval?: { sval?: string } } } | undefined)?.A_Const?.sval?.sval;
}
