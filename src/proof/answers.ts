import { allLists } from '../access/calls.ts';
import { withPlainNames } from '../access/names.ts';
import { personasOf } from '../access/personas.ts';
import { withWorld } from '../access/seeded.ts';
import { byFunction } from '../access/signatures.ts';
import { readSubject } from '../access/subject.ts';
import type { DatabaseFunction } from '../catalog/functions.ts';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import type { AnswerWorld } from '../graphql/answers/questions.ts';
import type { BuiltSchema } from '../graphql/schema.ts';
import type { Findings } from '../report/deviation.ts';

/** The outcome of holding GraphQL's answers against SQL's. */
export interface AnswersProof {
  /** How many were compared: a persona and a field with its arguments, or a mutation, each. */
  readonly answers: number;
  readonly findings: Findings;
}

/**
 * Asks the GraphQL schemas as each persona, and holds answers and effects against those of SQL, in a transaction that is
 * rolled back. The database is unchanged afterwards.
 */
export async function proveAnswers(
  url: string,
  declared: Config,
  schemas: readonly BuiltSchema[],
): Promise<AnswersProof> {
  const config = withPlainNames(declared);
  const [{ compareAnswers }, { answerFindings }] = await Promise.all([
    import('../graphql/answers/prove.ts'),
    import('../graphql/answers/findings.ts'),
  ]);
  return withClient(
    url,
    async (client) => {
      const subject = await readSubject(client, [...new Set([...config.proven, ...config.api])], config.world);
      return withWorld(client, subject, config.world, async ({ rows, missing }) => {
        const compared = await compareAnswers(client, schemas, personasOf(config), {
          relations: subject.all,
          functions: subject.functions,
          rows,
          argumentsOf: argumentsOf(config, subject.functions),
        });
        const findings = answerFindings(compared, config.graphql ?? {}, missing.length === 0);
        return { answers: compared.answers, findings };
      });
    },
    { pipeline: true },
  );
}

/** The argument lists that the configuration gives a function. */
export function argumentsOf(
  { calls = {} }: Config,
  functions: readonly DatabaseFunction[],
): AnswerWorld['argumentsOf'] {
  const given = byFunction(calls, functions);
  return ({ signature }) =>
    given.filter((one) => one.function?.signature === signature).flatMap(({ value }) => allLists(value));
}
