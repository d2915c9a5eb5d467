import type { Executed, NestedPlan, PlanNode } from './model.ts';

/** The fields of a node that are shown after its name: conditions and orders, and nothing that varies between runs. */
const DETAILS = [
  'Index Cond',
  'Recheck Cond',
  'Order By',
  'TID Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'Filter',
  'One-Time Filter',
  'Sort Key',
  'Presorted Key',
  'Group Key',
  'Cache Key',
  'Conflict Resolution',
  'Conflict Arbiter Indexes',
  'Conflict Filter',
] as const;

const DETAIL = new RegExp(`^ +(?:${DETAILS.join('|')}): `);

/** A plan as indented lines: what is read by which index and condition, in which order, and how it is put together. */
export function shapeOf(node: PlanNode, depth = 0): string[] {
  const indent = '  '.repeat(depth);
  const details = DETAILS.flatMap((key) => {
    const text = textOf(node[key]);
    return text ? [`${indent}    ${key}: ${text}`] : [];
  });
  const subplan = typeof node['Subplan Name'] === 'string' ? `${plain(node['Subplan Name'])}: ` : '';
  return [
    `${indent}${subplan}${titleOf(node)}`,
    ...details,
    ...childrenOf(node).flatMap((child) => shapeOf(child, depth + 1)),
  ];
}

/** Whether two plans are the same but for values that are worked out once a statement, without reading a table. */
export function isSamePlan(one: PlanNode, other: PlanNode): boolean {
  const [first, second] = [one, other].map((plan) =>
    structureOf(plan)
      .split('\n')
      .filter((line) => !/InitPlan .*: Result$/.test(line))
      .join('\n'),
  );
  return first === second;
}

/** The statements inside of functions and triggers that read a table. */
export function insideOf({ nested }: Executed): NestedPlan[] {
  return nested.filter(({ plan }) => [...nodesOf(plan)].some(({ node }) => tableOf(node) !== undefined));
}

/** Where a plan is, for messages: inside of the statement with this text. */
export const insideText = (text: string): string => ` inside of ${text.length > 80 ? `${text.slice(0, 79)}…` : text}`;

/** A plan without its conditions: two that differ in no more than a constant are the same plan. */
export function structureOf(plan: PlanNode): string {
  return shapeOf(plan)
    .filter((line) => !DETAIL.test(line))
    .join('\n');
}

/**
 * Whether a plan reads the rows that a statement changed, which a trigger was given: it is made for as many as there
 * happen to be, and so says nothing of production.
 */
export function hangsOnRows(plan: PlanNode): boolean {
  return [...nodesOf(plan)].some(({ node }) => node['Node Type'] === 'Named Tuplestore Scan');
}

/** The indexes that a node reads, or by which it finds what is in the way of a row. */
export function indexesOf(node: PlanNode): string[] {
  const arbiters = node['Conflict Arbiter Indexes'];
  return [node['Index Name'], ...(Array.isArray(arbiters) ? arbiters : [])].filter((name) => typeof name === 'string');
}

/** Every node of a plan, with those above it, the nearest last. */
export function* nodesOf(
  node: PlanNode,
  above: readonly PlanNode[] = [],
): Iterable<{ node: PlanNode; above: readonly PlanNode[] }> {
  yield { node, above };
  for (const child of childrenOf(node)) yield* nodesOf(child, [...above, node]);
}

export const childrenOf = (node: PlanNode): readonly PlanNode[] => node.Plans ?? [];

/** The table that a node reads or writes, as schema.table. */
export function tableOf(node: PlanNode): string | undefined {
  return node['Relation Name'] === undefined ? undefined : `${node.Schema}.${node['Relation Name']}`;
}

function titleOf(node: PlanNode): string {
  const type = node['Node Type'] === 'ModifyTable' ? String(node.Operation) : node['Node Type'];
  const strategy = { Hashed: 'Hash ', Sorted: 'Group ', Mixed: 'Mixed ' }[String(node.Strategy)] ?? '';
  const join = node['Join Type'] && node['Join Type'] !== 'Inner' ? ` (${node['Join Type']})` : '';
  const backward = node['Scan Direction'] === 'Backward' ? ' Backward' : '';
  const index = node['Index Name'] ? ` using ${node['Index Name']}` : '';
  const what = tableOf(node) ?? node['CTE Name'] ?? node['Function Name'];
  const alias = node.Alias && node.Alias !== node['Relation Name'] && node.Alias !== what ? ` ${node.Alias}` : '';
  const on = what ? ` on ${what}${alias}` : '';
  return `${strategy}${type}${join}${backward}${index}${on}`;
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return plain(Array.isArray(value) ? value.join(', ') : String(value));
}

/** Versions write what an InitPlan gave in different ways, and constants are what a run was given. */
export function plain(text: string): string {
  return text
    .replaceAll(/\((InitPlan|SubPlan) (\d+)\)\.col\d+/g, '($1 $2)')
    .replaceAll(/\(returns (\$\d+,?)+\)/g, '')
    .trim();
}
