import { type GraphQLOutputType, getNamedType, getNullableType, isListType, isObjectType } from 'graphql';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { BuiltSchema } from '../schema.ts';
import type { CalledField, FieldCall } from './calls.ts';
import { answerColumn, isPlain, rowText } from './columns.ts';
import {
  type AnswerColumn,
  type AnswerTable,
  FIRST,
  type FieldQuestion,
  type VisibleRows,
  type WorldRecord,
} from './model.ts';
import type { RecordField } from './records.ts';
import { selectRows, selectSql } from './select.ts';
import { buildOf, columnsOf, objectOf, tableGiven } from './tables.ts';
import type { Variables } from './variables.ts';

/** How the rows that a function gives are written. */
interface FunctionRows {
  readonly columns: readonly AnswerColumn[];
  readonly scalar: boolean;
}

/** The columns of what a function gives; undefined where its values have fields that are no columns. */
export function givenBy(
  built: BuiltSchema,
  { resource }: CalledField,
  type: GraphQLOutputType,
): FunctionRows | undefined {
  const { codec } = resource;
  const named = getNamedType(type);
  if (codec.attributes) {
    const node = isObjectType(named) ? nodeOf(named.name, built) : undefined;
    const object = built.schema.getType(node ?? named.name);
    if (!isObjectType(object)) return undefined;
    const columns = columnsOf(built, resource, object);
    return columns.length > 0 ? { columns, scalar: false } : undefined;
  }
  const item = valueType(built, type, resource.isUnique);
  if (!item || !isPlain(item)) return undefined;
  return { columns: [answerColumn(buildOf(built), 'v', { codec, field: '', type: item })], scalar: true };
}

/** The type of a connection's nodes. */
function nodeOf(name: string, { schema }: BuiltSchema): string | undefined {
  const type = schema.getType(name);
  const nodes = isObjectType(type) ? type.getFields().nodes : undefined;
  return nodes ? getNamedType(nodes.type).name : undefined;
}

/** The type of one value of a function that gives no rows. */
function valueType({ schema }: BuiltSchema, type: GraphQLOutputType, isUnique: boolean): GraphQLOutputType | undefined {
  if (isUnique) return type;
  const nullable = getNullableType(type);
  if (isListType(nullable)) return nullable.ofType as GraphQLOutputType;
  const connection = schema.getType(getNamedType(type).name);
  const nodes = isObjectType(connection) ? connection.getFields().nodes : undefined;
  const list = nodes && getNullableType(nodes.type);
  return isListType(list) ? (list.ofType as GraphQLOutputType) : undefined;
}

/** The arguments of a call as a document writes them, `first` among them where there can be many rows. */
function written(call: FieldCall, first: boolean, given: Variables, variables: string[]): string {
  const args = call.inputs.map(({ name, type, value }) => `${name}: ${given.name(type, value, variables)}`);
  const all = first ? [...args, `first: ${FIRST}`] : args;
  return all.length > 0 ? `(${all.join(', ')})` : '';
}

const shown = ({ inputs }: FieldCall): string =>
  inputs.length === 0 ? '' : `(${inputs.map(({ name, value }) => `${name}: ${JSON.stringify(value)}`).join(', ')})`;

/** Calls every function that is a root field of queries. */
export function functionQuestions(
  built: BuiltSchema,
  tables: readonly AnswerTable[],
  fields: readonly CalledField[],
  given: Variables,
): FieldQuestion[] {
  return fields
    .filter(({ of }) => of === 'Query')
    .flatMap((called) =>
      called.calls.flatMap((call) => callQuestion(built, tables, called, call, given, { from: '', args: call.sql })),
    );
}

/** Asks for every field of a record that a function computes. */
export function computedQuestions(
  built: BuiltSchema,
  tables: readonly AnswerTable[],
  fields: readonly CalledField[],
  parent: RecordField,
  { table, where }: WorldRecord,
  given: Variables,
): FieldQuestion[] {
  return fields
    .filter(({ of, offset }) => of === table.type && offset === 1)
    .flatMap((called) =>
      called.calls.flatMap((call) =>
        callQuestion(built, tables, called, call, given, {
          from: `${table.relation.sql} l cross join lateral `,
          args: ['l', ...call.sql],
          where: ` where ${where('l')}`,
          parent,
        }),
      ),
    );
}

interface SqlCall {
  /** SQL before the call, after FROM. */
  readonly from: string;
  readonly args: readonly string[];
  readonly where?: string;
  readonly parent?: RecordField;
}

function callQuestion(
  built: BuiltSchema,
  tables: readonly AnswerTable[],
  called: CalledField,
  call: FieldCall,
  given: Variables,
  { from, args, where = '', parent }: SqlCall,
): FieldQuestion[] {
  const { of, field, resource } = called;
  const rows = givenBy(built, called, field.type);
  if (!rows) return [];
  const { selection, hasTotal, isMany, rowsOf } = selectRows(field.type, rows.columns, rows);
  const variables = [...(parent?.variables ?? [])];
  const first = isMany && field.args.some(({ name }) => name === 'first');
  const source = `${from}${called.called.sql}(${args.join(', ')}) as t${rows.scalar ? '(v)' : ''}${where}`;
  const table = tableGiven(tables, resource);
  return [
    {
      of: `${of}.${field.name}${shown(call)}${parent ? ` of ${parent.shown}` : ''}`,
      object: objectOf(resource) ?? field.name,
      ...(parent ? { parent: parent.text } : {}),
      field: `${field.name}${written(call, first, given, variables)}`,
      selection,
      variables,
      sql: selectSql(rows.columns, 't', source, { hasTotal }),
      columns: rows.columns,
      hasTotal,
      isCall: true,
      ordered: false,
      ...(table ? { visible: visibleOf(table, rows.columns, source) } : {}),
      rowsOf,
    },
  ];
}

/** The rows of a table, among those that a function gives, that a plain select gives too. */
function visibleOf({ relation, key }: AnswerTable, columns: readonly AnswerColumn[], source: string): VisibleRows {
  const same = key.map(({ attribute }) => {
    const column = quoteIdentifier(attribute);
    return `s.${column} is not distinct from t.${column}`;
  });
  return {
    relation: relation.id,
    sql: `select array(select ${rowText(key, 's')} from ${relation.sql} s where exists (select from (select t.* from ${source}) t where ${same.join(' and ')}))`,
    columns: key,
    places: key.map((column) => columns.findIndex(({ attribute }) => attribute === column.attribute)),
  };
}
