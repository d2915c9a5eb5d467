import { parse } from 'libpg-query';
import { type Code, codeIn } from './bodies.ts';
import { refuseNamesIn } from './executed-names.ts';
import { type PlPgSql, readPlPgSql } from './plpgsql-block.ts';
import { isField, isName, nameAt, type PlacedToken, qualifiedAt, solidTokens } from './qualified-names.ts';
import { quoteIdentifier } from './quote.ts';
import { nodesOfType, stringOf } from './tree.ts';

/** The new name of `schema.name`, whatever it names; undefined where it keeps its own. */
export type Rename = (schema: string, name: string) => readonly [schema: string, name: string] | undefined;

export interface Renaming {
  readonly name: Rename;
  /** SQL that replaces the time of the transaction: now(), transaction_timestamp() and current_timestamp. */
  readonly now?: string;
}

/**
 * Rewrites the qualified names in a text of SQL and leaves every other character as it is. Names are found by tokens and
 * told from columns (`alias.column`, `variable.field`) by PostgreSQL's own parser, in the text itself and in the bodies of
 * DO blocks and functions in SQL or PL/pgSQL. Strings and comments are data: they stay.
 * @throws SqlError of libpg-query when the text is not SQL
 * @throws BodyError when a body can't be read in its place
 * @throws RenameError when a body executes a text with a name to be rewritten, or one that can't be looked into
 */
export async function renameIn(sql: string, renaming: Renaming): Promise<string> {
  const edits = (await Promise.all((await codeIn(sql)).map((code) => editsIn(code, renaming)))).flat();
  edits.sort((one, other) => one.start - other.start);
  let text = '';
  let at = 0;
  for (const { start, end, by } of edits) {
    text += sql.slice(at, start) + by;
    at = end;
  }
  return text + sql.slice(at);
}

/** The same for an expression or condition, such as `t.id = any (public.f())`. */
export const renameInExpression = (expression: string, renaming: Renaming): Promise<string> =>
  renameAfter('select ', expression, renaming);

/** The same for an item of a FROM clause. */
export const renameInRelation = (relation: string, renaming: Renaming): Promise<string> =>
  renameAfter('select from ', relation, renaming);

async function renameAfter(before: string, sql: string, renaming: Renaming): Promise<string> {
  return (await renameIn(before + sql, renaming)).slice(before.length);
}

/** A piece of text that is replaced. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

async function editsIn(code: Code, { name, now }: Renaming): Promise<Edit[]> {
  const tokens = solidTokens(code.text);
  if (!tokens) throw new Error(`The parser reads what the tokenizer does not: ${code.text}`);
  const { qualifiers, executed } = await readCode(code);
  for (const tree of executed) refuseNamesIn(tree, (schema, object) => name(schema, object) !== undefined);
  const edits: Edit[] = [];
  for (const [at, first] of tokens.entries()) {
    if (!isName(first) || isField(code.text, tokens, at)) continue;
    const found = qualifiedAt(code.text, tokens, at);
    const to = found && name(found.schema, found.name);
    if (to && !(qualifiers.has(found.schema) && (await isColumn(code, first)))) {
      if (to[0] !== found.schema) edits.push({ ...first, by: quoteIdentifier(to[0]) });
      if (to[1] !== found.name) edits.push({ ...found.object, by: quoteIdentifier(to[1]) });
    }
    const time = now === undefined ? null : timeOfTransaction(code.text, tokens, at);
    if (time && now !== undefined) edits.push({ ...time, by: now });
  }
  return edits.map(({ start, end, by }) => ({ start: start + code.start, end: end + code.start, by }));
}

interface CodeNames {
  /** Names that are before the dot of a column or field. */
  readonly qualifiers: ReadonlySet<string>;
  readonly executed: readonly unknown[];
}

async function readCode({ text, within }: Code): Promise<CodeNames> {
  const block: PlPgSql = within
    ? await readPlPgSql(`${within.before}${text}${within.after}`)
    : { queries: [await parse(text)], executed: [], variables: new Set() };
  const fields = [...nodesOfType(block.queries, 'ColumnRef')]
    .map(({ fields }) => fields as readonly unknown[])
    .flatMap((names) => (names.length === 2 ? [stringOf(names[0])] : []));
  // Fields of a column that are set one by one.
  const set = [...nodesOfType(block.queries, 'ResTarget')].flatMap((target) =>
    target.indirection ? [String(target.name)] : [],
  );
  return {
    qualifiers: new Set([...fields.filter((field) => field !== undefined), ...set, ...block.variables]),
    executed: block.executed,
  };
}

/** A name that the code does not have. */
const MARK = 'rolecall_qualifier';

/** Whether what the token begins is a column or a field: it stays one when it is called otherwise, where a schema does not. */
async function isColumn(code: Code, { start, end }: PlacedToken): Promise<boolean> {
  const text = `${code.text.slice(0, start)}${MARK}${code.text.slice(end)}`;
  try {
    return (await readCode({ ...code, text })).qualifiers.has(MARK);
  } catch {
    // A variable that is not declared can't be assigned to.
    return true;
  }
}

const TIME_CALLS = ['now', 'transaction_timestamp'];

/** Where the time of the transaction is asked for, if it is at a token. */
function timeOfTransaction(text: string, tokens: readonly PlacedToken[], at: number) {
  const name = qualifiedAt(text, tokens, at)?.schema === 'pg_catalog' ? at + 2 : at;
  const [called, open, close] = tokens.slice(name, name + 3);
  const [first, before] = [tokens[at], tokens[at - 1]];
  if (!first || !called) return null;
  const said = (token: PlacedToken | undefined) => token && text.slice(token.start, token.end);
  const value = nameAt(text, called);
  if (TIME_CALLS.includes(value) && said(open) === '(' && said(close) === ')')
    return { start: first.start, end: close?.end ?? called.end };
  const keyword = first.kind === 'word' && value === 'current_timestamp' && said(open) !== '(';
  return keyword && said(before)?.toLowerCase() !== 'as' ? first : null;
}
