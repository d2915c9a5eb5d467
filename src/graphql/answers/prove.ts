import { parse } from 'graphql';
import type pg from 'pg';
import type { Persona } from '../../access/model.ts';
import { makeScratch } from '../../access/sets/scratch.ts';
import type { BuiltSchema } from '../schema.ts';
import { askSql } from './ask-sql.ts';
import { difference } from './compare.ts';
import { type AnswerDifference, mutationDifference, pageDifference, readDifference } from './compare-report.ts';
import { eachObject, type ObjectNotAltered } from './definers.ts';
import { documentsByObject } from './documents.ts';
import { noteEffects } from './effects.ts';
import type { FieldQuestion, SideAnswer } from './model.ts';
import { functionMutations, type MutationQuestion, rowMutations } from './mutations.ts';
import { comparePages } from './pages.ts';
import { type AnswerWorld, type SchemaQuestions, schemaQuestions } from './questions.ts';
import { askGraphql } from './read.ts';
import { mutationDifferences, type UnlikeMutation, unlikeMutations, writeAsSql } from './write.ts';

/** Answers of GraphQL's that are not SQL's, and how many were compared. */
export interface ComparedAnswers {
  readonly differences: readonly AnswerDifference[];
  readonly answers: number;
  /** Objects that could not be held against themselves with their caller's rights. */
  readonly notAltered: readonly ObjectNotAltered[];
}

/**
 * Asks each role's schema all that it can be asked, as each persona of the role, and holds the answers, and what mutations
 * write, against those of SQL as the same persona. In the open transaction, in which the world is; nothing of what it
 * does stays. Views and functions that run with their owner's rights are held against themselves with their caller's.
 */
export async function compareAnswers(
  client: pg.Client,
  schemas: readonly BuiltSchema[],
  personas: readonly Persona[],
  world: AnswerWorld,
): Promise<ComparedAnswers> {
  const all: ComparedAnswers[] = [];
  await client.query('savepoint answers');
  await makeScratch(client);
  await noteEffects(client);
  for (const built of schemas) {
    const own = personas.filter(({ role }) => role === built.role);
    if (own.length === 0) continue;
    const asked = await schemaQuestions(client, built, world);
    all.push(
      await compareReads(client, built, own, asked, world),
      await compareWrites(client, built, own, asked, world),
    );
  }
  await client.query('rollback to savepoint answers; release savepoint answers');
  return {
    differences: all.flatMap(({ differences }) => differences),
    answers: all.reduce((sum, { answers }) => sum + answers, 0),
    notAltered: all.flatMap(({ notAltered }) => notAltered),
  };
}

async function compareReads(
  client: pg.Client,
  built: BuiltSchema,
  personas: readonly Persona[],
  { questions, given, tables }: SchemaQuestions,
  world: AnswerWorld,
): Promise<ComparedAnswers> {
  const documents = [...documentsByObject(questions, given).values()].flat();
  const byGraphql: ReadonlyMap<FieldQuestion, SideAnswer>[] = [];
  // The server answers the one while plans are made for the other.
  const bySql = await eachObject(
    client,
    questions,
    world,
    (some) => askSql(client, personas, some),
    async () => {
      for (const persona of personas) byGraphql.push(await askGraphql(client, built, persona, documents, given));
    },
  );
  const differences = personas.flatMap((persona, index) =>
    questions.flatMap((question) => {
      const [sql, graphql] = [bySql.of(question)[index], byGraphql[index]?.get(question)];
      const differs = sql && graphql && difference(question, sql, graphql);
      return differs ? [readDifference(persona, question, differs, given)] : [];
    }),
  );
  const pages = await comparePages(client, built, personas, tables);
  return {
    differences: [...differences, ...pages.differences.map(pageDifference)],
    answers: personas.length * questions.length + pages.pages,
    notAltered: bySql.notAltered,
  };
}

async function compareWrites(
  client: pg.Client,
  built: BuiltSchema,
  personas: readonly Persona[],
  { records, fields }: SchemaQuestions,
  world: AnswerWorld,
): Promise<ComparedAnswers> {
  const questions = [...(await rowMutations(client, built, records)), ...functionMutations(built, fields)];
  // One document for all rows: its plan is made once.
  const parsed = new Map(questions.map(({ text }) => [text, parse(text)]));
  const write = (some: readonly MutationQuestion[]) =>
    eachObject(client, some, world, (own) => writeAsSql(client, personas, own));
  const bySql = await write(questions);
  const unlike: UnlikeMutation[][] = [];
  for (const [index, persona] of personas.entries()) {
    const asked = questions.flatMap((question) => {
      const [sql, document] = [bySql.of(question)[index], parsed.get(question.text)];
      return sql && document ? [{ question, parsed: document, sql }] : [];
    });
    unlike.push(await unlikeMutations(client, built, persona, asked));
  }
  const again = await write([...new Set(unlike.flat().map(({ question }) => question))]);
  const differences = personas.flatMap((persona, index) =>
    mutationDifferences(persona, unlike[index] ?? [], (question) => again.of(question)[index]),
  );
  return {
    differences: differences.map(mutationDifference),
    answers: personas.length * questions.length,
    notAltered: bySql.notAltered,
  };
}
