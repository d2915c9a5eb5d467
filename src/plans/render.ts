import { markdownTable } from 'markdown-table';
import { declaredIn, toRun } from '../report/layout.ts';
import type { ActionRun } from './actions.ts';
import type { IndexNeeds } from './indexes.ts';
import { mask } from './mask.ts';
import type { Allowance, Query } from './model.ts';
import type { QueryRun, QueryRuns } from './run.ts';
import { hangsOnRows, insideOf, isSamePlan, shapeOf, structureOf } from './shape.ts';

/** The data from which snapshots/plans.md is rendered. */
export interface RenderedPlans {
  readonly major: number;
  readonly queries: readonly QueryRuns[];
  readonly actions: readonly ActionRun[];
  readonly indexes: readonly IndexNeeds[];
  readonly exempt: readonly { readonly object: string; readonly reason: string }[];
}

/** A plan as it is shown, and the runs that gave it: those whose plans differ in no more than constants are one. */
interface PlanVariant {
  readonly labels: readonly string[];
  readonly lines: readonly string[];
}

const heading = (major: number): string => `# How queries are planned

The plan of each query of ${declaredIn('queries')}, run as its persona under row level security on tables of the declared size, and of
the statements inside of functions and triggers. Nothing in it varies between runs: no costs, times or counts. Planned by
PostgreSQL ${major}; written by ${toRun('snapshot')}; the query files declare what is intended.
`;

/** The text of snapshots/plans.md. */
export function renderPlans({ major, queries, actions, indexes, exempt }: RenderedPlans): string {
  const inside = new Map(queries.map((runs) => [runs.query.name, insideVariants(runs.runs)]));
  const times = new Map<string, number>();
  for (const texts of inside.values()) for (const text of texts.keys()) times.set(text, (times.get(text) ?? 0) + 1);
  const shared = new Map(
    [...inside.values()].flatMap((texts) => [...texts].filter(([text]) => (times.get(text) ?? 0) > 1)),
  );
  return [
    heading(major),
    ...queries.map((runs) => renderQuery(runs, inside.get(runs.query.name) ?? new Map(), shared)),
    ...(shared.size > 0 ? [`## Inside of several\n\n${renderInside(shared)}`] : []),
    renderActions(actions),
    renderIndexes(indexes, exempt),
  ].join('\n');
}

function renderQuery(
  { query, runs }: QueryRuns,
  inside: ReadonlyMap<string, readonly PlanVariant[]>,
  shared: ReadonlyMap<string, unknown>,
): string {
  const own = new Map([...inside].filter(([text]) => !shared.has(text)));
  const others = [...inside.keys()]
    .filter((text) => shared.has(text))
    .map((text) => `- inside, as in others: \`${short(text)}\``);
  return [
    `## ${query.name}\n\n${query.title}\n`,
    `As ${query.persona}: ${expectations(query).join('; ')}.${bypassText(runs)}\n`,
    renderVariants(variantsOf(runs, ({ executed }) => executed.plan)),
    ...(own.size > 0 ? [renderInside(own)] : []),
    ...(others.length > 0 ? [`${others.join('\n')}\n`] : []),
  ].join('\n');
}

function expectations({ indexes, ordered, allowed, growth, pages }: Query): string[] {
  return [
    ...indexes.map((index) => `uses ${index}`),
    ...(ordered ? ['in the order of an index'] : []),
    ...allowed.map(({ kind, object, reason }) => `${ALLOWED[kind](object)}, because ${reason}`),
    ...(growth ? [`reads more as ${growth.object} grows, because ${growth.reason}`] : []),
    `at most ${pages} pages`,
  ];
}

const ALLOWED: Readonly<Record<Allowance['kind'], (object: string) => string>> = {
  scan: (table) => `may read all of ${table}`,
  'per row': (what) => `${what} may run for each row`,
  approximate: (index) => `may miss rows that ${index} does not reach`,
};

/** Whether row security changes the plan, where the query says what would be the same without. */
function bypassText(runs: readonly QueryRun[]): string {
  const compared = runs.filter(({ bypassed }) => bypassed);
  if (compared.length === 0) return '';
  const other = compared.find(({ executed, bypassed }) => bypassed && !isSamePlan(executed.plan, bypassed.plan));
  if (!other?.bypassed) return ' Without row security, with its conditions written out: the same plan.';
  const lines = shapeOf(other.bypassed.plan).map((line) => mask(line, other.mode));
  return ` Without row security, with its conditions written out, another plan:\n\n${block(lines)}`;
}

/**
 * A foreign key that looks for its parent: by the unique index that every one has, and not where the row is new in the
 * same transaction. Its plan is left out: it shows no defect, and depends on the rows.
 */
const EXISTENCE = /^SELECT 1 FROM ONLY .* x WHERE .* FOR KEY SHARE OF x$/;

/** The statements inside, in the order in which they first ran, and the plans that they had in any of the runs. */
function insideVariants(runs: readonly QueryRun[]): Map<string, PlanVariant[]> {
  const texts = [...new Set(runs.flatMap(({ executed }) => insideOf(executed).map(({ text }) => text)))];
  return new Map(
    texts
      .filter((text) => !EXISTENCE.test(text))
      .map((text) => {
        const plans = runs.flatMap((run) =>
          insideOf(run.executed)
            .filter((inner) => inner.text === text)
            .map((inner) => ({ ...run, inner: inner.plan })),
        );
        const hanging = plans.some(({ inner }) => hangsOnRows(inner));
        if (hanging)
          return [
            text,
            [
              {
                labels: [],
                lines: ['not evaluated: it reads the rows that were changed, and is planned by their number'],
              },
            ],
          ];
        return [text, variantsOf(plans, ({ inner }) => inner)];
      }),
  );
}

function variantsOf<R extends QueryRun>(
  runs: readonly R[],
  planOf: (run: R) => Parameters<typeof shapeOf>[0],
): PlanVariant[] {
  return [...Map.groupBy(runs, (run) => structureOf(planOf(run))).values()].flatMap((group) => {
    const first = group.find(({ mode }) => mode === 'generic') ?? group[0];
    if (!first) return [];
    const labels = [...new Set(group.map(({ set, mode }) => `${set} ${mode}`))];
    return [{ labels, lines: shapeOf(planOf(first)).map((line) => mask(line, first.mode)) }];
  });
}

const renderInside = (inside: ReadonlyMap<string, readonly PlanVariant[]>): string =>
  [...inside].map(([text, variants]) => `inside: \`${short(text)}\`\n\n${renderVariants(variants)}`).join('\n');

const renderVariants = (variants: readonly PlanVariant[]): string =>
  variants
    .map(({ labels, lines }) => `${variants.length > 1 ? `${labels.join(', ')}:\n\n` : ''}${block(lines)}\n`)
    .join('\n');

const block = (lines: readonly string[]): string => `\`\`\`\n${lines.join('\n')}\n\`\`\``;

const short = (text: string): string => (text.length > 160 ? `${text.slice(0, 159)}…` : text).replaceAll('`', "'");

function renderActions(actions: readonly ActionRun[]): string {
  const lines = actions.map(({ action, run }) => {
    const [reads] = shapeOf(run.executed.plan).filter((line) => / Scan/.test(line));
    return [action.id, `${action.parent} → ${action.child}`, action.rule, (reads ?? '').trim()];
  });
  const table = markdownTable([['foreign key', 'when a row is deleted', 'rule', 'finds its rows by'], ...lines]);
  return `## What foreign keys do\n\n${table}\n`;
}

function renderIndexes(indexes: readonly IndexNeeds[], exempt: RenderedPlans['exempt']): string {
  const text = indexes.map(({ index, needs }) => {
    const needed = [...Map.groupBy(needs, ({ without }) => without)].map(
      ([without, alike]) => `- ${alike.map(({ by }) => by).join(', ')}; without it: ${without}`,
    );
    const reason = exempt.find(({ object }) => object === index.id)?.reason;
    const lines = needed.length > 0 ? needed : [`- ${reason ? `exempt: ${reason}` : 'nothing'}`];
    return `**${index.id}** is needed by\n\n${lines.join('\n')}\n`;
  });
  return `## What each index is needed for\n\nEvery index that enforces no key, hidden from the planner in turn.\n\n${text.join('\n')}`;
}
