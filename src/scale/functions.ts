import { type CheckInput, type Finding, placesInWords } from './finding.ts';

/**
 * Functions run on the coordinator. Two things go wrong there: a statement that joins tables of different groups, and
 * rows that are locked on more than one node. The text of a function shows only that this may happen.
 */
export function* functionRule(input: CheckInput): Iterable<Finding> {
  for (const routine of input.functions) {
    if (routine.returns === 'trigger') continue;
    const { relations, locks } = input.references.of(routine);
    const touched = [...relations].filter((id) => input.byId.has(id));
    const groups = new Set(
      touched.flatMap((table) => {
        const place = input.places.get(table);
        return place?.kind === 'distributed' ? [place.group] : [];
      }),
    );
    const base = { rule: 'function' as const, where: routine.identity, object: routine.identity };
    const faults = [
      ...(groups.size > 1 ? [`touches tables of ${groups.size} groups`] : []),
      ...(groups.size > 0 && locks ? ['locks rows, which Citus does on one node at a time'] : []),
    ];
    if (faults.length === 0) {
      yield {
        ...base,
        status: 'holds',
        says: groups.size === 0 ? 'touches no distributed table' : `touches tables of the group ${[...groups]}`,
      };
      continue;
    }
    yield {
      ...base,
      status: 'broken',
      says: `${faults.join(', and ')}: ${placesInWords(touched, input)}`,
      fix: 'Have each statement use one group only and filter by the distribution column, and settle how it does so.',
    };
  }
}
