import { type GraphQLObjectType, isObjectType } from 'graphql';
import type { Relation } from '../../catalog/relations.ts';
import type { BuiltSchema } from '../schema.ts';
import { answerColumn, isPlain } from './columns.ts';
import type { AnswerColumn, AnswerTable, Resource } from './model.ts';

/** The build of a schema. @throws Error when PostGraphile did not end it */
export function buildOf({ seen }: Pick<BuiltSchema, 'seen'>): GraphileBuild.Build {
  if (!seen.build) throw new Error('PostGraphile ended a build without finalizing its schema.');
  return seen.build;
}

/** `schema.name` of what a resource is made of; undefined where it is of no object of the database. */
export function objectOf({ extensions }: Resource): string | undefined {
  const pg = extensions?.pg;
  return pg ? `${pg.schemaName}.${pg.name}` : undefined;
}

/** The tables and views of which a schema has object types. */
export function tablesOf(built: BuiltSchema, relations: readonly Relation[]): AnswerTable[] {
  const build = buildOf(built);
  const byId = new Map(relations.map((relation) => [relation.id, relation]));
  return Object.values(build.pgResources).flatMap((resource: Resource) => {
    if (resource.parameters || !resource.codec.attributes) return [];
    const relation = byId.get(objectOf(resource) ?? '');
    const type = built.schema.getType(build.inflection.tableType(resource.codec));
    if (!relation || !isObjectType(type)) return [];
    const columns = columnsOf(built, resource, type);
    return columns.length === 0
      ? []
      : [{ resource, relation, type: type.name, columns, key: keyOf(resource, columns) }];
  });
}

/** The columns of a type's rows that are plain values. */
export function columnsOf(built: BuiltSchema, { codec }: Resource, type: GraphQLObjectType): AnswerColumn[] {
  const build = buildOf(built);
  const fields = type.getFields();
  return Object.entries(codec.attributes ?? {}).flatMap(([attribute, definition]) => {
    const made = [...(built.seen.fieldsOf.get(definition) ?? [])].map((name) => name.split('.'));
    const name =
      made.find(([of]) => of === type.name)?.[1] ??
      build.inflection.attribute({ attributeName: attribute, codec: codec as never });
    const field = fields[name];
    if (!field || !isPlain(field.type)) return [];
    return [answerColumn(build, attribute, { codec: definition.codec, field: name, type: field.type })];
  });
}

/** The columns of the first key, the primary one before others, that can all be selected; otherwise every column. */
function keyOf({ uniques }: Resource, columns: readonly AnswerColumn[]): readonly AnswerColumn[] {
  const byName = new Map(columns.map((column) => [column.attribute, column]));
  const keys = [...uniques].sort((a, b) => Number(b.isPrimary ?? false) - Number(a.isPrimary ?? false));
  for (const { attributes } of keys) {
    const key = attributes.map((name: string) => byName.get(name));
    if (key.every((column) => column !== undefined)) return key;
  }
  return columns;
}

/** The table whose rows a resource gives, among those of a schema. */
export function tableGiven(tables: readonly AnswerTable[], { codec }: Resource): AnswerTable | undefined {
  return tables.find(({ resource }) => resource.codec === codec);
}
