import type { Interference } from './observe.ts';

/**
 * Joins the observations of callers who were asked in several databases that are alike, as if in one: in the order of
 * the callers. The databases may number their questions otherwise.
 */
export function together(parts: readonly [Interference, ...Interference[]]): Interference {
  const [first] = parts;
  const offsets = parts.map((_, at) => parts.slice(0, at).reduce((sum, { questions }) => sum + questions.length, 0));
  const sum = (count: (part: Interference) => number): number => parts.reduce((total, part) => total + count(part), 0);
  const byCaller = <T extends { readonly caller: number }>(all: readonly T[]): T[] =>
    first.callers.flatMap((_, place) => all.filter(({ caller }) => caller === place));
  const touched = new Map<string, boolean>();
  for (const part of parts)
    for (const [table, any] of part.touched) touched.set(table, any || touched.get(table) === true);
  const refused = parts.find((part) => part.refused !== undefined)?.refused;
  return {
    callers: first.callers,
    meant: first.meant,
    questions: parts.flatMap(({ questions }) => questions),
    found: byCaller(
      parts.flatMap(({ found }, at) =>
        found.map((one) => ({ ...one, base: { ...one.base, question: one.base.question + (offsets[at] ?? 0) } })),
      ),
    ),
    unsteady: byCaller(
      parts.flatMap(({ unsteady }, at) =>
        unsteady.map((one) => ({ ...one, question: one.question + (offsets[at] ?? 0) })),
      ),
    ),
    unknown: first.callers.flatMap(({ name }) =>
      parts.flatMap(({ unknown }) => unknown.filter((one) => one.startsWith(`${name} · `))),
    ),
    touched,
    answers: sum(({ answers }) => answers),
    worlds: sum(({ worlds }) => worlds),
    compared: sum(({ compared }) => compared),
    missing: Math.max(...parts.map(({ missing }) => missing)),
    ...(refused === undefined ? {} : { refused }),
  };
}
