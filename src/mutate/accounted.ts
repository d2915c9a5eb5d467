import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Deviation } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import type { Mutant } from './mutant.ts';
import type { JudgedMutant } from './result.ts';
import { matches } from './select.ts';
import type { MutantsSettings } from './settings.ts';

/** The mutants that nothing noticed, by what is declared of them. */
export interface Accounted {
  readonly equivalent: readonly Accountable[];
  readonly killedBy: readonly Accountable[];
  /** Of which nothing is declared. */
  readonly open: readonly JudgedMutant[];
  /** Of what is declared: what nothing needs, and tests that are not there. */
  readonly deviations: readonly Deviation[];
}

/** A mutant that lives and is accounted for: by a reason, or by a test. */
export interface Accountable extends JudgedMutant {
  readonly because: string;
}

/**
 * Holds the mutants that live against those that may. An entry that no mutant needs deviates: one that names no mutant
 * of the population, or of which all that it names were tried and noticed.
 * @param population every mutant of the database
 */
export async function account(
  judged: readonly JudgedMutant[],
  population: readonly Mutant[],
  { equivalent = {}, killedBy = {} }: MutantsSettings,
): Promise<Accounted> {
  const alive = judged.filter(({ result }) => result.outcome === 'survived');
  const reasonFor = (entries: Readonly<Record<string, string>>, { mutant: { id } }: JudgedMutant): string | undefined =>
    Object.entries(entries).find(([pattern]) => matches(pattern, id))?.[1];
  const byReason = (entries: Readonly<Record<string, string>>, among: readonly JudgedMutant[]): Accountable[] =>
    among.flatMap((one) => {
      const because = reasonFor(entries, one);
      return because === undefined ? [] : [{ ...one, because }];
    });
  const isEquivalent = (one: JudgedMutant): boolean => reasonFor(equivalent, one) !== undefined;
  // Of what was not tried nothing is said.
  const isTried = (pattern: string): boolean => judged.some(({ mutant: { id } }) => matches(pattern, id));
  const tests = await Promise.all(
    Object.entries(killedBy)
      .filter(([pattern]) => isTried(pattern))
      .map((entry) => missingTest(...entry)),
  );
  return {
    equivalent: byReason(equivalent, alive),
    killedBy: byReason(
      killedBy,
      alive.filter((one) => !isEquivalent(one)),
    ),
    open: alive.filter((one) => !isEquivalent(one) && reasonFor(killedBy, one) === undefined),
    deviations: [
      ...unneeded(Object.keys(equivalent), 'mutants.equivalent', judged, population),
      ...unneeded(Object.keys(killedBy), 'mutants.killedBy', judged, population),
      ...tests.flat(),
    ],
  };
}

function unneeded(
  patterns: readonly string[],
  key: string,
  judged: readonly JudgedMutant[],
  population: readonly Mutant[],
): Deviation[] {
  const outcomes = new Map(judged.map(({ mutant, result }) => [mutant.id, result.outcome]));
  return patterns.flatMap((pattern) => {
    const named = population.filter(({ id }) => matches(pattern, id));
    const seen = named.map(({ id }) => outcomes.get(id));
    // Of what this run did not try, nothing is known.
    if (seen.some((outcome) => outcome === undefined || outcome === 'survived')) return [];
    return [
      {
        check: 'mutants' as const,
        where: pattern,
        expected: `a mutant that lives: it is in ${declaredIn(key)}`,
        seen: named.length === 0 ? 'there is no such mutant' : `${named.length} of that name, and none lives`,
        fix: `Take the line out of ${declaredIn(key)}, or correct it.`,
      },
    ];
  });
}

/** A test is named by its file and its title, which must be in it as it is. */
async function missingTest(pattern: string, test: string): Promise<Deviation[]> {
  const [file = '', ...rest] = test.split(': ');
  const title = rest.join(': ');
  const text = existsSync(file) ? await readFile(file, 'utf8') : undefined;
  const written = ["'", '"', '`'].map((quote) => `${quote}${title.replaceAll(quote, `\\${quote}`)}${quote}`);
  if (text !== undefined && written.some((one) => text.includes(one))) return [];
  return [
    {
      check: 'mutants',
      where: pattern,
      expected: `the test that notices it: ${test}`,
      seen: text === undefined ? `there is no file ${file}` : 'the file has no test of that title',
      fix: `Name file and title of the test as they are in ${declaredIn('mutants.killedBy')}.`,
    },
  ];
}
