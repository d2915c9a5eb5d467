import type pg from 'pg';
import { type Repeated, repeated, textOf } from './compare.ts';
import type { Asking, QuestionSource, WorldAnswer } from './questions.ts';

/** The answer of the base world to a question of a caller, and what of it can be compared. */
export interface BaseAnswer extends Asking, Repeated {
  readonly answer: WorldAnswer;
  /** The answer as text, without what differs from run to run. */
  readonly text: string;
  /** The ids of the tables that were read or written for it; undefined where nobody counted. */
  readonly touched?: readonly string[];
  /** How often it was asked for again, so that all that differs from run to run is known. */
  readonly confirmed: number;
}

/** Asks every caller every question of theirs in the world as it is. */
export async function askBase(
  client: pg.Client,
  source: QuestionSource,
  names: ReadonlyMap<string, string> | undefined,
): Promise<BaseAnswer[]> {
  const askings = source.questions.flatMap(({ callers }, question) => callers.map((caller) => ({ caller, question })));
  const given = await source.ask(client, askings);
  // Where nothing at all was read, nothing was counted.
  const counted = given.some(({ touched }) => touched !== undefined && touched.length > 0);
  return askings.flatMap((asking, at): BaseAnswer[] => {
    const answer = given[at];
    if (!answer) return [];
    const touched = counted && names ? answer.touched?.map((name) => names.get(name) ?? name) : undefined;
    const base = { ...asking, answer, text: textOf(answer), volatile: NOTHING, unsteady: false, confirmed: 0 };
    return [touched ? { ...base, touched } : base];
  });
}

const NOTHING: ReadonlySet<string> = new Set();

/** An answer of the base world, and that of another world. */
export interface Differing {
  readonly base: BaseAnswer;
  readonly now: WorldAnswer;
}

const withRepeated = (base: BaseAnswer, seen: Repeated): BaseAnswer => ({
  ...base,
  ...seen,
  text: textOf(base.answer, seen.volatile),
});

/** The base answers after asking for them `times` again, each with all that differed from run to run. */
export async function askAgain(
  client: pg.Client,
  source: QuestionSource,
  answers: readonly BaseAnswer[],
  times: number,
): Promise<BaseAnswer[]> {
  let known = answers
    .filter(({ confirmed }) => confirmed < times)
    .map((base): BaseAnswer => ({ ...base, confirmed: times }));
  for (let time = 0; time < times && known.length > 0; time += 1) {
    const given = await source.ask(client, known);
    known = known.map((base, at) => {
      const again = given[at];
      if (!again) return base;
      const seen = repeated(base.answer, again);
      return withRepeated(base, {
        volatile: new Set([...base.volatile, ...seen.volatile]),
        unsteady: base.unsteady || seen.unsteady,
      });
    });
  }
  const byQuestion = new Map(known.map((base) => [`${base.caller} ${base.question}`, base]));
  return answers.map((base) => byQuestion.get(`${base.caller} ${base.question}`) ?? base);
}

/** Those of the base answers that the world as it is now gives otherwise, with the answers that it gives. */
export async function differing(
  client: pg.Client,
  source: QuestionSource,
  answers: readonly BaseAnswer[],
): Promise<Differing[]> {
  const given = await source.ask(client, answers);
  return answers.flatMap((base, at) => {
    const now = given[at];
    return now && textOf(now, base.volatile) !== base.text ? [{ base, now }] : [];
  });
}
