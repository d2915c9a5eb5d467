import type pg from 'pg';
import type { Persona } from '../access/model.ts';
import type { Caller } from '../access/sets/callers.ts';
import { answerCalls, type Call, type CallAnswer } from '../functions/ask.ts';
import { digestSql } from '../graphql/answers/digest.ts';
import type { SentStatement } from '../graphql/answers/execute.ts';
import { relationsOnly } from '../graphql/answers/relations-only.ts';
import { askTogether, type GraphqlAnswer, type GraphqlQuestion } from '../graphql/answers/source.ts';
import type { MoreQuestions } from '../interference/observe.ts';
import type { Asking, QuestionSource, WorldAnswer } from '../interference/questions.ts';

/**
 * The questions of GraphQL in other worlds: for each persona, everything that the schema of its role can be asked of each table,
 * view and function.
 */
export const graphqlInWorlds =
  (questions: ReadonlyMap<Persona['name'], readonly GraphqlQuestion[]>): MoreQuestions =>
  async (client, callers) =>
    sourceOf(callers, questions, await relationsOnly(client));

/** A document's answer in the base world. */
interface BaseDocument {
  readonly answer: WorldAnswer;
  /**
   * The statements of which relations do not say everything (relationsOnly), each with the digest of its rows; undefined
   * where one of them has none.
   */
  readonly digests: readonly Digest[] | undefined;
}

interface Digest {
  readonly sql: string;
  readonly text: string;
}

/**
 * An answer of GraphQL is computed of the results of the statements that it sends, one after another: while all of them are
 * what they were in the base world, so is the next statement, and the answer. A statement that depends on nothing but the
 * rows that plain selects give has the result of the base world while these do; the others are sent again, all in one
 * exchange. Only where one of them has other rows the document is executed again.
 */
function sourceOf(
  callers: readonly Caller[],
  asked: ReadonlyMap<Persona['name'], readonly GraphqlQuestion[]>,
  relationsOf: (statement: string) => ReadonlySet<string> | undefined,
): QuestionSource {
  const all = callers.flatMap(({ name, kind }, caller) =>
    (kind === 'persona' ? (asked.get(name) ?? []) : []).map((question) => ({ caller, question })),
  );
  const callerAt = (place: number): number => all[place]?.caller ?? -1;
  const base = new Map<number, BaseDocument>();

  async function execute(client: pg.Client, places: readonly number[]): Promise<Map<number, GraphqlAnswer>> {
    const given = new Map<number, GraphqlAnswer>();
    for (const own of Map.groupBy(places, callerAt).values()) {
      const questions = own.flatMap((place) => all[place]?.question ?? []);
      for (const [at, answer] of (await askTogether(client, questions)).entries()) given.set(own[at] ?? -1, answer);
    }
    return given;
  }

  async function remember(client: pg.Client, places: readonly number[]): Promise<void> {
    const given = await execute(client, places);
    const sent = places.map((place) => partsOf(given.get(place)?.sent ?? [], relationsOf));
    const digested = await askDigests(
      client,
      callers,
      sent.map(({ others }, at) => ({
        caller: callerAt(places[at] ?? -1),
        statements: others.flatMap(({ sql }) => sql ?? []),
      })),
    );
    for (const [at, place] of places.entries()) {
      const { follows = [], others = [] } = sent[at] ?? {};
      const own = digested[at] ?? [];
      const isFaithful =
        own.length === others.length && own.every(({ error }, index) => error?.state === others[index]?.state);
      const isCounted = isFaithful && own.every(({ touched }) => touched !== undefined);
      const touched = isCounted ? { touched: [...new Set(own.flatMap((one) => one.touched ?? []))] } : {};
      base.set(place, {
        answer: { rows: [given.get(place)?.text ?? ''], count: 0, follows, ...touched },
        digests: isFaithful ? own.map((one) => ({ sql: one.call.sql, text: textOf(one) })) : undefined,
      });
    }
  }

  return {
    questions: all.map(({ caller, question: { object, role } }) => ({
      of: object,
      sql: `-- In GraphQL: every field about ${object} in the schema of ${role}`,
      callers: [caller],
      isLater: true,
    })),
    async ask(client, askings: readonly Asking[], seesTheSame) {
      const places = askings.map(({ question }) => question);
      const fresh = places.filter((place) => !base.has(place));
      if (fresh.length > 0) await remember(client, fresh);
      const follows = (place: number): boolean =>
        base.get(place)?.digests !== undefined &&
        (base.get(place)?.answer.follows ?? []).every((relation) => seesTheSame(callerAt(place), relation));
      const again = places.filter((place) => !fresh.includes(place));
      const following = again.filter(follows);
      const digested = await askDigests(
        client,
        callers,
        following.map((place) => ({
          caller: callerAt(place),
          statements: (base.get(place)?.digests ?? []).map(({ sql }) => sql),
        })),
      );
      const same = new Set(
        following.filter((place, at) =>
          base.get(place)?.digests?.every(({ text }, index) => text === textOf(digested[at]?.[index])),
        ),
      );
      const now = await execute(
        client,
        again.filter((place) => !same.has(place)),
      );
      return places.map((place) => {
        const other = now.get(place);
        return other ? { rows: [other.text], count: 0 } : (base.get(place)?.answer ?? NOTHING);
      });
    },
  };
}

const NOTHING: WorldAnswer = { rows: [], count: 0 };

/** The relations that say everything of some of the statements, and what asks of the others. */
function partsOf(
  sent: readonly SentStatement[],
  relationsOf: (statement: string) => ReadonlySet<string> | undefined,
): {
  readonly follows: readonly string[];
  readonly others: readonly { sql: string | undefined; state: string | undefined }[];
} {
  const follows = new Set<string>();
  const others = sent.flatMap((statement) => {
    const relations = relationsOf(statement.text);
    for (const relation of relations ?? []) follows.add(relation);
    return relations ? [] : [{ sql: digestSql(statement), state: statement.state }];
  });
  return { follows: [...follows], others };
}

/** Sends statements as callers. @returns of each caller's list, the answers in its order */
async function askDigests(
  client: pg.Client,
  callers: readonly Caller[],
  lists: readonly { readonly caller: number; readonly statements: readonly string[] }[],
): Promise<CallAnswer[][]> {
  const calls = new Map<string, Call>();
  for (const { caller, statements } of lists)
    for (const sql of statements)
      calls.set(`${caller} ${sql}`, { of: 'GraphQL', sql, gives: 'rows', callers: [caller] });
  const answers = new Map(
    (await answerCalls(client, callers, [...calls.values()])).map((one) => [`${one.caller} ${one.call.sql}`, one]),
  );
  return lists.map(({ caller, statements }) => statements.flatMap((sql) => answers.get(`${caller} ${sql}`) ?? []));
}

const textOf = (answer: CallAnswer | undefined): string =>
  [answer?.error?.state ?? '', answer?.error?.message ?? '', ...(answer?.rows ?? [])].join('\n');
