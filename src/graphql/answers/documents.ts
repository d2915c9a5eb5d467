import type { DocumentNode } from 'graphql';
import type { FieldQuestion } from './model.ts';
import type { Variables } from './variables.ts';

/** Questions that are asked in one document. */
export interface QuestionDocument {
  readonly questions: readonly FieldQuestion[];
  readonly text: string;
  /** The same, parsed once: a plan of it is made once, and used for every persona. */
  readonly parsed: DocumentNode;
  readonly values: Readonly<Record<string, unknown>>;
  /** The answer of GraphQL to each question, or the error that it gave instead. */
  answers(result: DocumentResult): readonly GivenAnswer[];
}

/** The answer to a document as GraphQL gives it. */
export interface DocumentResult {
  readonly data?: unknown;
  readonly errors?: readonly DocumentError[];
}

export interface DocumentError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly originalError?: unknown;
}

export type GivenAnswer =
  | { readonly given: unknown }
  /** `shared`: it may be the error of another field of the same record. */
  | { readonly error: DocumentError; readonly shared: boolean };

/** Puts questions into one document, those of the same record together. */
export function documentOf(questions: readonly FieldQuestion[], given: Variables): QuestionDocument {
  const byParent = Map.groupBy(questions, ({ parent, field }) => parent ?? field ?? '');
  const aliases = new Map<FieldQuestion, readonly [root: string, own: string | undefined, alone: boolean]>();
  const fields: string[] = [];
  for (const group of byParent.values()) {
    const root = `r${fields.length + 1}`;
    if (group[0]?.parent === undefined) {
      for (const [index, question] of group.entries()) {
        const alias = `${root}_${index}`;
        aliases.set(question, [alias, undefined, true]);
        fields.push(`${alias}: ${question.field}${question.selection}`);
      }
      continue;
    }
    const inner = group.map((question, index) => {
      if (question.field === undefined) {
        aliases.set(question, [root, undefined, group.length === 1]);
        return question.selection;
      }
      aliases.set(question, [root, `f${index}`, group.length === 1]);
      return `f${index}: ${question.field}${question.selection}`;
    });
    fields.push(`${root}: ${group[0].parent} { ${inner.join(' ')} }`);
  }
  const names = new Set(questions.flatMap(({ variables }) => variables));
  const declared = names.size > 0 ? `(${given.declare(names)})` : '';
  const text = `query${declared ? ` ${declared}` : ''} {\n  ${fields.join('\n  ')}\n}`;
  return {
    questions,
    text,
    parsed: given.parsed(text),
    values: given.values(names),
    answers: ({ data, errors = [] }) =>
      questions.map((question) => {
        const [root = '', own, alone] = aliases.get(question) ?? [];
        const error = errors.find(({ path }) => !path || path[0] === root);
        if (error) return { error, shared: !alone && error.path?.[1] !== own };
        const record = (data as Record<string, unknown> | null | undefined)?.[root];
        return { given: own === undefined ? record : (record as Record<string, unknown> | null)?.[own] };
      }),
  };
}

/** How many questions are asked in one document, at most: the time to plan one grows faster than its size. */
const MOST = 30;

/**
 * Documents that ask all questions about each table, view and function, those of one record in the same; those that call
 * functions have their own. Whoever asks them makes the plans for all who ask the same of the schema.
 */
export function documentsByObject(
  questions: readonly FieldQuestion[],
  given: Variables,
): ReadonlyMap<string, readonly QuestionDocument[]> {
  const byObject = Map.groupBy(questions, ({ object }) => object);
  return new Map([...byObject].map(([object, own]) => [object, documentsOf(own, given)]));
}

/** Documents that ask all questions, those of one record in the same; those that call functions have their own. */
export function documentsOf(questions: readonly FieldQuestion[], given: Variables): QuestionDocument[] {
  const chunks: FieldQuestion[][] = [];
  for (const question of questions.toSorted((a, b) => Number(a.isCall ?? false) - Number(b.isCall ?? false))) {
    const chunk = chunks.at(-1);
    const last = chunk?.at(-1);
    const isNext = question.parent !== undefined && last?.parent === question.parent;
    if (chunk && last?.isCall === question.isCall && (chunk.length < MOST || isNext)) chunk.push(question);
    else chunks.push([question]);
  }
  return chunks.map((chunk) => documentOf(chunk, given));
}
