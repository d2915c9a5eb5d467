import type { Caller } from '../access/sets/callers.ts';
import { parseNames } from '../access/spec.ts';
import type { Dependencies, Dependency } from './settings.ts';

/** The declared dependencies, and which of them were seen. */
export interface Meant {
  /** The tables on which an answer to the caller may depend, in their order. */
  tablesFor(of: string, caller: Caller): readonly string[];
  /** Notes that an answer depends on a declared table. */
  use(of: string, caller: Caller, table: string): void;
  isUsed(of: string, caller: Caller, table: string): boolean;
  /** The declarations of which something was never seen, with what that is. */
  unused(): readonly { readonly line: Dependency; readonly needless: readonly string[] }[];
  /** Function or relation → the tables on which its answers were seen to depend. */
  seen(): ReadonlyMap<string, ReadonlySet<string>>;
}

/** @param namesOf the names by which a function or relation may be declared: with its types, and without where that is clear */
export function meantBy(dependencies: Dependencies, namesOf: (of: string) => readonly string[]): Meant {
  const used = new Map<Dependency, Set<string>>();
  const seen = new Map<string, Set<string>>();
  const applies = (line: Dependency, of: string, caller: Caller): boolean => {
    const people = line.for === undefined ? undefined : parseNames(line.for);
    return (
      (line.of === undefined || namesOf(of).some((name) => line.of?.includes(name))) &&
      (people === undefined || people.includes(caller.name))
    );
  };
  const linesFor = (of: string, caller: Caller, table: string): Dependency[] =>
    dependencies.filter((line) => line.on.includes(table) && applies(line, of, caller));
  /** What a use of a line says that it is needed for. */
  const needs = (line: Dependency, of: string, caller: Caller, table: string): string[] => [
    `on ${table}`,
    ...(line.of === undefined ? [] : namesOf(of).map((name) => `of ${name}`)),
    ...(line.for === undefined ? [] : [`for ${caller.name}`]),
  ];
  return {
    tablesFor: (of, caller) => [
      ...new Set(dependencies.filter((line) => applies(line, of, caller)).flatMap(({ on }) => on)),
    ],
    use(of, caller, table) {
      seen.set(of, (seen.get(of) ?? new Set()).add(table));
      for (const line of linesFor(of, caller, table)) {
        const own = used.get(line) ?? new Set();
        for (const need of needs(line, of, caller, table)) own.add(need);
        used.set(line, own);
      }
    },
    isUsed: (of, caller, table) =>
      seen.get(of)?.has(table) === true &&
      linesFor(of, caller, table).every((line) => line.for === undefined || used.get(line)?.has(`for ${caller.name}`)),
    unused: () =>
      dependencies.flatMap((line) => {
        const own = used.get(line) ?? new Set();
        const needless = [
          ...line.on.filter((table) => !own.has(`on ${table}`)).map((table) => `on ${table}`),
          ...(line.of ?? []).filter((name) => !own.has(`of ${name}`)).map((name) => `of ${name}`),
          ...(line.for === undefined ? [] : (parseNames(line.for) ?? []))
            .filter((name) => !own.has(`for ${name}`))
            .map((name) => `for ${name}`),
        ];
        return needless.length > 0 ? [{ line, needless }] : [];
      }),
    seen: () => seen,
  };
}
