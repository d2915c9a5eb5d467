import type { Candidate } from './candidates.ts';
import type { Ownership } from './owners.ts';
import type { StoredRow } from './world.ts';

/** The values that may be passed as one argument. */
export interface Choice {
  readonly candidates: readonly Candidate[];
  /** Whether its type has few values, each of which may lead elsewhere: an enum, or a boolean. */
  readonly few: boolean;
  /** A text with quotes in it, of a persona's own value; undefined where it is not tried. */
  readonly withQuotes?: (own: string | null) => string | undefined;
}

/** The values of one call, one a parameter; shorter where the last ones are left to their defaults. */
export type Tuple = readonly (string | null)[];

/** Knows whose the world's rows are. */
export interface Belongings {
  readonly personas: readonly string[];
  /** The personas to whom the row belongs. */
  readonly owners: (row: StoredRow) => ReadonlySet<string>;
  /** Those who have a row that refers to it. */
  readonly users: (row: StoredRow) => ReadonlySet<string>;
  readonly isRelated: Ownership['isRelated'];
  /** The persona that is known by this text. */
  readonly holder: (text: string) => string | undefined;
}

/**
 * The argument lists of a function for one caller, at most `most`: one whose every value is the caller's, as far as the
 * world has such, and one for each other persona, each with and without what has a default; and then lists that differ
 * from the caller's in one value, in turn: of each other persona, of nobody, of the type alone, and NULL. They go without
 * what has a default unless it is that which differs. Those with quotes come before. In between, each value of a type that has few goes with each
 * persona's others. A value is taken from the row of one before it, or from one that a
 * foreign key joins with it, where there is one.
 * @param choices of each parameter
 * @param bases of each persona (basesOf)
 * @param defaults how many of the last parameters have one
 */
export function tuplesOf(
  choices: readonly Choice[],
  bases: ReadonlyMap<string, Tuple>,
  defaults: number,
  caller: string,
  belongings: Belongings,
  most: number,
): Tuple[] {
  const found = new Map<string, Tuple>();
  for (const tuple of inTurn(choices, bases, choices.length - defaults, caller, belongings)) {
    if (found.size === most) break;
    const key = JSON.stringify(tuple);
    if (!found.has(key)) found.set(key, tuple);
  }
  return [...found.values()];
}

/** All of them, made one after the other: most functions have far more than are tried. */
function* inTurn(
  choices: readonly Choice[],
  bases: ReadonlyMap<string, Tuple>,
  required: number,
  caller: string,
  belongings: Belongings,
): Iterable<Tuple> {
  const others = belongings.personas.filter((name) => name !== caller);
  const own = bases.get(caller) ?? [];
  const ofOthers = others.flatMap((name) => [bases.get(name) ?? []]);
  for (const base of [own, ...ofOthers]) yield* [base, base.slice(0, required)];
  for (const [place, { withQuotes }] of choices.entries()) {
    const text = withQuotes?.(own[place] ?? null);
    if (text !== undefined) yield (place < required ? own.slice(0, required) : own).with(place, text);
  }
  const pairs = pairsOf(choices, ofOthers, required);
  const varied = choices.map(({ candidates }) => variationsOf(candidates, caller, others, belongings));
  for (let round = 0; varied.some((list) => round < list.length); round++)
    for (const [place, list] of varied.entries()) {
      const text = list[round];
      if (text === undefined) continue;
      yield (place < required ? own.slice(0, required) : own).with(place, text);
      const pair = pairs.next();
      if (!pair.done) yield pair.value;
    }
  yield* pairs;
}

/** For each persona, the argument list whose every value is the persona's, as far as there are such. */
export function basesOf(choices: readonly Choice[], belongings: Belongings): ReadonlyMap<string, Tuple> {
  const candidates = choices.map((choice) => choice.candidates);
  return new Map(
    belongings.personas.map((name) => [
      name,
      baseOf(candidates, name, belongings).map((candidate) => candidate?.text ?? null),
    ]),
  );
}

/** Each value of a type that has few, with the other values of each base. */
function* pairsOf(choices: readonly Choice[], bases: readonly Tuple[], required: number): Generator<Tuple, undefined> {
  for (const [place, { few, candidates }] of choices.entries())
    if (few)
      for (const text of new Set(candidates.map((candidate) => candidate.text)))
        for (const base of bases) yield (place < required ? base.slice(0, required) : base).with(place, text);
}

/** For each parameter, the candidate that is the persona's and fits those chosen before it. */
function baseOf(
  candidates: readonly (readonly Candidate[])[],
  persona: string,
  belongings: Belongings,
): (Candidate | undefined)[] {
  const chosen: (Candidate | undefined)[] = [];
  for (const list of candidates) {
    let best: { candidate: Candidate; score: number } | undefined;
    for (const candidate of list) {
      const score = scoreOf(candidate, persona, chosen, belongings);
      if (!best || score > best.score) best = { candidate, score };
    }
    chosen.push(best?.candidate);
  }
  return chosen;
}

function scoreOf(
  { text, row }: Candidate,
  persona: string,
  chosen: readonly (Candidate | undefined)[],
  { holder, owners, users, isRelated }: Belongings,
): number {
  const holds = text === null ? undefined : holder(text);
  if (!row) return holds === undefined ? 0 : holds === persona ? OWN : -OWN;
  const own = holds === undefined ? owners(row) : new Set([holds]);
  const belongs = own.has(persona) ? OWN : own.size > 0 ? -OWN : 0;
  const used = own.size === 0 && users(row).has(persona) ? USED : 0;
  const same = chosen.some((other) => other?.row === row) ? SAME : 0;
  const related = chosen.some((other) => other?.row && isRelated(other.row, row)) ? RELATED : 0;
  return 1 + belongs + used + same + related;
}

// Whose a value is comes first; that it fits the others decides among those.
const OWN = 16;
const USED = 8;
const SAME = 4;
const RELATED = 2;

/** One value of each kind. */
function variationsOf(
  list: readonly Candidate[],
  caller: string,
  others: readonly string[],
  { holder, owners, users }: Belongings,
): (string | null)[] {
  const isOf = ({ text, row }: Candidate, name: string): boolean =>
    (text !== null && holder(text) === name) || (row !== undefined && (owners(row).has(name) || users(row).has(name)));
  const isNobodys = ({ text, row }: Candidate): boolean =>
    row !== undefined && owners(row).size === 0 && holder(text ?? '') === undefined;
  const picked = [
    ...others.map((name) => list.find((candidate) => isOf(candidate, name))),
    ...list.filter(isNobodys).slice(0, 3),
    ...list.filter((candidate) => isOf(candidate, caller)).slice(0, 3),
    ...list.filter(({ row, last }) => row === undefined && !last),
  ];
  return [
    ...new Set([
      ...picked.flatMap((candidate) => (candidate ? [candidate.text] : [])),
      null,
      ...list.filter(({ last }) => last).map(({ text }) => text),
    ]),
  ];
}
