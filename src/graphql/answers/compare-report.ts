import type { Persona } from '../../access/model.ts';
import { transcript } from '../../access/transcript.ts';
import type { Deviation } from '../../report/deviation.ts';
import { declaredIn } from '../../report/layout.ts';
import type { Difference } from './compare.ts';
import { documentOf } from './documents.ts';
import type { FieldQuestion } from './model.ts';
import type { PageDifference } from './pages.ts';
import type { Variables } from './variables.ts';
import type { MutationDifference } from './write.ts';

/** A difference between GraphQL and SQL, and the table, view or function that it is about. */
export interface AnswerDifference {
  readonly object: string;
  readonly persona: string;
  readonly deviation: Deviation;
}

export function readDifference(
  persona: Persona,
  question: FieldQuestion,
  differs: Difference,
  given: Variables,
): AnswerDifference {
  const { text, values } = documentOf([question], given);
  return asDifference(persona, question, differs, { document: text, values, sql: question.sql });
}

export function mutationDifference({ persona, question, ...differs }: MutationDifference): AnswerDifference {
  const { text, values, sql } = question;
  return asDifference(persona, question, differs, { document: text, values, sql });
}

export function pageDifference({ persona, document, values, ...differs }: PageDifference): AnswerDifference {
  return asDifference(persona, differs, differs, { document, values });
}

interface Evidence {
  readonly document: string;
  readonly values: unknown;
  readonly sql?: string;
}

function asDifference(
  persona: Persona,
  { of, object }: { readonly of: string; readonly object: string },
  { expected, seen }: Difference,
  { document, values, sql }: Evidence,
): AnswerDifference {
  const statement = sql === undefined ? [] : [transcript(persona, { statement: sql })];
  const variables = `# variables ${JSON.stringify(values)}`;
  return {
    object,
    persona: persona.name,
    deviation: {
      check: 'graphql',
      where: `${persona.name} · ${of}`,
      expected,
      seen,
      evidence: [document, variables, ...statement].join('\n\n'),
      fix: `Have ${object} give and change what its caller may, by grants, policies or the caller's rights (security_invoker, SECURITY INVOKER), or declare it in ${declaredIn('graphql')} (wider) with the reason.`,
    },
  };
}
