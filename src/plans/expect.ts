import { lostRows } from './approximate.ts';
import { calledIn } from './calls.ts';
import type { ApproximateScans } from './iterative-scan.ts';
import type { Allowance, Executed, PlanNode, Query } from './model.ts';
import type { PlanOffence } from './offence.ts';
import type { Sizes } from './settings.ts';
import { hangsOnRows, indexesOf, insideText, nodesOf, plain, tableOf } from './shape.ts';

/** The facts by which plans are judged: which tables grow, and which functions cost something with each call. */
export interface PlanContext {
  readonly sizes: Sizes;
  /** `schema.name` of every function that is not immutable, and is not PostgreSQL's own. */
  readonly functions: readonly string[];
  readonly approximate: ApproximateScans;
}

/** The conditions that are evaluated for each row that a node looks at. */
const PER_ROW = ['Filter', 'Join Filter'] as const;

/** The fields of a query by which its plans are judged. */
export type Expected = Pick<Query, 'indexes' | 'ordered' | 'allowed'>;

/** Nothing in particular: growing tables are not read completely, and nothing runs for each row that need not. */
export const NOTHING_PARTICULAR: Expected = { indexes: [], ordered: false, allowed: [] };

/** Holds the plans of one execution against what the query expects, and leaves out what it allows. */
export function offencesOf(executed: Executed, query: Expected, context: PlanContext): PlanOffence[] {
  return everyOffence(executed, query, context).filter(
    ({ allowance }) => !query.allowed.some((one) => same(one, allowance)),
  );
}

/** The allowances of a query that none of its plans needs. */
export function idleAllowances(executed: readonly Executed[], query: Expected, context: PlanContext): Allowance[] {
  const offences = executed.flatMap((one) => everyOffence(one, query, context));
  return query.allowed.filter((one) => !offences.some(({ allowance }) => same(one, allowance)));
}

const same = (one: Allowance, other: PlanOffence['allowance']): boolean =>
  one.kind === other?.kind && one.object === other.object;

/** Of its own plan, and of those of the statements inside. */
function everyOffence(executed: Executed, query: Expected, context: PlanContext): PlanOffence[] {
  const inner = executed.nested.filter((one) => !hangsOnRows(one.plan));
  const plans = [
    { plan: executed.plan, inside: '' },
    ...inner.map(({ plan, text }) => ({ plan, inside: insideText(text) })),
  ];
  const nodes = plans.flatMap(({ plan: root, inside }) => [...nodesOf(root)].map((found) => ({ ...found, inside })));
  const used = new Set(nodes.flatMap(({ node }) => indexesOf(node)));
  return unique([
    ...query.indexes.filter((index) => !used.has(index)).map(missingIndex),
    ...nodes.flatMap(({ node, above, inside }) => [
      ...wholeReads(node, above, inside, context.sizes),
      ...(query.ordered ? sorts(node, inside) : []),
      ...perRow(node, inside, context),
    ]),
    ...lostRows(executed, context.approximate),
  ]);
}

const missingIndex = (index: string): PlanOffence => ({
  expected: `a plan that uses ${index}`,
  seen: 'a plan without it',
  what: `no use of ${index}`,
  fix: 'Create the index, or write the query so that the planner can use it; if another index serves as well, name that one.',
});

/** A growing table that is read completely: by a sequential scan, or by all entries of an index. */
function wholeReads(node: PlanNode, above: readonly PlanNode[], inside: string, sizes: Sizes): PlanOffence[] {
  const table = tableOf(node);
  const size = table === undefined ? undefined : sizes[table];
  if (table === undefined || !size || size.fixed) return [];
  const type = node['Node Type'];
  const stopped = above.some((ancestor) => ancestor['Node Type'] === 'Limit');
  const unbounded =
    /^Index (Only )?Scan$/.test(type) && node['Index Cond'] === undefined && node['Order By'] === undefined && !stopped;
  if (type !== 'Seq Scan' && !unbounded) return [];
  const how = unbounded ? `a scan of all entries of ${node['Index Name']}` : 'a sequential scan';
  return [
    {
      allowance: { kind: 'scan', object: table },
      expected: `a plan that does not read all of ${table}, which has ${size.rows.toLocaleString('en')} rows in production`,
      seen: `${how}${inside}`,
      what: `${how} of ${table}`,
      fix: `Give the condition an index that it can use, or say in the query file why it reads everything: \`scan: ${table}, because …\`.`,
    },
  ];
}

function sorts(node: PlanNode, inside: string): PlanOffence[] {
  if (!/^(Incremental )?Sort$/.test(node['Node Type'])) return [];
  return [
    {
      expected: 'rows in the order of an index',
      seen: `a sort by ${String(node['Sort Key'])}${inside}`,
      what: `a sort by ${String(node['Sort Key'])}`,
      fix: 'Append the columns of the ORDER BY, with their directions, to the index that finds the rows.',
    },
  ];
}

/** Functions and subqueries that run for each row of a growing table, where one run for each statement would suffice. */
function perRow(node: PlanNode, inside: string, { sizes, functions }: PlanContext): PlanOffence[] {
  const table = tableOf(node);
  if (table !== undefined && sizes[table]?.fixed) return [];
  const text = PER_ROW.flatMap((key) => (typeof node[key] === 'string' ? [plain(node[key])] : [])).join(' and ');
  const costly = calledIn(text, functions);
  const subplans = /(?<!hashed )\(?SubPlan \d+\)?/.test(text.replaceAll(/\(?hashed SubPlan \d+\)?(\.col\d+)?/g, ''));
  const what = [...new Set(costly.map((name) => `${name}()`)), ...(subplans ? ['a subquery'] : [])];
  return what.map((object) => ({
    allowance: { kind: 'per row', object },
    expected: `${object} once for each statement`,
    seen: `once for each row of ${table ?? node['Node Type']}${inside}: ${text}`,
    what: `${object} for each row of ${table ?? node['Node Type']}`,
    fix: 'Wrap the call that does not depend on the row in `(select …)`, in the policy or in the query, so that it becomes an InitPlan.',
  }));
}

function unique(offences: readonly PlanOffence[]): PlanOffence[] {
  return [...new Map(offences.map((offence) => [`${offence.expected}\n${offence.seen}`, offence])).values()];
}
