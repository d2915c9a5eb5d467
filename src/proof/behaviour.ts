import type { FunctionCell } from '../access/model.ts';
import { withPlainNames } from '../access/names.ts';
import { personasOf } from '../access/personas.ts';
import { readSubject } from '../access/subject.ts';
import type { Config } from '../config/schema.ts';
import { withClient } from '../database/connect.ts';
import { type FunctionsProof, proveFunctions } from '../functions/prove.ts';
import { renderFunctionsPage } from '../functions/render.ts';
import type { BuiltSchema } from '../graphql/schema.ts';
import { type InterferenceProof, proveInterference } from '../interference/prove.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';
import { inLayout } from '../report/layout.ts';

import type { Files } from '../report/snapshots.ts';
import { argumentsOf } from './answers.ts';
import { graphqlInWorlds } from './graphql-worlds.ts';

/** The proof of what functions do, and of what answers depend on. */
export interface BehaviourProof {
  readonly counts: FunctionsProof['counts'] & InterferenceProof['counts'];
  readonly findings: Findings;
  readonly files: Files;
}

/**
 * Calls every function with arguments from the world, as each persona, and asks everything again in worlds that differ in
 * what who asks may not see. The database is unchanged afterwards.
 * @param called who may execute each function, as the proof of access saw it
 * @param schemas those of GraphQL that are asked in other worlds too; none where that takes too long
 */
export async function proveBehaviour(
  url: string,
  declared: Config,
  called: readonly FunctionCell[],
  schemas: readonly BuiltSchema[] = [],
): Promise<BehaviourProof> {
  const config = withPlainNames(declared);
  return withClient(
    url,
    async (client) => {
      const subject = await readSubject(client, config.proven, config.world);
      const functions = await proveFunctions(client, subject, personasOf(config), config, called);
      const { all: relations } = subject;
      const given = { relations, functions: subject.functions, argumentsOf: argumentsOf(config, subject.functions) };
      const more = schemas.length > 0 ? [graphqlInWorlds(schemas, given)] : [];
      const interference = await proveInterference(client, subject, config, more);
      const page = { ...functions.page, readsOthers: interference.readsOthers };
      return {
        counts: { ...functions.counts, ...interference.counts },
        findings: mergeFindings([functions.findings, interference.findings]),
        files: new Map([[functionsFile(config), inLayout(renderFunctionsPage(page), config.layout)]]),
      };
    },
    { pipeline: true },
  );
}

/** Where the page of functions is kept. */
export const functionsFile = ({ snapshots }: Pick<Config, 'snapshots'>): string => `${snapshots}/functions.md`;
