import type pg from 'pg';
import type { Persona } from '../../access/model.ts';
import type { BuiltSchema } from '../schema.ts';
import { documentOf } from './documents.ts';
import { stateOf } from './execute.ts';
import { type AnswerWorld, schemaQuestions } from './questions.ts';
import { asPersona } from './read.ts';

/** Something that a persona asks of the GraphQL API. */
export interface GraphqlQuestion {
  /** The table, view or function that it is about. */
  readonly object: string;
  /** The role whose schema is asked. */
  readonly role: string;
  /** Asks it, in whatever state the open transaction is. @returns the answer, errors with it, as JSON */
  ask(): Promise<string>;
}

/**
 * The questions of each persona, by its name, a document for each table, view and function. They are made once, in the
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
    const documents = [...Map.groupBy(questions, ({ object }) => object)].map(([object, own]) => ({
      object,
      document: documentOf(own, given),
    }));
    for (const persona of personas.filter(({ role }) => role === built.role)) {
      byPersona.set(
        persona.name,
        documents.map(({ object, document }) => ({
          object,
          role: built.role,
          async ask() {
            const { data, errors = [] } = await asPersona(client, built, persona, (ask) => ask(document));
            return JSON.stringify({ data, errors: errors.map((error) => ({ ...stateOf(error), path: error.path })) });
          },
        })),
      );
    }
  }
  return byPersona;
}
