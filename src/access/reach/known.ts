import type { Reached } from './reached.ts';

/**
 * The lines of `known`. Names are written as in the access spec: without quotes.
 *
 * | line | it names |
 * | --- | --- |
 * | `schema s` | everything in the schema, and CREATE on it |
 * | `table s.t`, `view s.v`, `materialized view s.v`, `foreign table s.t`, `sequence s.q`, `type s.t` | one object; partitions are tables |
 * | `function s.f(type, type)` | a function, procedure or aggregate, by the types of its input |
 * | `function s.f(type, type) setting s` | a setting within it by which callers are others |
 * | `extension e` | what is granted on its objects besides what it grants by itself |
 * | `language l`, `foreign server s`, `foreign-data wrapper w`, `tablespace t`, `parameter p` | one object that is in no schema |
 * | `database` | privileges on the database that PostgreSQL does not give to everybody |
 * | `large objects` | all of them |
 * | `role r superuser`, `createrole`, `createdb`, `replication`, `bypassrls` | an attribute |
 * | `role r member of g`, `role r admin of g` | a membership, and its ADMIN option |
 * | `role r setting s`, `database setting s` | what sessions begin with |
 * | `role r owner in s` | that it owns something in a schema that is proven |
 * | `role r without a persona` | that it has privileges in the proven schemas, and no persona to prove them with |
 * | `default privileges of r`, `default privileges of r in s` | what objects get that the role makes |
 *
 * With `host ` before it, a line is for what a hosting service puts there and a plain server lacks: it may be needed by
 * nothing. `host schema s` does not name what the role that ran the migrations owns or granted in it.
 */
const FORMS: readonly RegExp[] = [
  /^(schema|extension|language|foreign server|foreign-data wrapper|tablespace|parameter) .+$/,
  /^(table|view|materialized view|foreign table|sequence|type) [^.]+\..+$/,
  /^function [^.]+\..+\(.*\)( setting .+)?$/,
  /^(database|large objects)$/,
  /^role .+ (superuser|createrole|createdb|replication|bypassrls|without a persona)$/,
  /^role .+ (member of|admin of|setting|owner in) .+$/,
  /^database setting .+$/,
  /^default privileges of .+$/,
];

/** The objects that are known to be reached: object → reason. */
export type Known = Readonly<Record<string, string>>;

const HOST = 'host ';

/** A line without the word that says that a plain server lacks it. */
const withoutHost = (line: string): string => (line.startsWith(HOST) ? line.slice(HOST.length) : line);

/**
 * Gives what is known without the lines for whole schemas of the host's: for a server where the role that runs the
 * migrations can give its objects to any owner.
 */
export function withoutHostSchemas(known: Known): Known {
  return Object.fromEntries(Object.entries(known).filter(([line]) => !line.startsWith(`${HOST}schema `)));
}

/** The lines that nothing needs; those of a hosting service are let be. */
export function unneeded(known: Known, reached: readonly Reached[]): string[] {
  const needed = new Set(reached.flatMap(({ line, wider }) => [line, ...wider]));
  return Object.keys(known).filter((line) => !line.startsWith(HOST) && !needed.has(line));
}

/** The lines of `known` that are not written as any kind of object is. */
export function* knownMistakes(known: Known): Iterable<string> {
  for (const line of Object.keys(known)) {
    if (!FORMS.some((form) => form.test(withoutHost(line))))
      yield `known.${line}: is not written as an object is, such as "table schema.name", "function schema.name(type)", "schema name" or "role name bypassrls" (docs/known.md)`;
  }
}

/**
 * Whether a line names it, or something that it is part of. A schema of the host's is known for what the host has in it:
 * what our own migrations made or granted there needs a line that names it.
 */
export function isKnown({ line, wider, ours }: Pick<Reached, 'line' | 'wider' | 'ours'>, known: Known): boolean {
  const isHosts = (each: string): boolean => `${HOST}${each}` in known && !(ours && each.startsWith('schema '));
  return [line, ...wider].some((each) => each in known || isHosts(each));
}
