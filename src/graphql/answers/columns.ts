import { type GraphQLLeafType, type GraphQLType, getNullableType, isLeafType, isListType } from 'graphql';
import type pg from 'pg';
import type { PgCodec } from 'postgraphile/@dataplan/pg';
import type { AnswerColumn } from './model.ts';

/** Whether GraphQL writes the values of a type without selecting any fields of them. */
export function isPlain(type: GraphQLType): boolean {
  const nullable = getNullableType(type);
  return isListType(nullable) ? isPlain(nullable.ofType) : isLeafType(nullable);
}

/** A column whose values both sides write alike: SQL by the cast of PostGraphile's codec, GraphQL by the type. */
export function answerColumn(
  build: GraphileBuild.Build,
  attribute: string,
  { codec, field, type }: { codec: PgCodec; field: string; type: GraphQLType },
): AnswerColumn {
  return {
    field,
    attribute,
    sql: (alias) => castOf(build, codec, alias, attribute),
    read: (text) => written(type, text === null ? null : codec.fromPg(text)),
  };
}

/** SQL of a column of `alias` as the text that PostGraphile's codec reads. */
export function castOf({ sql }: GraphileBuild.Build, codec: PgCodec, alias: string, column: string): string {
  const value = sql.identifier(alias, column);
  return sql.compile(codec.castFromPg ? codec.castFromPg(value) : sql`${value}::text`).text;
}

/** A value in SQL, as a variable of an input type takes it: null, or undefined where the type has fields of its own. */
export async function inputOf(
  client: pg.Client,
  build: GraphileBuild.Build,
  codec: PgCodec,
  expression: string,
  type: GraphQLType,
): Promise<unknown> {
  const { rows } = await client.query<{ value: string | null }>(
    `select ${castOf(build, codec, 'given', 'value')} as value from (select ${expression} as value) given`,
  );
  const value = rows[0]?.value ?? null;
  return value === null ? null : asInput(type, codec.fromPg(value));
}

/** A value that a codec has read, as an output type writes it. */
function written(type: GraphQLType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  const nullable = getNullableType(type);
  if (isListType(nullable)) return (value as unknown[]).map((item) => written(nullable.ofType, item));
  return (nullable as GraphQLLeafType).serialize(value);
}

/**
 * A value that a codec has read, as a variable of an input type takes it.
 * @returns undefined where the type has fields of its own: such values are not given
 */
export function asInput(type: GraphQLType, value: unknown): unknown {
  if (!isPlain(type)) return undefined;
  return written(type, value);
}

/** SQL of the text of a row, from which `read` makes a row of an answer. */
export const rowText = (columns: readonly AnswerColumn[], alias: string): string =>
  `json_build_array(${columns.map((column) => column.sql(alias)).join(', ')})::text`;

/** A row that SQL gave, as it would stand in an answer of GraphQL. */
export function readRow(columns: readonly AnswerColumn[], text: string): string {
  const values: (string | null)[] = JSON.parse(text);
  return JSON.stringify(columns.map((column, index) => column.read(values[index] ?? null)));
}

/** A row that GraphQL gave, in the same form. */
export function graphqlRow(columns: readonly AnswerColumn[], node: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(columns.map(({ field }) => node[field] ?? null));
}
