import type { Deviation, Findings } from '../report/deviation.ts';
import { wordsIn } from '../sql/names.ts';
import { unquoteIdentifier } from '../sql/quote.ts';
import type { StructureDifference } from '../structure/compare.ts';
import { undoOf } from '../structure/undo.ts';
import { inWords } from '../structure/words.ts';

/** A change that the text of current.sql does not make: an earlier save did, or somebody by hand. */
export interface Leftover {
  /** The table, function or other object, with its schema and without quotes. */
  readonly object: string;
  /** The difference, as a sentence. */
  readonly is: string;
  /** The statement that takes it back; none where a definition would have to be written again. */
  readonly undo: string | undefined;
}

/** Kinds that no statement of a migration names as it changes them. */
const UNNAMED = new Set([
  'database',
  'default privileges for',
  'language',
  'parameter',
  'host schema',
  'host relation',
  'host function',
  'other',
]);

/**
 * Of the differences from the structure that is checked in, those that the text can't have made, since it nowhere names
 * what differs, not even in a string. When in doubt, it is no leftover.
 * @param text current.sql as it ran, with its includes
 * @param committed the committed migrations: what they name may be there because of them
 */
export function leftoversIn(differences: readonly StructureDifference[], text: string, committed: string): Leftover[] {
  const [now, before] = [wordsIn(text), wordsIn(committed)];
  const names = (where: ReadonlySet<string>, name: string): boolean =>
    where.has(name) || (!/^\w+$/.test(name) && (where === now ? text : committed).includes(name));
  return differences.flatMap((difference) => {
    const { object, part, change } = difference;
    if (UNNAMED.has(object.kind)) return [];
    const table = plain(lastPart(object.name));
    const isOfTable = part === undefined || part.kind === 'grant to' || part.kind === 'member of';
    const name = isOfTable ? table : plain(part.name);
    if (names(now, name)) return [];
    // A migration that the structure does not show yet has added it.
    if (change === 'added' && names(before, name)) return [];
    if (names(now, table) && isImplied(difference, name, table)) return [];
    if (change === 'dropped' && now.has('cascade')) return [];
    if (part?.kind === 'grant to' && now.has('all')) return [];
    return [{ object: plainName(object.name), is: inWords(difference).is, undo: undoOf(difference) }];
  });
}

/** Whether a statement about the table may have this effect without naming the part: names by default, and what goes with a column. */
function isImplied({ object, part, change }: StructureDifference, name: string, table: string): boolean {
  if (!part) return false;
  if (!object.kind.endsWith('table')) return true;
  const isKey = part.kind === 'constraint' || part.kind === 'index';
  return isKey && (change !== 'added' || name.startsWith(`${table}_`));
}

/**
 * Findings without those about objects of which something is left over and that the text does not name: they are faults
 * of an earlier text.
 */
export function withoutLeftovers(findings: Findings, leftovers: readonly Leftover[], text: string): Findings {
  const words = wordsIn(text);
  const objects = new Set(
    leftovers.map(({ object }) => object).filter((object) => !words.has(plain(lastPart(object)))),
  );
  const isLeft = ({ where }: Pick<Deviation, 'where'>): boolean => namedIn(where).some((name) => objects.has(name));
  return {
    deviations: findings.deviations.filter((each) => !isLeft(each)),
    notEvaluated: findings.notEvaluated.filter((each) => !isLeft(each)),
  };
}

/** The objects that the place of a finding may name: `a · select · public.notes (any)`, `public.notes.body · …`, `public.f(uuid)`. */
function namedIn(where: string): string[] {
  return where
    .split(' · ')
    .flatMap((piece) => [piece, piece.split(' (')[0] ?? '', piece.split(' ').at(-1) ?? ''])
    .flatMap((name) => [name, name.split('.').slice(0, 2).join('.')]);
}

/** The last part of a name with its schema; of a function, without its types. */
function lastPart(name: string): string {
  const bare = name.includes('(') ? name.slice(0, name.indexOf('(')) : name;
  return bare.slice(bare.lastIndexOf('.') + 1);
}

const plain = (name: string): string => (name.startsWith('"') && name.endsWith('"') ? unquoteIdentifier(name) : name);

/** `schema.name` as findings write it. */
const plainName = (name: string): string => (name.includes('(') ? name : name.split('.').map(plain).join('.'));
