import type { Deviation } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import type { ActionRun } from './actions.ts';
import { idleAllowances, NOTHING_PARTICULAR, offencesOf, type PlanContext } from './expect.ts';
import type { IndexNeeds } from './indexes.ts';
import type { Allowance, Executed, Query } from './model.ts';
import type { PlanOffence } from './offence.ts';
import type { QueryRun, QueryRuns } from './run.ts';
import type { QuerySettings } from './settings.ts';
import { insideOf, shapeOf, structureOf } from './shape.ts';
import type { SizedTable } from './tables.ts';

interface PlannedAll {
  readonly queries: readonly QueryRuns[];
  readonly actions: readonly ActionRun[];
  readonly indexes: readonly IndexNeeds[];
  readonly major: number;
}

/** Compares the plans with the expectations of each query, each foreign key and each index. */
export function comparePlans(
  { queries, actions, indexes, major }: PlannedAll,
  settings: QuerySettings,
  context: PlanContext,
): Deviation[] {
  const used = new Set<string>();
  const exempt = (object: string): boolean => {
    const found = settings.exempt.some((exemption) => exemption.object === object);
    if (found) used.add(object);
    return found;
  };
  const deviations = [
    ...queries.flatMap((runs) => queryDeviations(runs, context)),
    ...actions.flatMap((run) => actionDeviations(run, context)).filter(({ where }) => !exempt(where)),
  ];
  if (major !== settings.planner) return deviations;
  const unneeded = [
    ...queries.flatMap((runs) => idleDeviations(runs, context)),
    ...indexes.flatMap(indexDeviations).filter(({ where }) => !exempt(where)),
  ];
  const idle = settings.exempt.filter(({ object }) => !used.has(object));
  return [...deviations, ...unneeded, ...idle.map(({ object }) => idleExemption(object))];
}

/** Tables without a declared size, and declared sizes of tables that do not exist or have no row. */
export function undeclared(tables: readonly SizedTable[], { sizes }: QuerySettings): Deviation[] {
  const known = new Map(tables.map((table) => [table.id, table]));
  const without = tables.filter(({ id }) => !(id in sizes));
  const empty = tables.filter(({ id, pages }) => id in sizes && pages === 0);
  return [
    ...without.map(({ id }) =>
      deviation(id, 'a declared size in production', 'none', `Declare its size in ${declaredIn('queries.sizes')}.`),
    ),
    ...Object.keys(sizes)
      .filter((id) => !known.has(id))
      .map((id) =>
        deviation(
          id,
          'a table of the declared size',
          'no such table',
          'Remove it from `queries.sizes`, or correct its name.',
        ),
      ),
    ...empty.map(({ id }) =>
      deviation(
        id,
        'at least one row, on which to plan',
        'none: the planner ignores the declared size of an empty table',
        'Add a row of it to the world.',
      ),
    ),
  ];
}

/**
 * The deviations of one query: the runs that failed, and whatever its plans do and should not do.
 * @param pagesOf counts the pages that were touched, where the tables are large enough for that to say something
 */
export function queryDeviations(
  { query, runs, failures }: QueryRuns,
  context: PlanContext,
  pagesOf?: (executed: Executed) => number,
): Deviation[] {
  const failed = failures.map(({ set, expected, seen, statement, fix }) => ({
    ...deviation(`${query.name} · ${query.persona} · ${set}`, expected, seen, fix),
    evidence: statement,
  }));
  const offences = runs.flatMap((run) =>
    [...offencesOf(run.executed, query, context), ...(pagesOf ? tooManyPages(pagesOf(run.executed), query) : [])].map(
      (offence) => ({ offence, run }),
    ),
  );
  const groups = Map.groupBy(offences, ({ offence }) => offence.expected);
  const found = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const runsOf = [...new Set(group.map(({ run }) => `${run.set} ${run.mode}`))];
    const where = runsOf.length === runs.length ? '' : ` · ${runsOf.join(', ')}`;
    return [fromOffence(`${query.name} · ${query.persona}${where}`, first.offence, first.run)];
  });
  return [...failed, ...found];
}

function tooManyPages(pages: number, { pages: limit }: Query): PlanOffence[] {
  if (pages <= limit) return [];
  const what = `${pages.toLocaleString('en')} pages`;
  const fix = 'Find the node of the plan that reads more than it returns, or raise `pages` in the query file.';
  return [{ expected: `at most ${limit.toLocaleString('en')} pages`, seen: what, what, fix }];
}

function idleDeviations({ query, runs }: QueryRuns, context: PlanContext): Deviation[] {
  const executed = runs.map((run) => run.executed);
  const idle = runs.length > 0 ? idleAllowances(executed, query, context) : [];
  return idle.map((allowance) => idleAllowance(query.name, allowance));
}

function actionDeviations({ action, run }: ActionRun, context: PlanContext): Deviation[] {
  const offences = offencesOf(run.executed, NOTHING_PARTICULAR, context);
  return offences.map((offence) => ({
    ...fromOffence(action.id, offence, run),
    fix: `Create an index that leads with the columns of the foreign key: each delete from ${action.parent} looks for its rows.`,
  }));
}

function indexDeviations({ index, needs }: IndexNeeds): Deviation[] {
  if (needs.length > 0) return [];
  return [
    {
      ...deviation(
        index.id,
        'a query or a foreign key that needs it',
        'no plan needs it: every expectation holds without it, at no more than twice the cost',
        `Remove it, write the query that needs it in ${declaredIn('queries')}, or say why it stays in ${declaredIn('queries.exempt')}.`,
      ),
      evidence: `${index.definition};`,
    },
  ];
}

function fromOffence(where: string, { expected, seen, fix, plans }: PlanOffence, run: QueryRun): Deviation {
  const executed = plans ?? run.executed;
  const inside = new Map(insideOf(executed).map(({ text, plan }) => [`${text}\n${structureOf(plan)}`, { text, plan }]));
  const lines = [
    ...shapeOf(executed.plan),
    ...[...inside.values()].flatMap(({ text, plan }) => [`inside: ${text}`, ...shapeOf(plan)]),
  ];
  return { ...deviation(where, expected, seen, fix), evidence: lines.join('\n') };
}

const idleAllowance = (where: string, { kind, object }: Allowance): Deviation =>
  deviation(
    where,
    `a plan that needs \`${kind}: ${object}\``,
    'no plan does it',
    'Remove the line from the query file.',
  );

const idleExemption = (object: string): Deviation =>
  deviation(
    object,
    'a deviation that the exemption covers',
    'none: every expectation holds without the exemption',
    'Remove it from `queries.exempt`.',
  );

const deviation = (where: string, expected: string, seen: string, fix: string): Deviation => ({
  check: 'plans',
  where,
  expected,
  seen,
  fix,
});
