import { argumentLists } from '../access/calls.ts';
import type { Calls, Persona, Value } from '../access/model.ts';
import { idsOf } from '../access/sets/ids.ts';
import { byFunction } from '../access/signatures.ts';
import { literal } from '../access/statements.ts';
import type { SchemaCatalog } from '../catalog/catalog.ts';
import type { DatabaseFunction } from '../catalog/functions.ts';
import { quoteLiteral } from '../sql/quote.ts';
import type { Call } from './ask.ts';
import { candidatesOf, type Supply } from './candidates.ts';
import type { Ownership } from './owners.ts';
import type { Callable, Parameter, ParameterType } from './parameters.ts';
import { withQuotes } from './quotes.ts';
import { spokenBy } from './speaking.ts';
import { type Belongings, basesOf, tuplesOf } from './tuples.ts';
import { NONSENSE } from './type-values.ts';
import type { StoredRow } from './world.ts';

/** The most argument lists for one function and caller, besides those of the configuration. */
export const MOST_TUPLES = 16;

/** From what the arguments of calls are drawn. */
export interface CallWorld {
  readonly catalog: SchemaCatalog;
  readonly rows: readonly StoredRow[];
  readonly viewRows: readonly StoredRow[];
  readonly ownership: Ownership;
  readonly typeOf: (name: string) => ParameterType | undefined;
}

/** Which calls are made. */
interface CallChoice {
  /** Whether a caller is to call a function: who lacks EXECUTE need not. */
  readonly may?: (persona: Persona, called: DatabaseFunction) => boolean;
  /** The most argument lists from the world for one function and caller. */
  readonly most?: number;
  /** Values for the parameter of that place, besides those of the world and its type. */
  readonly further?: (callable: Callable, place: number) => readonly string[];
  /** Whether the text that means nothing has quotes in it. */
  readonly hasQuotes?: boolean;
}

/**
 * The calls of functions by callers, each statement once, with all who make it: those of the configuration first, and
 * then those with arguments from the world.
 */
export function callsOf(
  callables: readonly Callable[],
  world: CallWorld,
  personas: readonly Persona[],
  calls: Calls,
  { may = () => true, most = MOST_TUPLES, further = () => [], hasQuotes = false }: CallChoice = {},
): Call[] {
  const ids = idsOf(personas);
  const holders = new Map([...ids].flatMap(([name, texts]) => texts.map((text) => [text, name] as const)));
  const supply: Supply = {
    rows: world.rows,
    viewRows: world.viewRows,
    tables: world.catalog.relations.filter(({ partitionOf }) => partitionOf === null),
    foreignKeys: world.catalog.constraints.filter((one) => one.kind === 'foreign key'),
    ids: [...holders.keys()],
    typeOf: world.typeOf,
  };
  const belongings: Belongings = {
    personas: personas.map(({ name }) => name),
    owners: remembered((row) => world.ownership.ownersOf(row.table.id, row.values)),
    users: remembered((row) => world.ownership.usersOf(row)),
    isRelated: world.ownership.isRelated,
    holder: (text) => holders.get(text),
  };
  const functions = callables.map((one) => one.function);
  const spoken = spokenBy(world.catalog.functions, new Set(supply.tables.map(({ name }) => name)));
  const given = new Map(byFunction(calls, functions).map((line) => [line.function, line.value]));
  return callables.flatMap((callable) => {
    const { function: called, parameters, defaults } = callable;
    const hints = spoken(called);
    const choices = parameters.map((parameter, place) => ({
      few: parameter.kind === 'enum' || parameter.category === 'B',
      ...(hasQuotes && parameter.mode !== 'out'
        ? { withQuotes: (own: string | null) => withQuotes(parameter, own, hints.texts, supply.typeOf) }
        : {}),
      candidates:
        parameter.mode === 'out'
          ? []
          : [
              ...candidatesOf(parameter, supply, hints).filter(
                ({ text }) => !(hasQuotes && parameter.category === 'S' && text === NONSENSE),
              ),
              ...further(callable, place).map((text) => ({ text, last: true as const })),
            ],
    }));
    const bases = basesOf(choices, belongings);
    const byStatement = new Map<string, number[]>();
    for (const [place, persona] of personas.entries()) {
      if (!may(persona, called)) continue;
      const configured = argumentLists(given.get(called), persona.name).map((values) =>
        configuredCall(callable, values),
      );
      const drawn = tuplesOf(choices, bases, defaults, persona.name, belongings, most).map((tuple) =>
        callSql(
          callable,
          tuple.map((text, index) => argument(callable, index, text === null ? 'null' : quoteLiteral(text))),
        ),
      );
      for (const sql of new Set([...configured, ...drawn])) {
        const callers = byStatement.get(sql) ?? [];
        callers.push(place);
        byStatement.set(sql, callers);
      }
    }
    return [...byStatement].map(
      ([sql, callers]): Call => ({ of: called.signature, sql, gives: givenBy(called), callers }),
    );
  });
}

function remembered<T>(use: (row: StoredRow) => T): (row: StoredRow) => T {
  const known = new Map<StoredRow, T>();
  return (row) => {
    const before = known.get(row);
    if (before !== undefined) return before;
    const result = use(row);
    known.set(row, result);
    return result;
  };
}

function configuredCall(callable: Callable, values: readonly Value[]): string {
  return callSql(
    callable,
    values.map((value, index) => argument(callable, index, literal(value, callable.parameters[index]?.type))),
  );
}

/** An argument with its type, so that the call means this function among those of its name. */
function argument({ function: { strict }, parameters }: Callable, index: number, text: string): string {
  const { type, variadic, kind } = parameters[index] ?? ({ type: 'text' } as Parameter);
  const cast = kind === 'pseudo' ? `${text}::${type.endsWith('array') ? 'text[]' : 'text'}` : `${text}::${type}`;
  // A strict function with a constant null is never called; a null out of a subselect is not known to be one until then.
  const written = text === 'null' && strict ? `(select ${cast})` : cast;
  return variadic ? `variadic ${written}` : written;
}

/** A function without a result gives nothing, and so does a procedure without outputs. */
function givenBy({ kind, returns, arguments: all }: DatabaseFunction): Call['gives'] {
  if (kind === 'procedure') return all.some(isOutput) ? 'outputs' : 'nothing';
  return returns === 'void' ? 'nothing' : 'rows';
}

function callSql({ function: called }: Callable, written: readonly string[]): string {
  const call = `${called.sql}(${called.kind === 'aggregate' && written.length === 0 ? '*' : written.join(', ')})`;
  if (called.kind === 'procedure') return `call ${call}`;
  if (called.kind === 'window') return `select ${call} over ()`;
  // A row whose columns nobody declared can't stand in FROM.
  const isBare = called.kind === 'aggregate' || (called.returns === 'record' && !called.arguments.some(isOutput));
  return isBare ? `select ${call}` : `select * from ${call}`;
}

const isOutput = ({ mode }: DatabaseFunction['arguments'][number]): boolean => mode !== 'in' && mode !== 'variadic';
