import { CONDITION, type ParsedCode } from './code.ts';
import type { SqlEdit } from './edit.ts';
import { placeOf } from './place.ts';
import { type Visited, visit } from './walk.ts';

/** Each condition to true and to false, and each arm of an AND or OR taken away. */
export function conditionEdits(code: ParsedCode): SqlEdit[] {
  return [...visit(code.tree)].flatMap((visited) => [
    ...(visited.isCondition ? wholeEdits(code, visited) : []),
    ...(visited.type === 'BoolExpr' ? armEdits(code, visited) : []),
  ]);
}

function wholeEdits(code: ParsedCode, { node }: Visited): SqlEdit[] {
  if (isConstant(node)) return [];
  return replacedBy(code, node, ['true', 'false'], 'condition', true);
}

/** An arm of an AND that is true is none, and one of an OR that is false. */
function armEdits(code: ParsedCode, { fields, inCondition }: Visited): SqlEdit[] {
  if (fields.boolop === 'NOT_EXPR') return [];
  const neutral = fields.boolop === 'AND_EXPR' ? 'true' : 'false';
  return (fields.args as unknown[]).flatMap((arm) =>
    isConstant(arm) ? [] : replacedBy(code, arm, [neutral], 'arm', inCondition),
  );
}

/** Whether the text is a condition and the node is all of it, with the parentheses around it. */
const isAll = ({ prefix, tree }: ParsedCode, node: unknown): boolean =>
  prefix === CONDITION && [...visit(tree)].find(({ isCondition }) => isCondition)?.node === node;

const isConstant = (node: unknown): boolean => 'A_Const' in (node as object);

function replacedBy(
  code: ParsedCode,
  node: unknown,
  texts: readonly string[],
  operator: string,
  condition: boolean,
): SqlEdit[] {
  const place = isAll(code, node) ? { from: 0, to: code.text.length } : placeOf(code, node);
  if (!place) return [];
  const shown = code.text.slice(place.from, place.to);
  return texts.map((by) => ({
    ...place,
    operator: operator === 'arm' ? 'arm-dropped' : `${operator}-${by}`,
    by,
    what: `${shown}: ${by}`,
    condition,
  }));
}
