import { type Finding, type Ground, placesInWords } from './finding.ts';

const LOCKS = /\bfor\s+(no\s+key\s+update|update|key\s+share|share)\b/i;

/**
 * Functions run on the coordinator. Two things go wrong there: a statement that joins tables of different groups, and
 * rows that are locked on more than one node. The text of a function says that it may come to this, and no more.
 */
export function* functionRule(ground: Ground): Iterable<Finding> {
  for (const { id, text, trigger } of ground.routines) {
    if (trigger) continue;
    const touched = ground.touch.own(text);
    const groups = new Set(
      [...touched].flatMap((table) => {
        const place = ground.places.get(table);
        return place?.kind === 'distributed' ? [place.group] : [];
      }),
    );
    const base = { rule: 'function' as const, where: id, object: id };
    const faults = [
      ...(groups.size > 1 ? [`touches tables of ${groups.size} groups`] : []),
      ...(groups.size > 0 && LOCKS.test(text) ? ['locks rows, which Citus does on one node at a time'] : []),
    ];
    if (faults.length === 0) {
      yield {
        ...base,
        status: 'holds',
        says: groups.size === 0 ? 'touches nothing that is distributed' : `touches what is owned by ${[...groups]}`,
      };
      continue;
    }
    yield {
      ...base,
      status: 'broken',
      says: `${faults.join(', and ')}: ${placesInWords(touched, ground)}`,
      fix: 'See that each statement stays in one group and names the distribution column; settle what is done.',
    };
  }
}
