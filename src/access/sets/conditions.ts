import type { Policy } from '../../catalog/policies.ts';
import type { Table } from '../../catalog/table.ts';
import { alternativesIn, type BooleanTree, booleanTree, nodesOf } from '../../sql/boolean-tree.ts';
import type { AskedRow } from './rows.ts';

/** A condition of a policy, every node of its boolean tree, and each leaf with one alternative of a subquery alone. */
export interface Condition {
  readonly policy: Policy;
  readonly clause: 'using' | 'with check';
  readonly nodes: readonly BooleanTree[];
  /** The places of the callers whose role the policy is for. */
  readonly callers: readonly number[];
}

/** The values of the nodes of a condition, for one caller and one row. */
export interface Truth {
  readonly caller: number;
  /** The id of the row, as it was when it was asked about. */
  readonly row: string;
  /** True and false as they were for each node; null counts as false, as it does for a policy. Undefined where it failed. */
  readonly values: readonly (boolean | undefined)[];
}

/** The values of a condition's nodes for a row of which more is known than its id. */
export interface RowTruth extends Omit<Truth, 'row'> {
  readonly row: AskedRow;
}

/** The conditions of a table's policies, each for those callers whom it concerns. */
export function conditionsOf({ policies }: Table, isFor: (policy: Policy) => readonly number[]): Condition[] {
  return policies.flatMap((policy) => {
    const callers = isFor(policy);
    return (['using', 'with check'] as const).flatMap((clause) => {
      const text = clause === 'using' ? policy.using : policy.check;
      return text === null ? [] : [{ policy, clause, nodes: questionsOf(text), callers }];
    });
  });
}

function questionsOf(condition: string): BooleanTree[] {
  const nodes = nodesOf(booleanTree(condition));
  const leaves = nodes.filter(({ kind }) => kind === 'leaf');
  return [
    ...nodes,
    ...leaves.flatMap(({ text }) => alternativesIn(text).map((alone) => ({ kind: 'leaf', text: alone }) as const)),
  ];
}

/** A condition that says the same of every row and caller says so by itself. */
export const isConstant = ({ text }: BooleanTree): boolean => /^[\s(]*(true|false)[\s)]*$/i.test(text);
