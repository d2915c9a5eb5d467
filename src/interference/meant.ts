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
  /** Notes that an answer depends on what its caller may not see, as is declared. */
  note(of: string, caller: Caller): void;
  /** Function or relation → the names of the callers whose answers depend on what they may not see, as is declared. */
  readonly readers: ReadonlyMap<string, ReadonlySet<string>>;
}

/** @param namesOf the names by which a function or relation may be declared: with its types, and without where that is clear */
export function meantBy(dependencies: Dependencies, namesOf: (of: string) => readonly string[]): Meant {
  const used = new Map<Dependency, Set<string>>();
  const seen = new Set<string>();
  const readers = new Map<string, Set<string>>();
  const applies = (line: Dependency, of: string, caller: Caller): boolean => {
    const people = line.for === undefined ? undefined : parseNames(line.for);
    return (
      (line.of === undefined || namesOf(of).some((name) => line.of?.includes(name))) &&
      (people === undefined || people.includes(caller.name))
    );
  };
  const linesFor = (of: string, caller: Caller, table: string): Dependency[] =>
    dependencies.filter((line) => line.on.includes(table) && applies(line, of, caller));
  /** The entries of a line that a use of it shows to be needed. */
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
      seen.add([of, caller.name, table].join('\n'));
      for (const line of linesFor(of, caller, table)) {
        const own = used.get(line) ?? new Set();
        for (const need of needs(line, of, caller, table)) own.add(need);
        used.set(line, own);
      }
    },
    isUsed: (of, caller, table) => seen.has([of, caller.name, table].join('\n')),
    note: (of, caller) => readers.set(of, (readers.get(of) ?? new Set()).add(caller.name)),
    readers,
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
  };
}
