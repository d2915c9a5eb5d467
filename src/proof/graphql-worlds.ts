import type pg from 'pg';
import type { Persona } from '../access/model.ts';
import type { Caller } from '../access/sets/callers.ts';
import { SCRATCH } from '../access/sets/scratch.ts';
import type { AnswerWorld } from '../graphql/answers/questions.ts';
import { type GraphqlQuestion, graphqlQuestions } from '../graphql/answers/source.ts';
import type { BuiltSchema } from '../graphql/schema.ts';
import type { MoreQuestions } from '../interference/observe.ts';
import type { QuestionSource, WorldAnswer } from '../interference/questions.ts';

/**
 * The documents of GraphQL that are asked in other worlds: for each persona, everything that the schema of its role can
 * be asked of each table, view and function.
 */
export const graphqlInWorlds =
  (schemas: readonly BuiltSchema[], world: Omit<AnswerWorld, 'rows'>): MoreQuestions =>
  async (client, callers, rows) => {
    const personas = callers.filter(({ kind }) => kind === 'persona');
    return sourceOf(callers, await graphqlQuestions(client, schemas, personas, { ...world, rows }));
  };

function sourceOf(
  callers: readonly Caller[],
  asked: ReadonlyMap<Persona['name'], readonly GraphqlQuestion[]>,
): QuestionSource {
  const all = callers.flatMap(({ name, kind }, caller) =>
    (kind === 'persona' ? (asked.get(name) ?? []) : []).map((question) => ({ caller, question })),
  );
  return {
    questions: all.map(({ caller, question: { object, role } }) => ({
      of: object,
      sql: `-- In GraphQL: every field about ${object} in the schema of ${role}`,
      callers: [caller],
    })),
    async ask(client, askings) {
      const answers: WorldAnswer[] = [];
      for (const { question } of askings) {
        const one = all[question];
        if (one) answers.push(await counted(client, one.question));
      }
      return answers;
    },
  };
}

/** An answer with the tables that were read for it, where that is counted now (interference/touches.ts). */
async function counted(client: pg.Client, question: GraphqlQuestion): Promise<WorldAnswer> {
  const before = await written(client);
  const rows = [await question.ask()];
  if (before === null) return { rows, count: 0 };
  const { rows: read } = await client.query<{ touched: string[] }>(
    `select array(select a.key::oid::regclass::text from jsonb_each(${SCRATCH}.written()) a where a.value <> $1::jsonb -> a.key) as touched`,
    [JSON.stringify(before)],
  );
  return { rows, count: 0, touched: read[0]?.touched ?? [] };
}

async function written(client: pg.Client): Promise<Readonly<Record<string, number>> | null> {
  const { rows } = await client.query<{ written: Readonly<Record<string, number>> | null }>(
    `select ${SCRATCH}.written() as written`,
  );
  return rows[0]?.written ?? null;
}
