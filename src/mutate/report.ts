import { markdownTable } from 'markdown-table';
import type { Deviation, NotEvaluated } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import type { Accountable, Accounted } from './accounted.ts';
import type { MutantProbe } from './probe.ts';
import type { JudgedMutant } from './result.ts';
import { byProbe, percentage, type Score, scoresOf, totalOf } from './score.ts';

/** Everything that a run of mutants found. */
export interface MutantReport {
  readonly judged: readonly JudgedMutant[];
  readonly accounted: Accounted;
  /** How many mutants of the database there are. */
  readonly population: number;
  /** How many results are from earlier runs. */
  readonly cached: number;
  readonly seconds: number;
  readonly probes: readonly MutantProbe[];
}

/** The score by operator, for a terminal and for the file. */
export function scoreTable({ judged, accounted }: Pick<MutantReport, 'judged' | 'accounted'>): string {
  const scores = scoresOf(judged, accounted);
  const line = (score: Score): string[] => [
    score.operator,
    ...[score.mutants, score.killed, score.equivalent, score.byTest, score.open, score.notMade].map(String),
    percentage(score),
  ];
  const head = ['operator', 'mutants', 'killed', 'equivalent', 'by a test', 'survive', 'not made', 'score'];
  return markdownTable([head, ...scores.map(line), line(totalOf(scores))], {
    align: ['l', 'r', 'r', 'r', 'r', 'r', 'r', 'r'],
  });
}

/** A mutant that nothing noticed, and of which nothing is declared. */
export function survivorDeviation({ mutant, result }: JudgedMutant, probes: readonly MutantProbe[]): Deviation {
  return {
    check: 'mutants',
    where: mutant.id,
    expected: `something that notices it: ${mutant.what}`,
    seen: `no difference in ${result.looked.join(', ') || 'anything: no probe concerns it'}`,
    evidence: mutant.sql.trim(),
    fix: missingProbe({ mutant, result }, probes),
  };
}

/** Which probe is missing, as far as the place of the change says it. */
function missingProbe({ mutant: { concerns, object }, result }: JudgedMutant, probes: readonly MutantProbe[]): string {
  const changed = concerns[0] ?? object;
  const looked = new Set(result.looked.map((text) => text.split(' (')[0]));
  const others = probes.filter(({ name }) => !looked.has(name)).map(({ name }) => name);
  const missing = changed.endsWith(')')
    ? `a call of ${changed} for which it makes a difference: give it arguments in ${declaredIn('calls')}, or rows in ${declaredIn('world')}`
    : `a row of ${changed}, or a persona, for which it makes a difference: add it to ${declaredIn('world')}`;
  return `Missing is ${missing}${others.length > 0 ? ` (not asked, since it does not concern them: ${others.join(', ')})` : ''}. If a test of the repository notices it, name that in ${declaredIn('mutants.killedBy')}; if nothing can, say why in ${declaredIn('mutants.equivalent')}.`;
}

/** All that was evaluated of the unchanged database and not of mutants, each once, with the number of mutants. */
export function notEvaluatedOf(judged: readonly JudgedMutant[]): NotEvaluated[] {
  const all = judged.flatMap(({ mutant, result }) => result.notEvaluated.map((one) => ({ ...one, id: mutant.id })));
  return [...Map.groupBy(all, ({ check, where }) => `${check} ${where}`).values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const mutants = new Set(own.map(({ id }) => id));
    const more = mutants.size > 1 ? ` and ${mutants.size - 1} more` : '';
    return [{ check: first.check, where: first.where, why: `${first.why} (after ${first.id}${more})` }];
  });
}

/** The report as a file for reviewers. */
export function reportPage(report: MutantReport): string {
  const { judged, accounted, population, cached, seconds, probes } = report;
  const notMade = judged.filter(({ result }) => result.outcome === 'not made');
  const notEvaluated = notEvaluatedOf(judged);
  const rate = judged.length - cached > 0 ? ` ${(seconds / (judged.length - cached)).toFixed(2)} s each.` : '';
  return [
    '# Mutants',
    '',
    `${judged.length} of ${population} changes of the database were tried, one at a time; ${cached} of the results are from earlier runs. ${seconds.toFixed(0)} s.${rate}`,
    '',
    '## Score',
    '',
    scoreTable(report),
    '',
    '## Which probe noticed them',
    '',
    markdownTable(
      [
        ['probe', 'noticed', 'looks at'],
        ...byProbe(judged).map(([probe, count]) => [
          probe,
          String(count),
          probes.find(({ name }) => name === probe)?.looksAt ?? '',
        ]),
      ],
      { align: ['l', 'r', 'l'] },
    ),
    '',
    `## Nothing notices (${accounted.open.length})`,
    '',
    ...accounted.open.flatMap((one) => survivorSection(one, probes)),
    `## Accounted for (${accounted.equivalent.length + accounted.killedBy.length})`,
    '',
    ...accounted.equivalent.map((one) => accountedLine(one, 'equivalent')),
    ...accounted.killedBy.map((one) => accountedLine(one, 'killed by')),
    '',
    `## Could not be made (${notMade.length})`,
    '',
    ...notMade.map(({ mutant, result }) => `- \`${mutant.id}\`: ${result.seen}`),
    '',
    `## Not evaluated (${notEvaluated.length})`,
    '',
    ...notEvaluated.map(({ where, why }) => `- ${where}: ${why}`),
    '',
  ].join('\n');
}

function survivorSection(one: JudgedMutant, probes: readonly MutantProbe[]): string[] {
  const { seen, fix } = survivorDeviation(one, probes);
  const { id, what, sql } = one.mutant;
  return [`### ${id}`, '', `${what}. Seen: ${seen}. ${fix}`, '', '```sql', sql.trim(), '```', ''];
}

const accountedLine = ({ mutant, because }: Accountable, how: string): string =>
  `- \`${mutant.id}\`: ${how}: ${because}`;
