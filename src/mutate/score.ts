import type { Accounted } from './accounted.ts';
import type { JudgedMutant } from './result.ts';

/** How the mutants of an operator ended. */
export interface Score {
  readonly operator: string;
  readonly mutants: number;
  readonly killed: number;
  readonly equivalent: number;
  readonly byTest: number;
  /** Nothing is declared of them. */
  readonly open: number;
  readonly notMade: number;
}

/** The scores by operator, by name. */
export function scoresOf(judged: readonly JudgedMutant[], accounted: Accounted): Score[] {
  const groups = [...Map.groupBy(judged, ({ mutant }) => mutant.operator)].toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const of = (operator: string, list: readonly JudgedMutant[]): number =>
    list.filter(({ mutant }) => mutant.operator === operator).length;
  return groups.map(([operator, own]) => ({
    operator,
    mutants: own.length,
    killed: own.filter(({ result }) => result.outcome === 'killed').length,
    equivalent: of(operator, accounted.equivalent),
    byTest: of(operator, accounted.killedBy),
    open: of(operator, accounted.open),
    notMade: own.filter(({ result }) => result.outcome === 'not made').length,
  }));
}

export const totalOf = (scores: readonly Score[]): Score => {
  const sum = (key: keyof Omit<Score, 'operator'>): number => scores.reduce((total, score) => total + score[key], 0);
  return {
    operator: 'all',
    mutants: sum('mutants'),
    killed: sum('killed'),
    equivalent: sum('equivalent'),
    byTest: sum('byTest'),
    open: sum('open'),
    notMade: sum('notMade'),
  };
};

/** The share of mutants that are noticed, of those that could be: `97.3 %`; empty when there is none. */
export function percentage({ mutants, killed, byTest, equivalent, notMade }: Score): string {
  const of = mutants - equivalent - notMade;
  // Rounded down: what is not all is never 100.
  return of === 0 ? '' : `${(Math.floor((1000 * (killed + byTest)) / of) / 10).toFixed(1)} %`;
}

/** How many each probe noticed, the most first. */
export function byProbe(judged: readonly JudgedMutant[]): [probe: string, count: number][] {
  const groups = Map.groupBy(
    judged.filter(({ result }) => result.outcome === 'killed'),
    ({ result }) => result.by ?? '',
  );
  return [...groups]
    .map(([probe, own]): [string, number] => [probe, own.length])
    .toSorted(([, one], [, other]) => other - one);
}
