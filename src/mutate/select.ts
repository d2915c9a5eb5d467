import { digestOf } from './cache.ts';
import type { Mutant } from './mutant.ts';

/** Which mutants are asked for. */
export interface Selection {
  /** Patterns with `*` for any text: those of the operators, and those of objects. */
  readonly operator?: string | undefined;
  readonly object?: string | undefined;
  /** Whether a mutant is of something that changed since the last commit; undefined when all are asked for. */
  readonly changed?: ((mutant: Mutant) => boolean) | undefined;
  /** How many, of the rest where changed ones are asked for. */
  readonly sample?: number | undefined;
  readonly seed: number;
}

/** The mutants that are asked for, in their order: the same for the same population and selection. */
export function select(population: readonly Mutant[], selection: Selection): readonly Mutant[] {
  const { operator = '*', object = '*', changed, sample, seed } = selection;
  const named = population.filter(
    (mutant) => matches(operator, mutant.operator) && (matches(object, mutant.object) || namesObject(object, mutant)),
  );
  const always = changed ? named.filter(changed) : [];
  const rest = changed ? named.filter((mutant) => !changed(mutant)) : named;
  const wanted = new Set([...always, ...drawn(rest, sample ?? (changed ? 0 : rest.length), seed)]);
  return named.filter((mutant) => wanted.has(mutant));
}

/** Draws without replacement: the order is that of a digest of seed and id, so that it depends on nothing else. */
function drawn(mutants: readonly Mutant[], count: number, seed: number): readonly Mutant[] {
  if (count >= mutants.length) return mutants;
  return mutants
    .map((mutant) => ({ mutant, order: digestOf(`${seed} ${mutant.id}`) }))
    .toSorted((one, other) => (one.order < other.order ? -1 : 1))
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

const namesObject = (pattern: string, { concerns }: Mutant): boolean =>
  concerns.some((concern) => matches(pattern, concern));

/** Whether a text is as a pattern says, in which `*` stands for any text. */
export function matches(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}
