import { z } from 'zod';

/** A name that is not empty: of a role, a schema, a persona. */
export const name = z.string().min(1);

/** The two parts of `schema.name` as people write it: one with a dot or a quote in it stands in double quotes. */
export const RELATION_NAME = /^("(?:[^"]|"")+"|[^."]+)\.("(?:[^"]|"")+"|[^."]+)$/;

/** `schema.name` of a relation, as people write it. */
export const relationName = z.string().regex(RELATION_NAME, 'must be written schema.table');

/** `schema.name` of a function; with its argument types where the name is overloaded. */
export const functionName = z
  .string()
  .regex(/^[^.(]+\.[^(]+(\(.*\))?$/, 'must be written schema.function or schema.function(type, type)');

/** The path of a file or folder; relative paths start at the folder that each setting names. */
export const path = z.string().min(1);

/** A function of the project's own; zod can't check its parameters. */
export const functionOf = <F extends (...given: never[]) => unknown>() =>
  z.custom<F>((value) => typeof value === 'function', 'must be a function');

/** Settings as a room takes them: they are not changed after they were read. */
export type Settings<Schema extends z.ZodType> = ReadonlyDeep<z.output<Schema>>;

type ReadonlyDeep<T> = T extends (...given: never[]) => unknown
  ? T
  : T extends object
    ? { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> }
    : T;
