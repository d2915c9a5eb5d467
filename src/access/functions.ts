import type pg from 'pg';
import type { DatabaseFunction } from '../catalog/functions.ts';
import { as, inWords, refusals, type ServerError, wasStopped } from './attempt.ts';
import { argumentLists } from './calls.ts';
import { namesObject, namesSchema } from './classify.ts';
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
    const key = (called: DatabaseFunction): string => `${persona.role} ${called.signature}`;
    const asked = functions.filter((called) => !denied.has(key(called)));
    const statements = asked.map((called) =>
      callStatement(called, argumentLists(given.get(called.signature), persona.name)[0]),
    );
    const errors = await as(client, become(persona), () => refusals(client, statements));
    const seen = new Map(
      asked.map((called, index) => [called, cellOf(persona, called, statements[index] ?? '', errors[index])]),
    );
    for (const called of functions) {
      const cell = seen.get(called) ?? denied.get(key(called));
      if (!cell) continue;
      if (cell.outcome === 'no grant') denied.set(key(called), cell);
      cells.push({ ...cell, persona: persona.name });
    }
  }
  return cells;
}

function cellOf(
  { name }: Persona,
  called: DatabaseFunction,
  statement: string,
  error: ServerError | undefined,
): FunctionCell {
  const { signature } = called;
  if (!error) return { signature, persona: name, outcome: 'allowed', statement };
  const state = error.code === undefined ? {} : { state: error.code };
  return { signature, persona: name, outcome: outcomeOf(error, called), statement, detail: inWords(error), ...state };
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
  return / (function|procedure|aggregate) /.test(message) ? namesObject(message, name) : namesSchema(message, schema);
}
