import type pg from 'pg';
import { type Repeated, repeated, textOf } from './compare.ts';
import type { Asking, QuestionSource, WorldAnswer } from './questions.ts';

/** The answer of the base world to a question of a caller, and what of it can be compared. */
export interface BaseAnswer extends Asking, Repeated {
  readonly answer: WorldAnswer;
  /** The answer as text, without what differs from run to run. */
  readonly text: string;
}

/** Asks every caller every question of theirs twice in the world as it is. */
export async function askBase(client: pg.Client, source: QuestionSource): Promise<BaseAnswer[]> {
  const askings = source.questions.flatMap(({ callers }, question) => callers.map((caller) => ({ caller, question })));
  const first = await source.ask(client, askings);
  const second = await source.ask(client, askings);
  return askings.flatMap((asking, at): BaseAnswer[] => {
    const [one, other] = [first[at], second[at]];
    return one && other ? [withRepeated({ ...asking, answer: one, text: '' }, repeated(one, other))] : [];
  });
}

const withRepeated = (base: Asking & Pick<BaseAnswer, 'answer' | 'text'>, seen: Repeated): BaseAnswer => ({
  ...base,
  ...seen,
  text: textOf(base.answer, seen.volatile),
});

/** How often an answer is asked for again before a difference counts: a random value may be the same twice. */
const AGAIN = 4;

/** The base answers after asking for them again, each with all that differed from run to run. */
export async function askAgain(
  client: pg.Client,
  source: QuestionSource,
  answers: readonly BaseAnswer[],
): Promise<BaseAnswer[]> {
  let known = [...answers];
  for (let time = 0; time < AGAIN; time += 1) {
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
  return known;
}

/** Those of the base answers that the world as it is now gives otherwise, with the answers that it gives. */
export async function differing(
  client: pg.Client,
  source: QuestionSource,
  answers: readonly BaseAnswer[],
): Promise<{ base: BaseAnswer; now: WorldAnswer }[]> {
  const given = await source.ask(client, answers);
  return answers.flatMap((base, at) => {
    const now = given[at];
    return now && textOf(now, base.volatile) !== base.text ? [{ base, now }] : [];
  });
}
