import type pg from 'pg';
import type { Persona } from '../../access/model.ts';
import { become } from '../../access/statements.ts';
import type { BuiltSchema } from '../schema.ts';
import { type DocumentResult, documentOf, type QuestionDocument } from './documents.ts';
import { executeDocument, keeping, noting, type SentStatement, stateOf, undoing } from './execute.ts';
import type { FieldQuestion, SideAnswer } from './model.ts';
import type { Variables } from './variables.ts';

/** Asks a schema as one persona: a document, whose statements are undone. `note` is given each of them. */
export type AskAs = (
  document: Pick<QuestionDocument, 'parsed' | 'values'>,
  note?: (statement: SentStatement) => void,
) => Promise<DocumentResult>;

/**
 * Runs `use` as a persona, in the open transaction, and leaves nothing behind. Documents can be asked at the same time.
 * @param careful whether each statement is undone, so that one that fails stops no other
 */
export async function asPersona<T>(
  client: pg.Client,
  { schema }: Pick<BuiltSchema, 'schema'>,
  persona: Pick<Persona, 'role' | 'settings'> | undefined,
  use: (ask: AskAs) => Promise<T>,
  careful = true,
): Promise<T> {
  const becoming = persona ? become(persona).join(' ') : '';
  const begun = client.query(`savepoint persona; ${becoming} savepoint asking`);
  try {
    const answering = careful ? undoing(client, 'asking') : keeping(client);
    const asked = use(({ parsed, values }, note) =>
      executeDocument(schema, parsed, values, note ? noting(answering, note) : answering),
    );
    await begun;
    return await asked;
  } finally {
    await client.query('rollback to savepoint persona; release savepoint persona');
  }
}

/**
 * Asks every question of documents as a persona. Those that call no function seldom fail: they are asked at once, and
 * only if one does fail, with care.
 * @returns the answer to each question
 */
export async function askGraphql(
  client: pg.Client,
  built: BuiltSchema,
  persona: Persona,
  documents: readonly QuestionDocument[],
  given: Variables,
): Promise<ReadonlyMap<FieldQuestion, SideAnswer>> {
  const answers = new Map<FieldQuestion, SideAnswer>();
  const askAll = (some: readonly QuestionDocument[], careful: boolean): Promise<boolean[]> =>
    asPersona(
      client,
      built,
      persona,
      (ask) => Promise.all(some.map((document) => answerTo(ask, document, given, answers, careful))),
      careful,
    );
  const { true: calls = [], false: others = [] } = Object.groupBy(documents, ({ questions }) =>
    questions.some(({ isCall }) => isCall) ? 'true' : 'false',
  );
  const went = await askAll(others, false);
  if (!went.every(Boolean)) await askAll(others, true);
  await askAll(calls, true);
  return answers;
}

/** Notes the answers to a document. @returns whether there was no error; without care, only then there are answers */
async function answerTo(
  ask: AskAs,
  document: QuestionDocument,
  given: Variables,
  answers: Map<FieldQuestion, SideAnswer>,
  careful: boolean,
): Promise<boolean> {
  const result = await ask(document);
  if (result.errors && !careful) return false;
  for (const [index, answer] of document.answers(result).entries()) {
    const question = document.questions[index];
    if (!question) continue;
    if ('given' in answer) answers.set(question, question.rowsOf(answer.given));
    else if (!answer.shared) answers.set(question, stateOf(answer.error));
    // One field's error can take the record away that others are asked of: each by itself then.
    else await answerTo(ask, documentOf([question], given), given, answers, careful);
  }
  return !result.errors;
}
