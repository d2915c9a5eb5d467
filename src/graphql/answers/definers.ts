import type pg from 'pg';
import { inWords, type ServerError } from '../../access/attempt.ts';
import type { DatabaseFunction } from '../../catalog/functions.ts';
import type { Relation } from '../../catalog/relations.ts';

/** A statement that has a view or function run with its caller's rights, by the name of the object: `schema.name`. */
function asInvoker(
  relations: readonly Relation[],
  functions: readonly DatabaseFunction[],
): ReadonlyMap<string, string> {
  const views = relations.filter(({ kind, securityInvoker }) => kind === 'view' && !securityInvoker);
  const definers = functions.filter(({ kind, securityDefiner }) => kind === 'function' && securityDefiner);
  return new Map([
    ...views.map(({ id, sql }) => [id, `alter view ${sql} set (security_invoker = true)`] as const),
    ...definers.map(
      ({ schema, name, identity }) => [`${schema}.${name}`, `alter function ${identity} security invoker`] as const,
    ),
  ]);
}

/** A view or function that runs with its owner's rights, and that the connection's user may not alter. */
export interface ObjectNotAltered {
  readonly object: string;
  readonly why: string;
}

/** The answers to questions, of each caller. */
interface AnswersOf<Q, A> {
  of(question: Q): readonly (A | undefined)[];
  readonly notAltered: readonly ObjectNotAltered[];
}

/**
 * Asks about all objects at once, but for views and functions that run with their owner's rights: about each of those by
 * itself, while it runs with its caller's.
 * @param use asks, and gives of each caller the answers in the order of the questions
 * @param meanwhile is run while the server answers about the others
 */
export async function eachObject<Q extends { readonly object: string }, A>(
  client: pg.Client,
  questions: readonly Q[],
  {
    relations,
    functions,
  }: { readonly relations: readonly Relation[]; readonly functions: readonly DatabaseFunction[] },
  use: (questions: readonly Q[]) => Promise<readonly (readonly A[])[]>,
  meanwhile: () => Promise<void> = async () => {},
): Promise<AnswersOf<Q, A>> {
  const invokers = asInvoker(relations, functions);
  const answers = new Map<Q, readonly (A | undefined)[]>();
  const notAltered: ObjectNotAltered[] = [];
  const ask = async (own: readonly Q[]): Promise<void> => {
    const given = await use(own);
    const of = (place: number): (A | undefined)[] => given.map((caller) => caller[place]);
    for (const [place, question] of own.entries()) answers.set(question, of(place));
  };
  const byObject = Map.groupBy(questions, (one) => (invokers.has(one.object) ? one.object : undefined));
  await Promise.all([ask(byObject.get(undefined) ?? []), meanwhile()]);
  for (const [object, own] of byObject) {
    const statement = object === undefined ? undefined : invokers.get(object);
    if (object === undefined || !statement) continue;
    await client.query('savepoint definer');
    const failed = await client.query(statement).then(() => undefined, asServerError);
    if (failed) {
      await client.query('rollback to savepoint definer');
      notAltered.push({ object, why: inWords(failed) });
    }
    await ask(own);
    await client.query('rollback to savepoint definer; release savepoint definer');
  }
  return { of: (question) => answers.get(question) ?? [], notAltered };
}

const asServerError = (error: unknown): ServerError => error as ServerError;
