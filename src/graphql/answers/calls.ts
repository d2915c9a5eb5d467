import { type GraphQLInputType, getNamedType, isInputObjectType, isNonNullType } from 'graphql';
import type pg from 'pg';
import type { Value } from '../../access/settings.ts';
import { literal } from '../../access/statements.ts';
import type { DatabaseFunction } from '../../catalog/functions.ts';
import { argumentNames, type FunctionField, functionFields } from '../function-fields.ts';
import type { BuiltSchema } from '../schema.ts';
import { inputOf } from './columns.ts';
import type { Resource } from './model.ts';
import { buildOf, objectOf } from './tables.ts';

/** A function of a schema, the field that it is, and how it is called. */
export interface CalledField extends FunctionField {
  readonly resource: Resource;
  readonly called: DatabaseFunction;
  readonly calls: readonly FieldCall[];
}

/** One way to call a function. */
export interface FieldCall {
  /** SQL of the arguments that the field takes; none where the defaults stand for all. */
  readonly sql: readonly string[];
  /** Their names, types and values in GraphQL. */
  readonly inputs: readonly { readonly name: string; readonly type: GraphQLInputType; readonly value: unknown }[];
}

/** The arguments with which a function is called, for each time that it is. */
export type ArgumentsOf = (called: DatabaseFunction) => readonly (readonly Value[])[];

/** The functions that a schema shows, each with the calls that GraphQL can express. */
export async function calledFields(
  client: pg.Client,
  built: BuiltSchema,
  functions: readonly DatabaseFunction[],
  argumentsOf: ArgumentsOf,
): Promise<CalledField[]> {
  const build = buildOf(built);
  const found: CalledField[] = [];
  for (const resource of Object.values(build.pgResources) as Resource[]) {
    if (!resource.parameters) continue;
    const called = functions.find(({ schema, name }) => `${schema}.${name}` === objectOf(resource));
    if (!called) continue;
    for (const field of functionFields(built.schema, build, resource)) {
      const calls = await callsOf(client, build, resource, called, field, argumentsOf(called));
      if (calls.length > 0) found.push({ ...field, resource, called, calls });
    }
  }
  return found;
}

async function callsOf(
  client: pg.Client,
  build: GraphileBuild.Build,
  resource: Resource,
  { parameters, argumentsSql }: DatabaseFunction,
  { field, offset }: FunctionField,
  given: readonly (readonly Value[])[],
): Promise<FieldCall[]> {
  const types = inputTypes(field);
  const names = argumentNames(build, resource, offset);
  const nulls = parameters.map(() => null);
  const calls: FieldCall[] = [];
  if (names.length > 0 && argumentsSql !== '' && hasOnlyDefaults(resource, offset)) calls.push({ sql: [], inputs: [] });
  for (const values of [nulls, ...given]) {
    const call: { sql: string[]; inputs: FieldCall['inputs'][number][] } = { sql: [], inputs: [] };
    for (const [index, name] of names.entries()) {
      const { type } = parameters[index + offset] ?? {};
      const codec = resource.parameters?.[index + offset]?.codec;
      const input = types.get(name);
      if (!type || !codec || !input) break;
      const text = `${literal(values[index + offset] ?? null, type)}::${type}`;
      const asGiven = await inputOf(client, build, codec, text, input);
      if (asGiven === undefined || (asGiven === null && isNonNullType(input))) break;
      call.sql.push(text);
      call.inputs.push({ name, type: input, value: asGiven });
    }
    if (call.sql.length === names.length) calls.push(call);
  }
  return withoutRepeated(calls);
}

/** The arguments of a field, or the fields of a mutation's input. */
function inputTypes({ args }: FunctionField['field']): Map<string, GraphQLInputType> {
  const input = getNamedType(args.find(({ name }) => name === 'input')?.type);
  const taken = isInputObjectType(input) ? Object.values(input.getFields()) : args;
  return new Map(taken.map(({ name, type }) => [name, type]));
}

const hasOnlyDefaults = ({ parameters }: Resource, offset: number): boolean =>
  (parameters ?? []).slice(offset).every(({ optional }) => optional === true);

function withoutRepeated(calls: readonly FieldCall[]): FieldCall[] {
  const bySql = new Map(calls.map((call) => [call.sql.join(), call]));
  return [...bySql.values()];
}
