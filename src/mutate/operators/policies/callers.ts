import type { Policy } from '../../../catalog/policies.ts';
import { stringOf } from '../../../sql/tree.ts';
import { type ParsedCode, toBytes } from '../edits/code.ts';
import type { SqlEdit } from '../edits/edit.ts';
import type { NodePlace } from '../edits/place.ts';
import { visit } from '../edits/walk.ts';
import type { MutationSubject } from '../subject.ts';

/** PostgreSQL's own functions that say something of the caller, and the types of their results. */
const OWN: Readonly<Record<string, string>> = { current_setting: 'text' };

/**
 * For each expression that says who calls (a function without arguments, `current_setting('…')`, `current_user`): nobody
 * (null), and each column of the policy's table of the same type. Conditions are changed as such.
 */
export function callerEdits(code: ParsedCode, policy: Policy, { catalog }: MutationSubject): SqlEdit[] {
  const table = catalog.relations.find(({ sql }) => sql === policy.tableSql);
  return [...visit(code.tree)].flatMap(({ type, fields }) => {
    const result = typeOf(type, fields, catalog.callers);
    const place = result === null || result === 'boolean' ? null : callIn(code, Number(fields.location), type);
    if (!place) return [];
    const columns = (table?.columns ?? []).filter(({ typeName }) => typeName === result && result === 'uuid');
    return [`null::${result}`, ...columns.map(({ sql }) => `${policy.tableSql}.${sql}`)].map((by) => ({
      ...place,
      operator: 'other-caller',
      by: toBytes(by),
      what: `${code.text.slice(place.from, place.to)} to ${by}`,
      condition: true,
    }));
  });
}

function typeOf(
  type: string,
  fields: Readonly<Record<string, unknown>>,
  callers: Readonly<Record<string, string>>,
): string | null {
  if (type === 'SQLValueFunction') return /ROLE|USER/.test(String(fields.op)) ? 'name' : null;
  if (type !== 'FuncCall') return null;
  const name = ((fields.funcname ?? []) as unknown[]).map(stringOf).join('.');
  return fields.args === undefined ? (callers[name] ?? null) : (OWN[name] ?? null);
}

/** From the name of the function to the parenthesis behind its arguments; the one word of `current_user`. */
function callIn({ tokens, prefix }: ParsedCode, location: number, type: string): NodePlace | null {
  const at = tokens.findIndex(({ start }) => start === location - prefix.length);
  const first = tokens[at];
  if (!first) return null;
  if (type === 'SQLValueFunction') return { from: first.start, to: first.end };
  let depth = 0;
  for (const { text, kind, end } of tokens.slice(at)) {
    if (kind !== 'symbol') continue;
    if (text === '(') depth++;
    if (text === ')') depth--;
    if (text === ')' && depth === 0) return { from: first.start, to: end };
  }
  return null;
}
