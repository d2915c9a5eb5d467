import type { FunctionCell, Persona } from '../access/model.ts';
import { withPlainNames } from '../access/names.ts';
import { personasOf } from '../access/personas.ts';
import { readSubject, type Subject } from '../access/subject.ts';
import { timed } from '../access/timed.ts';
import type { Config } from '../config/schema.ts';
import { rolledBack, withClient } from '../database/connect.ts';
import { prepareCalls } from '../functions/prepare.ts';
import {
  type Called,
  callFunctions,
  type FunctionsProof,
  functionsProof,
  withDefinersElsewhere,
} from '../functions/prove.ts';
import { renderFunctionsPage } from '../functions/render.ts';
import { graphqlQuestions, planQuestions } from '../graphql/answers/source.ts';
import type { BuiltSchema } from '../graphql/schema.ts';
import type { Meant } from '../interference/meant.ts';
import { declaredBy, type Interference, observePrepared } from '../interference/observe.ts';
import { prepareWorlds } from '../interference/prepare.ts';
import { type InterferenceProof, interferenceProof } from '../interference/prove.ts';
import { together } from '../interference/together.ts';
import { type Findings, mergeFindings } from '../report/deviation.ts';
import { inLayout } from '../report/layout.ts';
import type { Files } from '../report/snapshots.ts';
import { argumentsOf } from './answers.ts';
import { allAtOnce } from './at-once.ts';
import { graphqlInWorlds } from './graphql-worlds.ts';

/** The proof of what functions do, and of what answers depend on. */
export interface BehaviourProof {
  readonly counts: FunctionsProof['counts'] & InterferenceProof['counts'];
  readonly findings: Findings;
  readonly files: Files;
  /** Whether every row of the world was there: without some, calls and other worlds reach less. */
  readonly complete: boolean;
}

/** A database in which a proof runs. */
export interface ProofDatabase {
  readonly url: string;
  /** Resolves when nothing else is done there any more; left out where nothing is. */
  readonly free?: Promise<unknown>;
}

/**
 * Calls every function with arguments from the world, as each persona, and asks everything again in worlds that differ in
 * what who asks may not see. Both are done in one transaction, which is rolled back: what the calls answered there is the
 * base with which the answers of other worlds are compared.
 * @param places one database, or several that are alike: some of the callers ask in each, at the same time
 * @param called who may execute each function, as the proof of access saw it
 * @param schemas those of GraphQL that are asked in other worlds too; none where that takes too long
 */
export async function proveBehaviour(
  places: readonly ProofDatabase[],
  declared: Config,
  called: readonly FunctionCell[],
  schemas: readonly BuiltSchema[] = [],
): Promise<BehaviourProof> {
  const config = withPlainNames(declared);
  const personas = personasOf(config);
  const meant: { shared?: Meant } = {};
  const parts = await allAtOnce(
    places.map(async ({ url, free }, part) => {
      await free;
      return observePart(url, config, personas, called, schemas, {
        isAsked: (caller) => caller % places.length === part,
        meantBy: (subject) => (meant.shared ??= declaredBy(config, subject)),
      });
    }),
  );
  const [first, ...others] = parts;
  if (!first) throw new Error('The proof of behaviour needs a database.');
  const functions = functionsProof(
    first.whole,
    personas,
    config,
    parts.map((part) => part.functions),
  );
  const interference = interferenceProof(together([first.seen, ...others.map(({ seen }) => seen)]));
  const page = { ...functions.page, readsOthers: interference.readsOthers };
  return {
    counts: { ...functions.counts, ...interference.counts },
    findings: mergeFindings([functions.findings, interference.findings]),
    files: new Map([[functionsFile(config), inLayout(renderFunctionsPage(page), config.layout)]]),
    complete: parts.every((part) => part.functions.missing === 0),
  };
}

interface Part {
  /** Everything that is called, the functions of other schemas with it. */
  readonly whole: Subject;
  readonly functions: Called;
  readonly seen: Interference;
}

/** Has some of the callers call and ask, by their places among all; personas come first, in their order. */
async function observePart(
  url: string,
  config: Config,
  personas: readonly Persona[],
  called: readonly FunctionCell[],
  schemas: readonly BuiltSchema[],
  { isAsked, meantBy }: { isAsked: (place: number) => boolean; meantBy: (subject: Subject) => Meant },
): Promise<Part> {
  const asked = personas.filter((_, place) => isAsked(place));
  return withClient(
    url,
    async (client) => {
      const subject = await readSubject(client, config.proven, config.world);
      const { all: relations, functions: own } = subject;
      const whole = await withDefinersElsewhere(client, subject, config.proven, personas);
      return rolledBack(client, async () => {
        const [prepared, worlds] = await timed('preparing', async () => [
          await prepareCalls(client, whole, personas, config.world),
          await prepareWorlds(client, subject),
        ]);
        const given = { relations, functions: own, rows: prepared.probed, argumentsOf: argumentsOf(config, own) };
        const questions = await graphqlQuestions(client, schemas, asked, given);
        // The server calls functions while plans are made here.
        const [functions] = await Promise.all([
          timed('calling functions', () =>
            callFunctions(client, whole, personas, config, called, prepared, (persona) => asked.includes(persona)),
          ),
          planQuestions(questions),
        ]);
        const known = functions.answers.flatMap((answer) => {
          const persona = personas[answer.caller];
          return persona ? [{ ...answer, persona: persona.name }] : [];
        });
        const more = schemas.length > 0 ? [graphqlInWorlds(questions)] : [];
        const callables = prepared.callables.filter((callable) => own.includes(callable.function));
        const seen = await timed('asking in other worlds', () =>
          observePrepared(
            client,
            subject,
            config,
            { ...prepared, callables },
            { more, worlds, known, isAsked, meant: meantBy(subject) },
          ),
        );
        return { whole, functions, seen };
      });
    },
    { pipeline: true },
  );
}

/** Where the page of functions is kept. */
export const functionsFile = ({ snapshots }: Pick<Config, 'snapshots'>): string => `${snapshots}/functions.md`;
