import type pg from 'pg';
import { type Repeated, repeated, textOf } from './compare.ts';
import type { Asking, QuestionSource, SeesTheSame, WorldAnswer } from './questions.ts';

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

/**
 * Asks every caller every question of theirs in the world as it is.
 * @param names the ids of the tables that are counted (countTouches)
 * @param isSame whether an answer that is known already would be the same now
 * @param isAsked who is asked, by their places in the list of callers
 */
export async function askBase(
  client: pg.Client,
  source: QuestionSource,
  names: readonly string[] | undefined,
  isSame: (answer: WorldAnswer) => boolean,
  isAsked: (caller: number) => boolean = () => true,
): Promise<BaseAnswer[]> {
  const askings = source.questions.flatMap(({ callers }, question) =>
    callers.filter(isAsked).map((caller) => ({ caller, question })),
  );
  const known = askings.map((asking) => {
    const answer = source.known?.(asking);
    return answer && isSame(answer) ? answer : undefined;
  });
  const asked = await source.ask(
    client,
    askings.filter((_, at) => !known[at]),
    NOBODY_KNOWS,
  );
  const fresh = asked.values();
  const given = known.map((answer): WorldAnswer | undefined => answer ?? fresh.next().value);
  // Where nothing at all was read, nothing was counted.
  const counted = given.some((answer) => answer?.touched !== undefined && answer.touched.length > 0);
  const seen = new Map(
    askings.map(({ caller, question }, at) => [`${caller} ${source.questions[question]?.of}`, given[at]?.touched]),
  );
  return askings.flatMap((asking, at): BaseAnswer[] => {
    const answer = given[at];
    if (!answer) return [];
    const all = [answer.touched, ...(answer.follows ?? []).map((relation) => seen.get(`${asking.caller} ${relation}`))];
    const base = { ...asking, answer, text: textOf(answer), volatile: NOTHING, unsteady: false, confirmed: 0 };
    if (!counted || !names || all.includes(undefined)) return [base];
    return [{ ...base, touched: [...new Set(all.flatMap((places = []) => places))].map((at) => names[at - 1] ?? '') }];
  });
}

const NOBODY_KNOWS: SeesTheSame = () => false;

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
    const given = await source.ask(client, known, NOBODY_KNOWS);
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

/**
 * Those of the base answers that the world as it is now gives otherwise, with the answers that it gives.
 * @param alike answers of the base world that are the same now, as is known without asking
 */
export async function differing(
  client: pg.Client,
  source: QuestionSource,
  answers: readonly BaseAnswer[],
  alike: readonly BaseAnswer[],
): Promise<Differing[]> {
  const isLater = ({ question }: BaseAnswer): boolean => source.questions[question]?.isLater === true;
  const keyOf = ({ caller, question }: BaseAnswer): string => `${caller} ${source.questions[question]?.of}`;
  const asked = async (some: readonly BaseAnswer[], seesTheSame: SeesTheSame): Promise<Differing[]> => {
    const given = await source.ask(client, some, seesTheSame);
    return some.flatMap((base, at) => {
      const now = given[at];
      return now && textOf(now, base.volatile) !== base.text ? [{ base, now }] : [];
    });
  };
  const first = answers.filter((base) => !isLater(base));
  const seen = await asked(first, NOBODY_KNOWS);
  const others = new Set(seen.map(({ base }) => base));
  const same = new Set(
    [...first.filter((base) => !others.has(base)), ...alike].filter((base) => !isLater(base)).map(keyOf),
  );
  const later = await asked(answers.filter(isLater), (caller, relation) => same.has(`${caller} ${relation}`));
  return [...seen, ...later];
}
