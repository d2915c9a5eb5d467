import { type ApproximateIndex, type ApproximateScans, iterates } from './iterative-scan.ts';
import type { Executed, NestedPlan, PlanNode } from './model.ts';
import type { PlanOffence } from './offence.ts';
import { hangsOnRows, insideText, nodesOf, plain, tableOf } from './shape.ts';

/** A node of a plan with those above it, the nearest last. */
interface PlacedNode {
  readonly node: PlanNode;
  readonly above: readonly PlanNode[];
}

/** How the rows of a scan reach the LIMIT that ends it. */
interface Way {
  /** The nodes that drop rows on the way, in words. */
  readonly drops: readonly string[];
  /** Whether there is a LIMIT; otherwise all rows are asked for. */
  readonly limited: boolean;
}

/**
 * How many times cheaper an approximate scan may be in production than the planner thinks on few rows: an index of
 * ivfflat has up to a thousand lists there, of which a search reads one.
 */
const CHEAPER = 1000;

/**
 * The approximate scans that end too early: an index that finds some hundred rows and then stops gives fewer than a LIMIT
 * asks for when a filter, a join or a grouping drops rows between the scan and the LIMIT, and never all rows where there
 * is no LIMIT. A scan that iterates goes on instead. A plan with sorts disabled counts when the planner's own is not far
 * cheaper: with the lists and the statistics of production, the planner may choose it.
 */
export function lostRows(executed: Executed, approximate: ApproximateScans): PlanOffence[] {
  if (approximate.indexes.size === 0) return [];
  const { unsorted } = executed;
  const own = plansOf(executed).flatMap((one) => lostIn(one, executed, approximate, 'a search'));
  const told = new Set(own.map(({ allowance }) => allowance?.object));
  const possible = unsorted ? plansOf(unsorted).filter((one) => isNear(one, executed)) : [];
  const others = possible.flatMap((one) =>
    lostIn(one, executed, approximate, 'no such search in this plan, but one that the planner may choose,'),
  );
  return [
    ...own,
    ...others
      .filter(({ allowance }) => !told.has(allowance?.object))
      .map((one) => ({ ...one, plans: unsorted as Executed })),
  ];
}

/** A plan of an execution, and which statement and functions it is inside of. */
type PlacedPlan = Pick<NestedPlan, 'plan' | 'callers'> & { readonly text: string | undefined };

const plansOf = ({ plan, nested }: Executed): PlacedPlan[] => [
  { plan, callers: [], text: undefined },
  ...nested.filter((inner) => !hangsOnRows(inner.plan)),
];

function isNear({ plan, text }: PlacedPlan, chosen: Executed): boolean {
  const same = plansOf(chosen).filter((one) => one.text === text);
  return same.some((one) => Number(one.plan['Total Cost']) * CHEAPER > Number(plan['Total Cost']));
}

function lostIn(
  { plan, text, callers }: PlacedPlan,
  { settings }: Executed,
  approximate: ApproximateScans,
  how: string,
): PlanOffence[] {
  const nodes = [...nodesOf(plan)];
  return nodes.flatMap((placed) => {
    const index = approximate.indexes.get(`${placed.node.Schema}.${placed.node['Index Name']}`);
    if (!index || placed.node['Order By'] === undefined) return [];
    if (iterates(index, { callers, settings }, approximate)) return [];
    const ways = waysUp(placed, nodes).filter(({ limited, drops }) => !limited || drops.length > 0);
    return ways.map((way) => offenceOf(index, way, how, text === undefined ? '' : insideText(text)));
  });
}

function offenceOf(
  { name, method, setting }: ApproximateIndex,
  { drops, limited }: Way,
  how: string,
  inside: string,
): PlanOffence {
  const off = setting ? `${setting} is off` : `${method} has no iterative scan`;
  const lost = limited
    ? `fewer rows than the LIMIT may come back: the scan ends after one search, and rows are dropped afterwards and not replaced, by ${drops.join(' and by ')}`
    : 'rows are missing: the scan ends after one search, and all rows are asked for, because no LIMIT is above it, or one above a sort or a grouping';
  const on = setting
    ? [
        `set iterative scan where the statement runs (\`set local ${setting} = 'relaxed_order'\`, or SET of the function)`,
      ]
    : [];
  const choices = [
    ...on,
    'search exactly, by an expression that the index does not have (the distance `+ 0`)',
    `say in the query file why rows may be missing: \`approximate: ${name}, because …\``,
  ].join('; or ');
  return {
    allowance: { kind: 'approximate', object: name },
    expected: `all rows that the statement asks for, whatever ${name} finds`,
    seen: `${how} by ${name} (${method})${inside} while ${off}, so that ${lost}`,
    what: `missing rows in a search by ${name}`,
    fix: `${choices.charAt(0).toUpperCase()}${choices.slice(1)}.`,
  };
}

/** Goes up from a scan to the LIMIT that ends it. The rows of a CTE go on wherever it is read. */
function waysUp({ node, above }: PlacedNode, nodes: readonly PlacedNode[], before: readonly string[] = []): Way[] {
  const drops = [...before, ...filterOf(node)];
  let below = node;
  for (const parent of above.toReversed()) {
    const relation = below['Parent Relationship'];
    if (relation === 'InitPlan' || relation === 'SubPlan') {
      const cte = /^CTE (.+)$/.exec(String(below['Subplan Name']))?.[1];
      const readers = nodes.filter(({ node: reader }) => cte !== undefined && reader['CTE Name'] === cte);
      return readers.length > 0
        ? readers.flatMap((reader) => waysUp(reader, nodes, drops))
        : [{ drops, limited: false }];
    }
    if (parent['Node Type'] === 'Limit') return [{ drops, limited: true }];
    if (readsAll(parent)) return [{ drops, limited: false }];
    drops.push(...joinOf(parent, below), ...groupingOf(parent), ...filterOf(parent));
    below = parent;
  }
  return [{ drops, limited: false }];
}

/** Whether a node reads all rows below it before it gives the first, whatever the LIMIT. */
const readsAll = (node: PlanNode): boolean =>
  node['Node Type'] === 'Sort' || (node['Node Type'] === 'Aggregate' && node.Strategy !== 'Sorted');

function filterOf(node: PlanNode): string[] {
  const filter = node.Filter;
  if (typeof filter !== 'string') return [];
  // An index of vectors has no entry for a null: this drops nothing.
  const [, column] = /^\((.+) IS NOT NULL\)$/.exec(filter) ?? [];
  if (column !== undefined && String(node['Order By']).startsWith(`(${column} `)) return [];
  return [`the filter ${plain(filter)} of ${titleOf(node)}`];
}

/** A join drops the rows that find nothing on the other side, unless it keeps the side that the scan is on. */
function joinOf(join: PlanNode, child: PlanNode): string[] {
  const type = join['Join Type'];
  if (type === undefined || type === 'Full') return [];
  if (type === (child['Parent Relationship'] === 'Outer' ? 'Left' : 'Right')) return [];
  const other = join.Plans?.find((side) => side !== child && side['Subplan Name'] === undefined);
  const tables = other ? [...nodesOf(other)].flatMap(({ node }) => tableOf(node) ?? []) : [];
  const named = tables.length > 0 ? ` with ${[...new Set(tables)].join(', ')}` : '';
  return [`the ${type === 'Inner' ? 'join' : `${String(type).toLowerCase()} join`}${named}`];
}

const groupingOf = (node: PlanNode): string[] =>
  /^(Aggregate|Group|Unique|SetOp)$/.test(node['Node Type']) ? ['the grouping of rows'] : [];

const titleOf = (node: PlanNode): string => `${node['Node Type']}${tableOf(node) ? ` on ${tableOf(node)}` : ''}`;
