import { type GraphQLObjectType, getNullableType, isObjectType } from 'graphql';
import type { BuiltSchema } from '../schema.ts';
import { asInput } from './columns.ts';
import { type AnswerTable, FIRST, type FieldQuestion, type TypeField, type WorldRecord } from './model.ts';
import { relationSql, type TableRelation } from './relations.ts';
import { fieldsOf, oneRow, selectRows, selectSql } from './select.ts';
import { buildOf } from './tables.ts';
import type { Variables } from './variables.ts';

/** A root field and its arguments, as a document writes them, that give one record. */
export interface RecordField {
  readonly text: string;
  /** As messages show it. */
  readonly shown: string;
  readonly variables: readonly string[];
  /** Whether it gives records of every type. */
  readonly isNode: boolean;
}

/** The root fields that find one row of a table by a key, asked for a record of it. */
export function recordFields(built: BuiltSchema, record: WorldRecord, given: Variables): RecordField[] {
  const { inflection } = buildOf(built);
  const { table, stored } = record;
  return Object.values(built.schema.getQueryType()?.getFields() ?? {}).flatMap((field) => {
    const scope = built.seen.scopes.get(`Query.${field.name}`);
    const unique = scope?.pgFieldResource === table.resource ? scope.pgFieldResourceUnique : undefined;
    if (!unique) return [];
    const variables: string[] = [];
    const args = unique.attributes.map((attributeName: string) => {
      const name = inflection.attribute({ attributeName, codec: table.resource.codec as never });
      const argument = field.args.find((one) => one.name === name);
      const value = argument && asInput(argument.type, stored.get(attributeName)?.value);
      return argument && value !== undefined && value !== null
        ? {
            text: `${name}: ${given.name(argument.type, value, variables)}`,
            shown: `${name}: ${JSON.stringify(value)}`,
          }
        : undefined;
    });
    return args.every((one) => one !== undefined) ? [recordField(field, args, variables)] : [];
  });
}

function recordField(
  { name, type }: TypeField,
  args: readonly { readonly text: string; readonly shown: string }[],
  variables: readonly string[],
): RecordField {
  return {
    text: `${name}(${args.map(({ text }) => text).join(', ')})`,
    shown: `Query.${name}(${args.map(({ shown }) => shown).join(', ')})`,
    variables,
    isNode: String(getNullableType(type)) === 'Node',
  };
}

/** The name of the field with the global id of an object type's rows, if it has one. */
export function nodeIdField({ schema }: BuiltSchema, { type }: AnswerTable): string | undefined {
  const object = schema.getType(type);
  if (!isObjectType(object) || !object.getInterfaces().some(({ name }) => name === 'Node')) return undefined;
  const node = schema.getType('Node');
  return Object.keys((node as GraphQLObjectType).getFields())[0];
}

/** The root fields that find a record by its global id; `node` among them. */
export function nodeFields(built: BuiltSchema, { table }: WorldRecord, id: string, given: Variables): RecordField[] {
  const idField = nodeIdField(built, table);
  return Object.values(built.schema.getQueryType()?.getFields() ?? {}).flatMap((field) => {
    const [argument, ...others] = field.args;
    const type = getNullableType(field.type);
    if (!argument || others.length > 0 || argument.name !== idField || String(argument.type) !== 'ID!') return [];
    if (String(type) !== table.type && String(type) !== 'Node') return [];
    const variables: string[] = [];
    const text = `${argument.name}: ${given.name(argument.type, id, variables)}`;
    return [recordField(field, [{ text, shown: `${argument.name}: ${JSON.stringify(id)}` }], variables)];
  });
}

/** Asks for the columns of a record, found by each key and by its global id. */
export function recordQuestions(fields: readonly RecordField[], { table, where }: WorldRecord): FieldQuestion[] {
  const { relation, columns, type } = table;
  const sql = selectSql(columns, 't', `${relation.sql} t where ${where('t')}`, { hasTotal: false });
  return fields.map(({ text, shown, variables, isNode }) => ({
    of: shown,
    object: relation.id,
    parent: text,
    selection: isNode ? `... on ${type} { ${fieldsOf(columns)} }` : fieldsOf(columns),
    variables,
    sql,
    columns,
    hasTotal: false,
    ordered: false,
    rowsOf: oneRow(columns),
  }));
}

/** Asks for what a record is related to, in both directions. */
export function relationQuestions(
  built: BuiltSchema,
  tables: readonly AnswerTable[],
  field: RecordField,
  { table, where }: WorldRecord,
): FieldQuestion[] {
  const object = built.schema.getType(table.type);
  if (!isObjectType(object)) return [];
  return Object.values(object.getFields()).flatMap(({ name, type, args }) => {
    const details = built.seen.scopes.get(`${table.type}.${name}`)?.pgRelationDetails;
    const relation: TableRelation | undefined =
      details?.registry.pgRelations[details.codec.name]?.[details.relationName];
    const remote = tables.find(({ resource }) => resource === relation?.remoteResource);
    if (!relation || !remote) return [];
    const { selection, hasTotal, isMany, rowsOf } = selectRows(type, remote.key);
    const first = isMany && args.some((one) => one.name === 'first') ? `(first: ${FIRST})` : '';
    return [
      {
        of: `${table.type}.${name} of ${field.shown}`,
        object: remote.relation.id,
        parent: field.text,
        field: `${name}${first}`,
        selection,
        variables: field.variables,
        sql: relationSql(table, remote, relation, where('l'), hasTotal),
        columns: remote.key,
        hasTotal,
        ordered: true,
        rowsOf,
      },
    ];
  });
}
