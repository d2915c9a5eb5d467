import { placesInWords, quoted, type TableRule } from './finding.ts';

/**
 * Triggers of distributed and reference tables run on the nodes, once for each shard, and need
 * citus.enable_unsafe_triggers. One that looks only at its row is as good there as here.
 */
export const triggerRule: TableRule = function* (table, place, ground) {
  if (place.kind === 'local') return;
  for (const trigger of table.triggers) {
    const base = { rule: 'trigger' as const, where: table.id, object: `${trigger.function}() in triggers` };
    const touched = new Set(
      ground.routines
        .filter(({ name }) => name === trigger.function)
        .flatMap(({ text }) => [...ground.touch.all(text)]),
    );
    const moved = place.kind === 'distributed' && trigger.columns.includes(place.column);
    if (touched.size === 0 && !moved) {
      const alone = `${trigger.name} looks at its row only, and stays; it needs citus.enable_unsafe_triggers`;
      yield { ...base, status: 'changed', says: alone };
      continue;
    }
    yield {
      ...base,
      status: 'broken',
      says: moved
        ? `${trigger.name} waits for ${trigger.columns.join(', ')} to change, which Citus does not let happen`
        : `${trigger.name} runs on a node, and touches ${placesInWords(touched, ground)}`,
      fix: 'Do it in the function that writes the rows, which runs on the coordinator, or settle what is done instead.',
      change: { drop: [`drop trigger ${quoted(trigger.name)} on ${table.sql};`], was: trigger.definition },
    };
  }
};
