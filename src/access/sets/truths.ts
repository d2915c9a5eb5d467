import type pg from 'pg';
import type { Table } from '../../catalog/table.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { type Answer, ask, type Question } from './ask.ts';
import type { Caller } from './callers.ts';
import type { Condition, Truth } from './conditions.ts';
import { place } from './rows.ts';
import { isAmong, rowId, SCRATCH } from './scratch.ts';

/** The values of the conditions of a table’s policies, for every caller and row. */
export interface Truths {
  /** The values of the nodes of each condition, in the order of the conditions. */
  readonly truths: readonly (readonly Truth[])[];
  /** Of whom a node could not be evaluated, and why. */
  readonly failed: readonly FailedNode[];
}

export interface FailedNode {
  readonly caller: number;
  readonly node: string;
  readonly state: string;
  readonly message: string;
}

/**
 * SQL that shows rows of a table to every caller, whatever its policies say: a view, which reads with the rights of
 * the connection's own user. Conditions are evaluated on it as the caller, under the table's own name.
 */
export const showRows = ({ sql }: Table, rows: readonly { readonly id: string }[]): string =>
  `create view ${SCRATCH}.rows as select ${rowId('t')} as ${ID}, t.* from ${sql} t where ${isAmong('t', rows)}; grant select on ${SCRATCH}.rows to public;`;

const ID = 'rolecall_row_id';

/**
 * Asks each caller what every node of the conditions that concern them is, for every row shown: one statement a caller, in
 * which a node that stands in several conditions stands once. Where that fails for a caller, each node is asked alone: one
 * may guard another from a value that it can't take.
 */
export async function readTruths(
  client: pg.Client,
  table: Table,
  callers: readonly Caller[],
  conditions: readonly Condition[],
): Promise<Truths> {
  const groups = groupsOf(conditions, callers);
  const together = await askPrepared(
    client,
    callers,
    groups.map(({ nodes, places }) => nodesQuestion(table, nodes, places)),
  );
  const alone = groups.flatMap(({ nodes }, group) => {
    const failed = together.filter(({ question, error }) => question === group && error).map(({ caller }) => caller);
    return failed.length === 0 ? [] : nodes.map((node) => ({ nodes: [node], places: failed }));
  });
  const apart = await askPrepared(
    client,
    callers,
    alone.map(({ nodes, places }) => nodesQuestion(table, nodes, places)),
  );
  const values = new Map<number, NodeValues>();
  for (const [answers, asked] of [[together, groups] as const, [apart, alone] as const])
    for (const answer of answers) {
      const own = values.get(answer.caller) ?? new Map();
      values.set(answer.caller, own);
      note(own, answer, asked[answer.question]?.nodes ?? []);
    }
  return {
    truths: conditions.map(({ nodes, callers: places }) =>
      places.flatMap((caller) =>
        [...(values.get(caller) ?? [])].flatMap(([row, seen]): Truth[] => {
          const own = nodes.map(({ text }) => seen.get(text));
          return own.every((value) => value === undefined) ? [] : [{ caller, row, values: own }];
        }),
      ),
    ),
    failed: apart.flatMap(({ caller, question, error }): FailedNode[] =>
      error ? [{ caller, node: alone[question]?.nodes[0] ?? '', state: error.state, message: error.message }] : [],
    ),
  };
}

/**
 * Asks by prepared statements, which are planned once for all callers of a role. One that cannot be prepared is asked as it is, so
 * that each caller's answer says why.
 */
async function askPrepared(
  client: pg.Client,
  callers: readonly Caller[],
  questions: readonly Question[],
): Promise<Answer[]> {
  const names = questions.map((_, index) => `rolecall_condition_${index}`);
  const prepared = await place(
    client,
    questions.map(({ sql }, index) => `prepare ${names[index]} as ${sql}`),
    false,
  );
  const isThere = (index: number): boolean => prepared[index]?.state === null;
  const answers = await ask(
    client,
    callers,
    questions.map((question, index) => (isThere(index) ? { ...question, sql: `execute ${names[index]}` } : question)),
  );
  const left = names.filter((_, index) => isThere(index));
  if (left.length > 0) await client.query(left.map((name) => `deallocate ${name};`).join(' '));
  return answers;
}

/** Of one caller: row → text of a node → its value. */
type NodeValues = Map<string, Map<string, boolean>>;

interface NodeGroup {
  readonly nodes: readonly string[];
  readonly places: readonly number[];
}

/**
 * The callers of one role whom the same conditions concern, with the nodes of those, each once. A plan is of the role for which
 * it was made: the planner evaluates and inlines functions, as far as that role may execute them.
 */
function groupsOf(conditions: readonly Condition[], callers: readonly Caller[]): NodeGroup[] {
  const concerned = [...new Set(conditions.flatMap((condition) => condition.callers))];
  const ofCaller = (place: number): Condition[] => conditions.filter((condition) => condition.callers.includes(place));
  const alike = Map.groupBy(concerned, (place) =>
    [callers[place]?.role, ...ofCaller(place).map((condition) => conditions.indexOf(condition))].join('\n'),
  );
  return [...alike.values()].map((places) => ({
    places,
    nodes: [...new Set(ofCaller(places[0] ?? -1).flatMap(({ nodes }) => nodes.map(({ text }) => text)))],
  }));
}

/** Gives `<oid> <place> ttf…` a row, a letter a node; null counts as false, as it does for a policy. */
function nodesQuestion({ name }: Table, nodes: readonly string[], callers: readonly number[]): Question {
  const letters = nodes.map((text) => `case when ${text} then 't' else 'f' end`).join(' || ');
  const alias = quoteIdentifier(name);
  const sql = `select array_agg(${alias}.${ID} || ' ' || ${letters}) from ${SCRATCH}.rows as ${alias}`;
  return { kind: 'read', sql, callers };
}

function note(values: NodeValues, { rows }: Answer, nodes: readonly string[]): void {
  for (const text of rows) {
    const at = text.lastIndexOf(' ');
    const row = text.slice(0, at);
    const own = values.get(row) ?? new Map<string, boolean>();
    values.set(row, own);
    for (const [index, node] of nodes.entries()) own.set(node, text[at + 1 + index] === 't');
  }
}
