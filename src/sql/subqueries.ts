import { parseSync } from 'libpg-query';
import { tokenAt } from './tokens.ts';

/** The prefix that makes an expression a statement. */
const SELECT = 'select ';

/** A subquery of an expression, as far as it matters here. */
interface Subquery {
  /** The offset of its opening parenthesis, in bytes of the statement. */
  readonly location: number;
  /** Where the call begins, in bytes of the statement, when calling a function is all that it does. */
  readonly call: number | undefined;
}

/** Whether an expression has a subquery. The parser must be loaded. */
export function hasSubquery(expression: string): boolean {
  return subqueriesIn(parseSync(SELECT + expression)).length > 0;
}

/**
 * An expression, as pg_get_expr() writes it, with the call itself wherever a subquery does nothing but call a function,
 * as in `( SELECT auth.uid() AS uid)`. The parser must be loaded.
 */
export function withoutCallSubqueries(expression: string): string {
  const bytes = Buffer.from(SELECT + expression);
  const at = (location: number): number => bytes.subarray(0, location).toString().length - SELECT.length;
  const calls = subqueriesIn(parseSync(SELECT + expression)).flatMap(({ location, call }) =>
    call === undefined ? [] : [{ from: at(location), call: at(call) }],
  );
  // From the end, so that the offsets before it stay right.
  return calls
    .sort((one, other) => other.from - one.from)
    .reduce((text, { from, call }) => {
      const { to, as } = extentOf(text, from);
      return text.slice(0, from) + text.slice(call, as).trimEnd() + text.slice(to);
    }, expression);
}

/** Where a subquery ends, and where the name of its one column is: pg_get_expr() always gives it one. */
function extentOf(text: string, from: number): { to: number; as: number } {
  let [depth, as] = [0, text.length];
  for (let at = from; at < text.length; ) {
    const end = tokenAt(text, at)?.end ?? text.length;
    const written = text.slice(at, end);
    if (written === '(') depth++;
    if (depth === 1 && written === 'AS') as = at;
    if (written === ')' && --depth === 0) return { to: end, as: Math.min(as, at) };
    at = end;
  }
  return { to: text.length, as };
}

/** Those of a parse tree that are in no other. */
function subqueriesIn(tree: unknown): Subquery[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const { SubLink } = tree as { readonly SubLink?: SubLinkNode };
  if (SubLink) return [{ location: SubLink.location ?? 0, call: callIn(SubLink) }, ...subqueriesIn(SubLink.testexpr)];
  return Object.values(tree).flatMap(subqueriesIn);
}

interface SubLinkNode {
  readonly subLinkType?: string;
  readonly location?: number;
  readonly testexpr?: unknown;
  readonly subselect?: { readonly SelectStmt?: Readonly<Record<string, unknown>> };
}

/** The fields of a SELECT's parse tree that has nothing but a target list. */
const BARE = ['targetList', 'limitOption', 'op'];

function callIn({ subLinkType, subselect }: SubLinkNode): number | undefined {
  const select = subselect?.SelectStmt ?? {};
  if (subLinkType !== 'EXPR_SUBLINK' || !Object.keys(select).every((key) => BARE.includes(key))) return undefined;
  const [target, ...more] = (select.targetList ?? []) as readonly { readonly ResTarget?: { readonly val?: unknown } }[];
  const { FuncCall } = (target?.ResTarget?.val ?? {}) as { readonly FuncCall?: { readonly location?: number } };
  return more.length === 0 && FuncCall && subqueriesIn(FuncCall).length === 0 ? FuncCall.location : undefined;
}
