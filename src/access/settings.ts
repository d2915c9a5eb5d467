import { z } from 'zod';
import { functionName, name, relationName, type Settings } from '../settings.ts';

/** A value of a seeded row: anything that JSON can write; objects and arrays are sent as JSON text. */
export type Value = string | number | boolean | null | readonly unknown[] | { readonly [key: string]: unknown };
export type Values = Readonly<Record<string, Value>>;

const value = z.custom<Value>();
const values = z.record(z.string(), value);

/**
 * A seeded row. One with a `row` is probed: it stands for a class of rows ("public", "not public") of its table.
 * One without only has to exist (a parent, a user).
 */
const worldRow = z.strictObject({
  table: relationName,
  values,
  row: name.optional(),
  /**
   * The database creates the row itself, with its parent: it is found by its values instead of inserted. A `removed` one
   * is then deleted, so that an insert probe can insert it.
   */
  existing: z.union([z.literal(true), z.literal('removed')]).optional(),
  /** The row that the insert probe tries to add, as the application would send it. */
  insert: values.optional(),
  /** The columns that the update probe sets, with their new values. */
  update: values.optional(),
});

const lists = z.array(z.array(value)).min(1);

/** The argument lists of a function that is called in several ways. */
const callLists = z.strictObject({ everybody: lists.optional(), personas: z.record(name, lists).optional() });

/** Who uses the database, what they may do with it, and the rows and arguments with which that is proved. */
export const accessSettings = z.strictObject({
  /** The schemas whose every relation and function must have a line in the access spec. */
  proven: z.array(name).min(1),
  /** Who uses the database: a role, and the settings that a request of theirs carries. */
  personas: z.record(name, z.strictObject({ role: name, settings: z.record(name, z.string()).optional() })),
  /**
   * For each table and row class: what each persona may do, as letters ("S I U D"), "—" for nothing. A letter may name
   * the columns that it is for, "S U(title, note)"; without, it is for every column (that can be written, for I and U).
   */
  access: z.record(relationName, z.record(name, z.record(name, z.string()))),
  /**
   * For each function of the proven schemas: the personas that may execute it, "owner, admin", or "—" for none.
   * "!stranger(P0001)" is a persona that has EXECUTE, and that the function refuses with that SQLSTATE.
   */
  functions: z.record(functionName, z.string()),
  /**
   * For each table, "schema name" or "sequence schema.name": which roles have what row security does not govern
   * (TRUNCATE, TRIGGER, CREATE on a schema, …), as in `{ 'public.imports': { service_role: 'TRUNCATE' } }`. No role has a
   * privilege that is not listed here.
   */
  privileges: z.record(name, z.record(name, z.string())).optional(),
  /**
   * Whatever client roles reach outside of the proven schemas, and what their roles are allowed besides: object → the reason
   * why that is as it should be, as in `{ 'role service_role bypassrls': 'It acts for everybody.' }`. docs/known.md says
   * how each kind of object is written. What no client role reaches (any more) may not stand here.
   */
  known: z.record(name, name).optional(),
  /**
   * Unique keys that tell everybody who may insert which values rows have that they may not see, as
   * `schema.table (column, column)`, each with the reason why that may be known.
   */
  tells: z.record(name, name).optional(),
  /**
   * For a function: the arguments with which it is called, in their order. Several lists, and lists of single personas,
   * are written `{ everybody: [[…], […]], personas: { owner: [[…]] } }`; a persona's first list is the one that says
   * whether it may call. Without, each argument of that call is null.
   */
  calls: z.record(functionName, z.union([z.array(value), callLists])).optional(),
  world: z.array(worldRow),
});

export type AccessSettings = Settings<typeof accessSettings>;
/** Who may select, insert, update and delete, by table, row class and persona. */
export type AccessSpec = AccessSettings['access'];
/** Who may execute which function. */
export type FunctionSpec = AccessSettings['functions'];
/** Which roles have what row security does not govern. */
export type PrivilegeSpec = NonNullable<AccessSettings['privileges']>;
/** With which arguments functions are called. */
export type Calls = NonNullable<AccessSettings['calls']>;
export type WorldRow = Settings<typeof worldRow>;
