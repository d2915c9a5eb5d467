import type { GraphQLField } from 'graphql';
import type { PgResource } from 'postgraphile/@dataplan/pg';
import type { Relation } from '../../catalog/relations.ts';

/** The resource of a table, view or function, as PostGraphile has it. */
export type Resource = PgResource;

/** A field of an object type. */
export type TypeField = GraphQLField<unknown, unknown>;

/** One column of the rows of an answer: what GraphQL calls it, and how SQL gives the same. */
export interface AnswerColumn {
  readonly field: string;
  /** The column of the relation or function, where it has one. */
  readonly attribute: string;
  /** SQL of its value as text, of a row of `alias`. */
  sql(alias: string): string;
  /** That text as GraphQL would write the value. */
  read(text: string | null): unknown;
}

/** A table or view of which a GraphQL schema has a type. */
export interface AnswerTable {
  readonly resource: Resource;
  readonly relation: Relation;
  /** The name of its object type. */
  readonly type: string;
  /** The columns that are scalars, enums, or lists of those: what can be held against SQL by value. */
  readonly columns: readonly AnswerColumn[];
  /** The columns that tell its rows apart: of a key where its type has one, otherwise all. */
  readonly key: readonly AnswerColumn[];
}

/** A row of the world as it is stored. */
export interface WorldRecord {
  readonly table: AnswerTable;
  /** The class that the row is in. */
  readonly row: string;
  /** SQL that finds it, of a row of `alias`. */
  where(alias: string): string;
  /** Its columns: as text, and as PostGraphile's codec reads them. */
  readonly stored: ReadonlyMap<string, { readonly text: string | null; readonly value: unknown }>;
}

/** Rows of an answer, a JSON text each, and how many there are in all where that was asked. */
export interface AnswerRows {
  readonly rows: readonly string[];
  readonly total?: number;
}

/** A field that GraphQL is asked for, and the SQL that must give the same. */
export interface FieldQuestion {
  /** The field and its arguments, as messages name it. */
  readonly of: string;
  /** The table, view or function that it is about: `schema.name`. */
  readonly object: string;
  /** The record whose field it is: a root field with its arguments; without it, the field is a root field itself. */
  readonly parent?: string;
  /** The field with its arguments; undefined when columns of `parent` are asked for. */
  readonly field?: string;
  /** The selection in it: in braces, but for the columns of `parent`; empty for a scalar. */
  readonly selection: string;
  /** The names of the variables in it, without the dollar sign. */
  readonly variables: readonly string[];
  /** SQL that gives one row of one text[]: a JSON array of texts for each row, after the total where there is one. */
  readonly sql: string;
  readonly columns: readonly AnswerColumn[];
  readonly hasTotal: boolean;
  /** Whether it calls a function, which may well refuse. */
  readonly isCall?: true;
  /** For functions that give rows of a table: which of them a plain select gives. */
  readonly visible?: VisibleRows;
  /** Whether the rows come in the order of the primary key, so that the first of many are the same. */
  readonly ordered: boolean;
  /** Takes the rows out of what GraphQL answered for the field. */
  rowsOf(given: unknown): AnswerRows;
}

/** The keys of those rows of a function's that a plain select of their table gives. */
export interface VisibleRows {
  readonly relation: string;
  /** SQL that gives one row of one text[], as that of a question does. */
  readonly sql: string;
  readonly columns: readonly AnswerColumn[];
  /** Where the columns of the key are in the rows of the answer. */
  readonly places: readonly number[];
}

/** How one side answered a question. */
export type SideAnswer = AnswerRows | { readonly state: string; readonly message: string };

/** How many rows are asked for at once. */
export const FIRST = 100;
