import type pg from 'pg';
import type { DatabaseFunction } from '../catalog/functions.ts';
import { as, inWords, refusal, type ServerError, wasStopped } from './attempt.ts';
import { namesSchema } from './classify.ts';
import type { Calls, FunctionCell, FunctionOutcome, Persona } from './model.ts';
import { byFunction } from './signatures.ts';
import { become, callStatement } from './statements.ts';

/**
 * Calls every function as every persona. What a function does is undone; what it says does not matter, only whether it
 * could be executed. EXECUTE belongs to roles: where one persona lacked it, the others of its role are not asked again.
 */
export async function probeFunctions(
  client: pg.Client,
  functions: readonly DatabaseFunction[],
  calls: Calls,
  personas: readonly Persona[],
): Promise<FunctionCell[]> {
  const given = new Map(byFunction(calls, functions).map((call) => [call.function?.signature, call.value]));
  const denied = new Map<string, FunctionCell>();
  const cells: FunctionCell[] = [];
  for (const persona of personas) {
    await as(client, become(persona), async () => {
      for (const called of functions) {
        const { signature } = called;
        const key = `${persona.role} ${signature}`;
        const known = denied.get(key);
        const seen = known ?? (await call(client, called, callStatement(called, given.get(signature))));
        const cell = { ...seen, signature, persona: persona.name };
        if (cell.outcome === 'no grant') denied.set(key, cell);
        cells.push(cell);
      }
    });
  }
  return cells;
}

async function call(
  client: pg.Client,
  called: DatabaseFunction,
  statement: string,
): Promise<Pick<FunctionCell, 'outcome' | 'statement' | 'detail'>> {
  const error = await refusal(client, statement);
  return error
    ? { outcome: outcomeOf(error, called), statement, detail: inWords(error) }
    : { outcome: 'allowed', statement };
}

/**
 * A call is refused for want of EXECUTE before anything runs, so that the error has no context; the same words with a
 * context come from within, about a function that the called one calls. An error that points into the statement says
 * that it was not understood, and then nothing was called.
 */
function outcomeOf(error: ServerError, called: DatabaseFunction): FunctionOutcome {
  if (wasStopped(error)) return 'not evaluated';
  const outermost = error.where === undefined;
  if (outermost && isDenial(error, called)) return 'no grant';
  if (outermost && error.position !== undefined) return 'not evaluated';
  return error.code === '42501' ? 'refused' : 'allowed';
}

function isDenial({ code, routine, message = '' }: ServerError, { name, schema }: DatabaseFunction): boolean {
  if (code !== '42501' || !routine?.startsWith('aclcheck_error')) return false;
  const plain = message.replaceAll('"', '');
  return / (function|procedure|aggregate) /.test(plain) ? plain.endsWith(` ${name}`) : namesSchema(message, schema);
}
