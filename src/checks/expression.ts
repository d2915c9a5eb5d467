import { childrenOf, dependsOnRow, isNode, type Tree, type TreeNode } from '../catalog/node-tree.ts';
import type { CalledFunctions } from '../catalog/policies.ts';

/**
 * The functions that are called once a row although they do not look at it. Those that are immutable are left out: the
 * planner calls them once. One in the FROM clause is called once too.
 * @param perRow whether what is looked at runs for each row of some table
 */
export function unwrappedCalls(tree: Tree, functions: CalledFunctions, perRow = true): string[] {
  if (isNode(tree) && tree.type === 'FUNCEXPR' && perRow && !dependsOnRow(tree)) {
    const called = functions[String(tree.fields.get('funcid'))];
    if (called && called.volatility !== 'immutable') return [called.name];
  }
  const below = isNode(tree) ? runsPerRow(tree, perRow) : perRow;
  return childrenOf(tree).flatMap((child) => unwrappedCalls(child, functions, below));
}

/** A subquery without tables runs once, unless it looks at the row around it; one with tables runs for their rows. */
function runsPerRow(node: TreeNode, perRow: boolean): boolean {
  if (node.type === 'RANGETBLENTRY') return false;
  if (node.type !== 'QUERY') return perRow;
  const joined = node.fields.get('jointree');
  const from = isNode(joined) ? joined.fields.get('fromlist') : undefined;
  return (Array.isArray(from) && from.length > 0) || (perRow && dependsOnRow(node));
}

/** Whether somewhere a condition that does not look at the row is ORed onto one that does. */
export function mixesRowAndRole(tree: Tree): boolean {
  if (isNode(tree) && tree.type === 'BOOLEXPR' && tree.fields.get('boolop') === 'or') {
    const arms = childrenOf(tree.fields.get('args') ?? []);
    const looking = arms.filter((arm) => dependsOnRow(arm));
    if (looking.length > 0 && looking.length < arms.length) return true;
  }
  return childrenOf(tree).some(mixesRowAndRole);
}
