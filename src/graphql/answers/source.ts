import type pg from 'pg';
import type { Persona } from '../../access/model.ts';
import type { BuiltSchema } from '../schema.ts';
import { documentsByObject, type QuestionDocument } from './documents.ts';
import { planDocument, type SentStatement, stateOf } from './execute.ts';
import { type AnswerWorld, schemaQuestions } from './questions.ts';
import { asPersona } from './read.ts';

/** Something that a persona asks of the GraphQL API. */
export interface GraphqlQuestion {
  /** The table, view or function that it is about. */
  readonly object: string;
  /** The role whose schema is asked. */
  readonly role: string;
  readonly built: BuiltSchema;
  readonly persona: Persona;
  readonly documents: readonly QuestionDocument[];
  /** Asks it, in whatever state the open transaction is. @returns the answer, errors with it, as JSON */
  ask(): Promise<string>;
}

/** The answer to a question, and the statements that were sent for it, in their order. */
export interface GraphqlAnswer {
  readonly text: string;
  readonly sent: readonly SentStatement[];
}

/**
 * The questions of each persona, by its name, one for each table, view and function. They are made once, in the
 * open transaction, and can be asked in it again and again, after rows of it were changed: `ask` leaves nothing behind.
 * Whoever asks does so one after another: each takes a savepoint of the connection.
 */
export async function graphqlQuestions(
  client: pg.Client,
  schemas: readonly BuiltSchema[],
  personas: readonly Persona[],
  world: AnswerWorld,
): Promise<ReadonlyMap<string, readonly GraphqlQuestion[]>> {
  const byPersona = new Map<string, readonly GraphqlQuestion[]>();
  for (const built of schemas) {
    const { questions, given } = await schemaQuestions(client, built, world);
    const byObject = [...documentsByObject(questions, given)];
    for (const persona of personas.filter(({ role }) => role === built.role)) {
      byPersona.set(
        persona.name,
        byObject.map(([object, documents]) => {
          const question = { object, role: built.role, built, persona, documents };
          return { ...question, ask: async () => (await askTogether(client, [question]))[0]?.text ?? '' };
        }),
      );
    }
  }
  return byPersona;
}

/** Asks questions of one persona at the same time. It leaves nothing behind. */
export async function askTogether(
  client: pg.Client,
  questions: readonly Omit<GraphqlQuestion, 'ask'>[],
): Promise<GraphqlAnswer[]> {
  const [first] = questions;
  if (!first) return [];
  return asPersona(client, first.built, first.persona, (ask) =>
    Promise.all(
      questions.map(async ({ documents }) => {
        const sent: SentStatement[] = [];
        const results = await Promise.all(
          documents.map((document) => ask(document, (statement) => sent.push(statement))),
        );
        const given = results.map(({ data, errors = [] }) => ({
          data,
          errors: errors.map((error) => ({ ...stateOf(error), path: error.path })),
        }));
        return { text: JSON.stringify(given), sent };
      }),
    ),
  );
}

/** Makes the plans of all documents, while the server has other things to do. */
export async function planQuestions(asked: ReadonlyMap<string, readonly GraphqlQuestion[]>): Promise<void> {
  const all = [...asked.values()]
    .flat()
    .flatMap(({ built, documents }) => documents.map((document) => ({ schema: built.schema, document })));
  const once = new Map(all.map((one) => [one.document.parsed, one]));
  for (const { schema, document } of once.values()) await planDocument(schema, document.parsed, document.values);
}
