import type { Policy } from '../../catalog/policies.ts';
import type { Table } from '../../catalog/table.ts';
import { alternativesIn, type BooleanTree, booleanTree, nodesOf } from '../../sql/boolean-tree.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { Question } from './ask.ts';
import type { AskedRow } from './rows.ts';
import { isAmong, rowId, SCRATCH } from './scratch.ts';

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
  /** True and false as they were for each node; null counts as false, as it does for a policy. */
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

/**
 * SQL that shows rows of a table to every caller, whatever its policies say: a view, which reads with the rights of
 * the connection's own user. Conditions are evaluated on it as the caller, under the table's own name.
 */
export const showRows = ({ sql }: Table, rows: readonly { readonly id: string }[]): string =>
  `create view ${SCRATCH}.rows as select ${rowId('t')} as ${ID}, t.* from ${sql} t where ${isAmong('t', rows)}; grant select on ${SCRATCH}.rows to public;`;

const ID = 'rolecall_row_id';

/** Asks each caller what every node of a condition is for every row shown: `<row> ttf…`, a letter a node. */
export function conditionQuestion(table: Table, { nodes, callers }: Condition): Question {
  return { kind: 'read', sql: readNodes(table, nodes), callers };
}

/** The same for one node: where one fails, the others may not. */
export function nodeQuestion(table: Table, { nodes, callers }: Condition, node: number): Question {
  return { kind: 'read', sql: readNodes(table, nodes.slice(node, node + 1)), callers };
}

function readNodes({ name }: Table, nodes: readonly BooleanTree[]): string {
  const letters = nodes.map(({ text }) => `case when ${text} then 't' else 'f' end`).join(' || ');
  const alias = quoteIdentifier(name);
  return `select array_agg(${alias}.${ID} || ' ' || ${letters}) from ${SCRATCH}.rows as ${alias}`;
}

/** Reads what `conditionQuestion` gave: `<oid> <place> <letters>` a row. */
export function truthsIn(caller: number, rows: readonly string[]): Truth[] {
  return rows.map((text) => {
    const at = text.lastIndexOf(' ');
    return { caller, row: text.slice(0, at), values: [...text.slice(at + 1)].map((letter) => letter === 't') };
  });
}

/** A condition that says the same of every row and caller says so by itself. */
export const isConstant = ({ text }: BooleanTree): boolean => /^[\s(]*(true|false)[\s)]*$/i.test(text);
