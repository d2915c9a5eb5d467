import type { DatabaseFunction, FunctionArgument } from '../../catalog/functions.ts';
import { sortedBy } from '../../catalog/order.ts';
import { type Check, functionOf } from '../check.ts';
import type { RuledCatalog } from '../ruled.ts';

export const rpcResolves: Check = {
  id: 'rpc-resolves',
  expected: 'the names of arguments say which function is called',
  offences: (ruled) => {
    const { functions, postgrest } = ruled;
    const exposed = functions.filter(
      (one) =>
        (postgrest?.schemas ?? []).includes(one.schema) &&
        (one.kind === 'function' || one.kind === 'procedure') &&
        !one.trigger &&
        !isOfRow(one, ruled),
    );
    const named = Map.groupBy(exposed, ({ sql }) => sql);
    return sortedBy(exposed, ({ identity }) => [identity]).flatMap((routine) => {
      const seen = uncallable(routine) ?? ambiguous(routine, named.get(routine.sql) ?? []);
      return seen === undefined
        ? []
        : [
            {
              object: routine.identity,
              seen,
              evidence: functionOf(routine.identity).replace('select ', 'select proargnames, pronargdefaults, '),
            },
          ];
    });
  },
};

/** A function of one row of a relation is a computed column or relationship: a client names it in `select`. */
function isOfRow({ parameters }: DatabaseFunction, { all }: RuledCatalog): boolean {
  return parameters.length === 1 && all.relations.some(({ sql }) => sql === parameters[0]?.type);
}

/** Single parameters without a name that take the body of a request, and its media type. */
const BODIES: Readonly<Record<string, string>> = {
  json: 'application/json',
  jsonb: 'application/json',
  text: 'text/plain',
  xml: 'text/xml',
  bytea: 'application/octet-stream',
};

const isInput = ({ mode }: FunctionArgument): boolean => mode === 'in' || mode === 'inout' || mode === 'variadic';

const inputsOf = ({ arguments: given }: DatabaseFunction): readonly FunctionArgument[] => given.filter(isInput);

/** The media type of a body that is the only argument; undefined where arguments have names. */
function bodyOf(routine: DatabaseFunction): string | undefined {
  const [only, ...rest] = inputsOf(routine);
  return only?.name === '' && rest.length === 0 ? BODIES[only.type] : undefined;
}

/** Why no client can call a function. */
function uncallable(routine: DatabaseFunction): string | undefined {
  if (routine.kind === 'procedure') return 'a procedure, which PostgREST does not offer';
  const inputs = inputsOf(routine);
  if (inputs.some(({ name }) => name === '') && bodyOf(routine) === undefined)
    return `an argument without a name that no request can give (${inputs.map(({ name, type }) => `${name} ${type}`.trim()).join(', ')})`;
  // PostgREST pairs the names from the first one on with the types of the inputs alone.
  if (routine.arguments.some((one, at) => !isInput(one) && routine.arguments.slice(at).some(isInput)))
    return 'an argument of output before one of input, whose names PostgREST confuses';
  return undefined;
}

/** The first function of the same name that a request could mean too. */
function ambiguous(routine: DatabaseFunction, all: readonly DatabaseFunction[]): string | undefined {
  const others = all.filter((one) => one !== routine && uncallable(one) === undefined);
  for (const other of others) {
    const body = bodyOf(routine);
    if (body !== undefined || bodyOf(other) !== undefined) {
      if (body === bodyOf(other)) return `${other.identity} takes a body of ${body} too (PGRST203)`;
      continue;
    }
    const request = commonRequest(routine, other);
    if (request) return `${request} could mean ${other.identity} too (PGRST203)`;
  }
  return undefined;
}

/**
 * The smallest set of names with which both functions can be called: each needs all of its arguments that have no default,
 * and takes no name that it does not know.
 */
function commonRequest(one: DatabaseFunction, other: DatabaseFunction): string | undefined {
  const needed = new Set([...requiredOf(one), ...requiredOf(other)]);
  const known = [one, other].map((routine) => new Set(inputsOf(routine).map(({ name }) => name)));
  if (![...needed].every((name) => known.every((names) => names.has(name)))) return undefined;
  return needed.size === 0 ? 'a call without arguments' : `a call with ${[...needed].join(', ')}`;
}

function requiredOf(routine: DatabaseFunction): string[] {
  const inputs = inputsOf(routine);
  return inputs.slice(0, inputs.length - routine.defaults).map(({ name }) => name);
}
