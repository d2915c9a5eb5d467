import { type GraphQLArgument, getNamedType, isEnumType, isInputObjectType } from 'graphql';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { BuiltSchema } from '../schema.ts';
import { asInput } from './columns.ts';
import { type AnswerTable, FIRST, type FieldQuestion, type TypeField, type WorldRecord } from './model.ts';
import { selectRows, selectSql } from './select.ts';
import type { Variables } from './variables.ts';
import { equal } from './world.ts';

/** A root field that lists the rows of a table, with what it takes. */
export interface List {
  readonly field: TypeField;
  readonly table: AnswerTable;
}

/** The root fields that list the rows of tables and views. */
export function listsOf({ schema, seen }: BuiltSchema, tables: readonly AnswerTable[]): List[] {
  return Object.values(schema.getQueryType()?.getFields() ?? {}).flatMap((field) => {
    const scope = seen.scopes.get(`Query.${field.name}`);
    const table = tables.find(({ resource }) => resource === scope?.pgFieldResource);
    const isList = scope?.isPgFieldConnection || scope?.isPgFieldSimpleCollection;
    return table && isList ? [{ field, table }] : [];
  });
}

/**
 * Asks each list of rows of tables: all of it, in every order, and by every condition with the values of the world's rows
 * and with null.
 */
export function listQuestions(
  built: BuiltSchema,
  tables: readonly AnswerTable[],
  records: readonly WorldRecord[],
  given: Variables,
): FieldQuestion[] {
  return listsOf(built, tables).flatMap((list) => {
    const own = records.filter(({ table }) => table === list.table);
    return [
      listQuestion(list, {}),
      ...orderQuestions(list),
      ...conditionsOf(list.field).flatMap((condition) => conditionQuestions(built, list, condition, own, given)),
    ];
  });
}

interface Narrowing {
  /** `condition: { … }` or `orderBy: …`. */
  readonly argument?: string;
  /** As messages show it. */
  readonly shown?: string;
  readonly variables?: readonly string[];
  /** SQL of the condition, of a row of `t`. */
  readonly where?: string;
  readonly reordered?: true;
}

function listQuestion(
  { field, table }: List,
  { argument, shown, variables = [], where, reordered }: Narrowing,
): FieldQuestion {
  const { relation, key } = table;
  // How many there are is asked of the list in one piece.
  const selected = selectRows(field.type, key, { total: !argument });
  const from = `${relation.sql} t${where ? ` where ${where}` : ''}`;
  const order = reordered ? [] : relation.primaryKey.map(quoteIdentifier);
  const first = field.args.some(({ name }) => name === 'first') ? [`first: ${FIRST}`] : [];
  const argumentsText = [...first, ...(argument ? [argument] : [])].join(', ');
  return {
    of: `Query.${field.name}${shown ? `(${shown})` : ''}`,
    object: relation.id,
    field: `${field.name}${argumentsText ? `(${argumentsText})` : ''}`,
    selection: selected.selection,
    variables,
    sql: selectSql(key, 't', from, { hasTotal: selected.hasTotal, order }),
    columns: key,
    hasTotal: selected.hasTotal,
    ordered: order.length > 0,
    rowsOf: selected.rowsOf,
  };
}

/** One question with every order at once: an order takes no rows away, whichever comes before it. */
function orderQuestions(list: List): FieldQuestion[] {
  const type = getNamedType(list.field.args.find(({ name }) => name === 'orderBy')?.type);
  if (!isEnumType(type)) return [];
  const orders = type
    .getValues()
    .map(({ name }) => name)
    .filter((name) => name !== 'NATURAL');
  if (orders.length === 0) return [];
  return [listQuestion(list, { argument: `orderBy: [${orders.join(', ')}]`, shown: 'orderBy: […]', reordered: true })];
}

/** The fields of a list's argument `condition`, each with the name of its input type. */
function conditionsOf({ args }: TypeField): { readonly input: string; readonly argument: GraphQLArgument }[] {
  const type = getNamedType(args.find(({ name }) => name === 'condition')?.type);
  if (!isInputObjectType(type)) return [];
  return Object.values(type.getFields()).map((field) => ({
    input: type.name,
    argument: field as unknown as GraphQLArgument,
  }));
}

function conditionQuestions(
  { seen }: BuiltSchema,
  list: List,
  { input, argument }: { readonly input: string; readonly argument: GraphQLArgument },
  records: readonly WorldRecord[],
  given: Variables,
): FieldQuestion[] {
  const { name, type } = argument;
  const attribute = seen.inputs.get(`${input}.${name}`)?.pgAttribute;
  const [column] =
    Object.entries(list.table.resource.codec.attributes ?? {}).find(([, one]) => one === attribute) ?? [];
  if (column === undefined) return [];
  const record = records.find(({ stored }) => (stored.get(column)?.value ?? null) !== null);
  const value = record && asInput(type, record.stored.get(column)?.value);
  const nothing = new Map([[column, { text: null, value: null }]]);
  const isNullable = !list.table.relation.columns.find((one) => one.name === column)?.notNull;
  return [
    ...(record && value !== undefined ? [{ value, stored: record.stored }] : []),
    ...(isNullable || !record ? [{ value: null, stored: nothing }] : []),
  ].map(({ value: asked, stored }) => {
    const variables: string[] = [];
    return listQuestion(list, {
      argument: `condition: { ${name}: ${given.name(type, asked, variables)} }`,
      shown: `condition: { ${name}: ${JSON.stringify(asked)} }`,
      variables,
      where: equal(list.table, [column], stored, 't'),
    });
  });
}
