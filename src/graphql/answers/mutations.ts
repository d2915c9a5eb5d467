import { type GraphQLInputObjectType, getNamedType, isInputObjectType, isObjectType } from 'graphql';
import type pg from 'pg';
import type { Values } from '../../access/settings.ts';
import { deleteStatement, insertStatement, literal, updateStatement } from '../../access/statements.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { BuiltSchema } from '../schema.ts';
import type { CalledField } from './calls.ts';
import { asInput, inputOf, rowText } from './columns.ts';
import { givenBy } from './functions.ts';
import type { AnswerColumn, AnswerRows, AnswerTable, TypeField } from './model.ts';
import { fieldsOf, oneRow, selectRows } from './select.ts';
import { buildOf, objectOf } from './tables.ts';
import { equal, type StoredRecord } from './world.ts';

/** A mutation, and the SQL statement that must do the same. */
export interface MutationQuestion {
  readonly of: string;
  readonly object: string;
  readonly text: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** SQL that does the same and gives one row of one text[]: the rows that it gives. */
  readonly sql: string;
  readonly columns: readonly AnswerColumn[];
  /** Takes the rows out of what GraphQL answered for the mutation. */
  rowsOf(payload: unknown): AnswerRows;
}

/** A row of the world, with its global id where its type has one. */
export interface MutableRecord extends StoredRecord {
  readonly id: string | undefined;
  /** Whether it is the first of its table: that by which every way to find a row is tried; the others by one. */
  readonly isFirst: boolean;
}

/** Creates, updates and deletes rows of the world by each mutation that does so. */
export async function rowMutations(
  client: pg.Client,
  built: BuiltSchema,
  records: readonly MutableRecord[],
): Promise<MutationQuestion[]> {
  const found: MutationQuestion[] = [];
  for (const field of Object.values(built.schema.getMutationType()?.getFields() ?? {})) {
    const scope = built.seen.scopes.get(`Mutation.${field.name}`);
    const input = getNamedType(field.args.find(({ name }) => name === 'input')?.type);
    if (!scope?.pgFieldResource || !isInputObjectType(input)) continue;
    const isMain = scope.isPgCreateMutation || built.seen.inputs.get(input.name)?.pgResourceUnique?.isPrimary;
    for (const record of records) {
      if (record.table.resource !== scope.pgFieldResource || !(record.isFirst || isMain)) continue;
      const given = { client, built, field, input, record };
      const question = scope.isPgCreateMutation
        ? await creation(given)
        : scope.isPgUpdateMutation
          ? await change(given)
          : scope.isPgDeleteMutation
            ? deletion(given)
            : undefined;
      if (question) found.push(question);
    }
  }
  return found;
}

interface MutationOf {
  readonly client: pg.Client;
  readonly built: BuiltSchema;
  readonly field: TypeField;
  readonly input: GraphQLInputObjectType;
  readonly record: MutableRecord;
}

async function creation(given: MutationOf): Promise<MutationQuestion | undefined> {
  const { record, input } = given;
  const { insert } = record.probed;
  const row = Object.values(input.getFields()).find(({ type }) => isInputObjectType(getNamedType(type)));
  const values = insert && row && (await inputsOf(given, insert, getNamedType(row.type) as GraphQLInputObjectType));
  if (!insert || !values) return undefined;
  return mutation(given, { [row.name]: values }, insertStatement(record.table.relation, insert));
}

async function change(given: MutationOf): Promise<MutationQuestion | undefined> {
  const { record, input } = given;
  const { update } = record.probed;
  const patch = Object.values(input.getFields()).find(({ type }) => isInputObjectType(getNamedType(type)));
  const key = keyInput(given);
  if (!update || !patch || !key) return undefined;
  const values = await inputsOf(given, update, getNamedType(patch.type) as GraphQLInputObjectType);
  if (!values) return undefined;
  const { relation } = record.table;
  return mutation(given, { ...key.values, [patch.name]: values }, updateStatement(relation, update, key.where));
}

function deletion(given: MutationOf): MutationQuestion | undefined {
  const key = keyInput(given);
  return key && mutation(given, key.values, deleteStatement(given.record.table.relation, key.where));
}

/** How a mutation names its row: by the columns of a key, or by its global id. */
function keyInput({
  built,
  input,
  record: { table, stored, id },
}: MutationOf): { readonly values: Record<string, unknown>; readonly where: string } | undefined {
  const scope = built.seen.inputs.get(input.name);
  const unique = scope?.pgResourceUnique;
  if (!unique) return undefined;
  const where = equal(table, unique.attributes, stored, table.relation.sql);
  const isByKey = scope.isPgUpdateByKeysInputType || scope.isPgDeleteByKeysInputType;
  if (!isByKey) {
    const name = Object.values(input.getFields()).find(({ type }) => String(type) === 'ID!')?.name;
    return id === undefined || name === undefined ? undefined : { values: { [name]: id }, where };
  }
  const values: Record<string, unknown> = {};
  for (const attributeName of unique.attributes) {
    const name = buildOf(built).inflection.attribute({ attributeName, codec: table.resource.codec as never });
    const field = input.getFields()[name];
    const value = field && asInput(field.type, stored.get(attributeName)?.value);
    if (value === undefined || value === null) return undefined;
    values[name] = value;
  }
  return { values, where };
}

/** Values of columns as an input type takes them; undefined where it lacks one of the columns. */
async function inputsOf(
  { client, built, record: { table } }: MutationOf,
  values: Values,
  input: GraphQLInputObjectType,
): Promise<Record<string, unknown> | undefined> {
  const build = buildOf(built);
  const inputs: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(values)) {
    const definition = table.resource.codec.attributes?.[column];
    const type = table.relation.columns.find(({ name }) => name === column)?.type;
    const field = Object.values(input.getFields()).find(
      ({ name }) => definition && built.seen.inputs.get(`${input.name}.${name}`)?.pgAttribute === definition,
    );
    if (!definition || !type || !field) return undefined;
    const text = `${literal(value, type)}::${type}`;
    const written = await inputOf(client, build, definition.codec, text, field.type);
    if (written === undefined) return undefined;
    inputs[field.name] = written;
  }
  return inputs;
}

function mutation(
  { built, field, record: { table, row } }: MutationOf,
  input: Record<string, unknown>,
  statement: string,
): MutationQuestion {
  const columns = payloadField(built, field, table) ? table.columns : [];
  const name = payloadField(built, field, table);
  const returning = table.columns.map(({ attribute }) => quoteIdentifier(attribute)).join(', ');
  return {
    of: `Mutation.${field.name} (${row})`,
    object: table.relation.id,
    text: document(field, name ? `${name} { ${fieldsOf(columns)} }` : 'clientMutationId'),
    values: { input },
    sql: `with w as (${statement} returning ${columns.length > 0 ? returning : '1'}) select array(select ${columns.length > 0 ? rowText(columns, 'w') : "'[]'"} from w)`,
    columns,
    rowsOf: (payload) =>
      name ? oneRow(columns)((payload as Record<string, unknown> | null)?.[name]) : { rows: payload ? ['[]'] : [] },
  };
}

/** The field of a payload that gives the row. */
function payloadField({ schema }: BuiltSchema, { type }: TypeField, table: AnswerTable): string | undefined {
  const payload = schema.getType(getNamedType(type).name);
  if (!isObjectType(payload)) return undefined;
  return Object.values(payload.getFields()).find((field) => String(field.type) === table.type)?.name;
}

const document = (field: TypeField, selection: string): string => {
  const type = field.args.find(({ name }) => name === 'input')?.type;
  return `mutation ($input: ${type}) {\n  done: ${field.name}(input: $input) { ${selection} }\n}`;
};

/** Calls every function that is a mutation. */
export function functionMutations(built: BuiltSchema, fields: readonly CalledField[]): MutationQuestion[] {
  const { inflection } = buildOf(built);
  return fields
    .filter(({ of }) => of === 'Mutation')
    .flatMap((called) => {
      const { field, resource } = called;
      const payload = built.schema.getType(getNamedType(field.type).name);
      const name = inflection.functionMutationResultFieldName({ resource } as never);
      const result = isObjectType(payload) ? payload.getFields()[name] : undefined;
      const rows = result && givenBy(built, called, result.type);
      const selected = rows && selectRows(result.type, rows.columns, rows);
      return called.calls.map(({ sql, inputs }): MutationQuestion => {
        const call = `${called.called.sql}(${sql.join(', ')})`;
        return {
          of: `Mutation.${field.name}(${inputs.map((one) => `${one.name}: ${JSON.stringify(one.value)}`).join(', ')})`,
          object: objectOf(resource) ?? field.name,
          text: document(field, selected ? `${name}${selected.selection}` : 'clientMutationId'),
          values: { input: Object.fromEntries(inputs.map((one) => [one.name, one.value])) },
          sql: rows
            ? `select array(select ${rowText(rows.columns, 't')} from ${call} as t${rows.scalar ? '(v)' : ''})`
            : `select array(select '[]' from ${call})`,
          columns: rows?.columns ?? [],
          rowsOf: (given) =>
            selected
              ? selected.rowsOf((given as Record<string, unknown> | null)?.[name])
              : { rows: given ? ['[]'] : [] },
        };
      });
    });
}
