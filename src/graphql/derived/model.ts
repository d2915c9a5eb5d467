import type { GraphQLEnumType, GraphQLField, GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { Elements } from './elements.ts';

/** From what an element of a schema follows. */
export interface Origin {
  /**
   * `index`: that a column, or any where none is named, can be ordered and filtered by; `column`: the column; `key`: a key
   * of a table; `mutation`: a mutation; `type`: a type of rows; `schema`: that there is a schema.
   */
  readonly by: 'index' | 'column' | 'key' | 'mutation' | 'type' | 'schema';
  /** The object type of the rows; empty where none is. */
  readonly type: string;
  /** The field of that type which is the column. */
  readonly column?: string;
  /** The key, as it ends the names of fields: `ByIsbn`; empty for the primary one. */
  readonly key?: string;
  /** The field of the root type of mutations. */
  readonly mutation?: string;
}

/** An element that a schema has by rule. */
export interface Predicted {
  readonly path: string;
  /** Its text, as `elementsOf` writes it. */
  readonly text: string;
  readonly origin: Origin;
  /** Whether the rule is broken where it is missing from a type or field that exists. */
  readonly required: boolean;
  /** Elements that are there together or not at all: their rule is kept without all of them. */
  readonly together?: string;
}

/** A schema, prepared for the rules. */
export interface SchemaView {
  readonly schema: GraphQLSchema;
  readonly elements: Elements;
  readonly objects: readonly GraphQLObjectType[];
  object(name: string): GraphQLObjectType | undefined;
  input(name: string): GraphQLInputObjectType | undefined;
  enumOf(name: string): GraphQLEnumType | undefined;
  /** The fields of a type that are columns as far as a schema shows: plain values without arguments; by name. */
  columnsOf(type: GraphQLObjectType): readonly RowColumn[];
  /** The queries that give one row of a type, or none. */
  queriesOf(type: GraphQLObjectType): readonly RowColumn[];
}

/** A field of a type of rows that has the value of a column, or of a function that looks like one. */
export type RowColumn = GraphQLField<unknown, unknown>;

/** One rule by which PostGraphile derives elements. */
export type DerivingRule = (view: SchemaView) => Iterable<Predicted>;
