import type pg from 'pg';
import type { SchemaCatalog } from '../catalog/catalog.ts';
import type { DatabaseFunction } from '../catalog/functions.ts';
import { readRows } from '../catalog/scope.ts';
import { quoteLiteral } from '../sql/quote.ts';
import { tokensIn } from '../sql/tokens.ts';

/** Has the server count the calls of functions until the end of the transaction; false where its user may not. */
export async function countFunctionCalls(client: pg.Client): Promise<boolean> {
  await client.query('savepoint counting');
  try {
    await client.query("set local track_functions = 'all'");
    return true;
  } catch {
    await client.query('rollback to savepoint counting');
    return false;
  }
}

/**
 * The signatures of the functions that ran since then, called by whatever: a statement, a trigger, a policy, a view. What
 * was undone counts too. A function in SQL that was put in the place of its call is not seen; one with its owner's rights
 * never is put there.
 */
export async function functionsThatRan(
  client: pg.Client,
  functions: readonly DatabaseFunction[],
): Promise<ReadonlySet<string>> {
  if (functions.length === 0) return new Set();
  const names = functions.map(({ identity }) => quoteLiteral(identity)).join(', ');
  const rows = await readRows<{ identity: string }>(
    client,
    `select f.identity from unnest(array[${names}]::text[]) f (identity)
      where pg_stat_get_xact_function_calls(to_regprocedure(f.identity)) > 0`,
  );
  const ran = new Set(rows.map(({ identity }) => identity));
  return new Set(functions.filter(({ identity }) => ran.has(identity)).map(({ signature }) => signature));
}

/**
 * The functions that something in the database calls: an enabled trigger, a policy, a view, a default, a check, or another
 * function. A name in a text counts as a call.
 */
export function calledByOthers(
  { triggers, policies, relations, constraints, functions }: SchemaCatalog,
  candidates: readonly DatabaseFunction[],
): DatabaseFunction[] {
  const fired = new Set(
    triggers.filter(({ enabled }) => enabled === 'origin' || enabled === 'always').map((one) => one.function),
  );
  const texts = [
    ...policies.flatMap(({ using, check }) => [using, check]),
    ...relations.flatMap(({ definition, columns }) => [definition, ...columns.map((column) => column.default)]),
    ...constraints.map(({ definition }) => definition),
  ];
  const words = new Set(texts.flatMap((text) => (text === null ? [] : wordsIn(text))));
  const bodies = functions.map((one) => ({ one, words: new Set(wordsIn(one.source)) }));
  return candidates.filter(
    (called) =>
      fired.has(`${called.schema}.${called.name}`) ||
      words.has(called.name) ||
      bodies.some((body) => body.one !== called && body.words.has(called.name)),
  );
}

const wordsIn = (text: string): string[] =>
  [...tokensIn(text)].flatMap(({ kind, start, end }) => {
    const written = text.slice(start, end);
    if (kind === 'word') return [written.toLowerCase()];
    return kind === 'name' ? [written.slice(1, -1)] : [];
  });
