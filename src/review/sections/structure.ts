import { counted } from '../../report/format.ts';
import { compare, type StructureDifference } from '../../structure/compare.ts';
import { evidenceOf } from '../../structure/evidence.ts';
import type { StructureObject, StructurePart } from '../../structure/model.ts';
import { inWords, labelOf } from '../../structure/words.ts';
import { type RenamedThing, type StateFacts, sqlKey } from '../facts.ts';
import type { ReviewItem, ReviewSection } from '../model.ts';
import { notEvaluatedSection } from './not-evaluated.ts';

const TITLE = 'Structure';

type ChangeKind = StructureDifference['change'] | 'renamed';
const ORDER: readonly ChangeKind[] = ['dropped', 'renamed', 'changed', 'added'];

/** All differences of one object, or of one part of it. */
interface ChangedObject {
  readonly object: StructureObject;
  readonly part: StructurePart | undefined;
  readonly change: ChangeKind;
  readonly differences: readonly StructureDifference[];
  readonly renamedFrom?: ChangedObject;
}

/** The objects that were dropped, renamed, changed and added, in this order, with their SQL before and after. */
export function structureSection(before: StateFacts | undefined, after: StateFacts): ReviewSection {
  if ('why' in after.structure) return notEvaluatedSection(TITLE, after.structure.why);
  if (!before) return notEvaluatedSection(TITLE, 'There is no base to compare with.');
  if ('why' in before.structure) return notEvaluatedSection(TITLE, `Of the base: ${before.structure.why}`);
  const [was, is] = [before.structure.value, after.structure.value];
  const renamings = after.added.flatMap((migration) => migration.renamings);
  const changed = withRenames(changedObjects(compare(was.objects, is.objects)), renamings);
  const items = ORDER.flatMap((change) => changed.filter((one) => one.change === change)).map((one) =>
    itemOf(one, was.sql, is.sql),
  );
  const counts = ORDER.flatMap((change) => {
    const number = changed.filter((one) => one.change === change).length;
    return number > 0 ? [`${number} ${change}`] : [];
  });
  return {
    title: TITLE,
    headline: items.length === 0 ? `no change in ${counted(is.objects.length, 'object')}` : counts.join(', '),
    items,
  };
}

function changedObjects(differences: readonly StructureDifference[]): ChangedObject[] {
  const groups = Map.groupBy(differences, ({ object, part }) => sqlKey(object, part));
  return [...groups.values()].flatMap((own): ChangedObject[] => {
    const [first] = own;
    if (!first) return [];
    const { object, part, change } = first;
    return [{ object, part, change, differences: own }];
  });
}

/** A thing that a migration renames was not dropped and added: what had the old name became what has the new one. */
function withRenames(changed: readonly ChangedObject[], renamings: readonly RenamedThing[]): ChangedObject[] {
  const taken = new Set<ChangedObject>();
  const renamed = renamings.flatMap(({ of, from, to }): ChangedObject[] => {
    const named = (change: ChangeKind, name: string): ChangedObject[] =>
      changed.filter((one) => one.change === change && !taken.has(one) && bare(nameOf(one)) === name && isOf(one, of));
    const olds = named('dropped', from);
    const fresh = named('added', to).find((one) => olds.some((old) => isAlike(old, one)));
    const old = olds.find((one) => fresh && isAlike(one, fresh));
    if (!old || !fresh) return [];
    taken.add(old).add(fresh);
    return [{ ...fresh, change: 'renamed', renamedFrom: old }];
  });
  return [...renamed, ...changed.filter((one) => !taken.has(one))];
}

const isOf = ({ object, part }: ChangedObject, of: string | null): boolean =>
  of === null ? part === undefined : part !== undefined && bare(object.name) === of;

const isAlike = (one: ChangedObject, other: ChangedObject): boolean =>
  one.object.kind === other.object.kind && one.part?.kind === other.part?.kind;

/** The structure quotes a name where SQL needs it, and the catalogs have it without quotes. */
const bare = (name: string): string => name.replaceAll('"', '');
const nameOf = ({ object, part }: ChangedObject): string => part?.name ?? object.name;

function itemOf(
  one: ChangedObject,
  was: Readonly<Record<string, string>>,
  is: Readonly<Record<string, string>>,
): ReviewItem {
  const { object, part, change, differences, renamedFrom } = one;
  const key = sqlKey(object, part);
  const old = renamedFrom ? sqlKey(renamedFrom.object, renamedFrom.part) : key;
  const before = change === 'added' ? undefined : was[old];
  const after = change === 'dropped' ? undefined : is[key];
  const label = labelOf(object, part);
  const words = differences.map((difference) => inWords(difference));
  return {
    level: change === 'added' || (change === 'changed' && differences.every(isHarmless)) ? 'note' : 'look',
    title: renamedFrom ? `${labelOf(renamedFrom.object, renamedFrom.part)} is now ${label}` : `${label}: ${change}`,
    // Where no statement tells the difference, sentences do.
    ...(before !== after
      ? { sql: { before, after } }
      : {
          details: words.map(({ was: then, is: now }) => `before: ${then}; now: ${now}`),
          evidence: evidenceOf(object, part),
        }),
  };
}

/** A comment changes nothing for anybody. */
const isHarmless = ({ property }: StructureDifference): boolean => property?.name === 'comment';
